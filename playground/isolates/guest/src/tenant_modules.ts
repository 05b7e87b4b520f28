/**
 * The tenant's modules: which one an import means, and what is in it.
 *
 * They come with the message `load`, by names that are paths without dots. A specifier is a path (`./a.js`,
 * `../a.js`, `/a.js`), a name of one of the runtime's modules, or a tenant module's name as it is, seen from
 * the importer's folder and then from the root, as Workers do.
 */
import { completed, folderOf, isNear, isPath, joined, relative, startsWith } from "./module_name";
import { modules as own } from "./modules";
import { modules as serve, utf8Encode } from "./native";
import * as p from "./primordials";

/**
 * JavaScript, a text or JSON, bytes in base64, or TypeScript that does not compile: the message with the
 * place (line and column count from 1).
 */
export type TenantModule = readonly ["js" | "text" | "json" | "data", string] | Broken;
type Broken = readonly ["broken", string, number | null, number | null];

/** Other names of the runtime's modules. */
const NEUTRAL = p.setPrototypeOf(
  { workers: "cloudflare:workers", workflows: "cloudflare:workflows" },
  null,
) as Record<string, string>;

/** Between a name and the type that an import asks for, where that is not the module's own. In no name. */
const AS = "//as ";

let modules: Record<string, TenantModule> = p.record() as Record<string, TenantModule>;

/** Have imports served from here. */
export function install(): void {
  serve(resolve, load);
}

/** Take the tenant's modules, before the main one is imported. */
export function provide(given: Record<string, TenantModule>): void {
  modules = given;
}

/** Forget the texts of what is loaded. One is asked for again only where it did not compile. */
export function settle(): void {
  const names = p.keys(loaded);
  for (let i = 0; i < names.length; i++) modules[names[i]!] = ["broken", AGAIN, null, null];
  loaded = p.record();
}

let loaded = p.record();
const AGAIN = "the module has not loaded before";

/** The name of the module that `importer` means. Throws where there is none, and says what to do. */
export function resolve(importer: string, specifier: string, attributes?: object): string {
  const name = named(importer, specifier);
  if (name === undefined) throw placed(missing(importer, specifier), importer, specifier);
  const type = typeOf(attributes);
  const error = type === undefined ? undefined : refused(name, type);
  if (error !== undefined) throw placed(new p.NativeTypeError(error), importer, specifier);
  if (type === undefined) return name;
  return type === modules[name]![0] ? name : `${name}${AS}${type}`;
}

/** A module's source text, or an object whose properties are its exports. */
export function load(name: string): string | object {
  if (p.hasOwn(own, name)) return own[name]!;
  const at = p.indexOf(name, AS);
  const path = at < 0 ? name : p.slice(name, 0, at);
  const found = modules[path]!;
  if (found[0] === "broken") throw brokenAt(path, found);
  if (found[0] !== "js") return exported(valueOf(path, found, p.slice(name, path.length + AS.length)));
  loaded[name] = true;
  return found[1];
}

const has = (name: string): boolean => p.hasOwn(modules, name);

function named(importer: string, specifier: string): string | undefined {
  if (p.hasOwn(own, specifier)) return specifier;
  const neutral = NEUTRAL[specifier];
  if (neutral !== undefined) return neutral;
  const folder = folderOf(importer);
  const path = joined(folder, specifier);
  if (isPath(specifier)) return path === undefined ? undefined : completed(path, has);
  if (path !== undefined && has(path)) return path;
  const fromRoot = joined("", specifier);
  return fromRoot !== undefined && has(fromRoot) ? fromRoot : undefined;
}

// -- what is in them

function valueOf(name: string, module: TenantModule, type: string): unknown {
  const text = module[1];
  switch (module[0]) {
    case "data": {
      const bytes = p.fromBase64(text);
      return type === "bytes" ? bytes : bytes.buffer;
    }
    case "json":
      return type === "text" ? text : type === "bytes" ? utf8Encode(text) : parsed(name, text);
    default:
      return type === "json" ? parsed(name, text) : type === "bytes" ? utf8Encode(text) : text;
  }
}

function exported(value: unknown): object {
  const exports = p.record();
  exports["default"] = value;
  return exports;
}

function parsed(name: string, text: string): unknown {
  try {
    return p.parse(text);
  } catch (error) {
    const [line, column] = placeIn(p.attempt(() => (error as Error).stack));
    const message = p.attempt(() => (error as Error).message);
    throw at(new p.NativeSyntaxError(`${name} is not JSON: ${message}`), name, line, column);
  }
}

/** The first `:line:column` of a stack. */
function placeIn(stack: string | undefined): [number, number] {
  const found = stack === undefined ? null : p.regexpExec(PLACE, stack);
  return found === null ? [1, 1] : [+found[1]!, +found[2]!];
}
const PLACE = /:(\d+):(\d+)\)?(?:\n|$)/;

/** What an import's attributes ask for; another attribute than `type` counts as a type that is not known. */
function typeOf(attributes: object | undefined): string | undefined {
  if (attributes === undefined || attributes === null) return undefined;
  const names = p.keys(attributes);
  for (let i = 0; i < names.length; i++) if (names[i] !== "type") return names[i];
  return names.length === 0 ? undefined : p.NativeString((attributes as { type: unknown }).type);
}

/** Why a module cannot be imported as that type. */
function refused(name: string, type: string): string | undefined {
  if (type !== "json" && type !== "text" && type !== "bytes") {
    return `the import attribute "${p.slice(type, 0, SHOWN)}" is not known: there is type, "json", "text" or "bytes"`;
  }
  const kind = has(name) ? modules[name]![0] : "js";
  if (kind === "js" || kind === "broken") return `${name} is code, which has no type: leave out "with"`;
  if (kind === "data" && type !== "bytes") return `${name} is data: import it without a type, or as "bytes"`;
  return undefined;
}

// -- what is not there

/** The most of a specifier that a message shows. */
const SHOWN = 256;

function missing(importer: string, specifier: string): Error {
  const hint = hintFor(importer, specifier);
  const shown = specifier.length > SHOWN ? `${p.slice(specifier, 0, SHOWN)}…` : specifier;
  const message = `Cannot find module "${shown}", imported by "${importer}"`;
  return new p.NativeError(hint === "" ? message : `${message}: ${hint}`);
}

const OUTSIDE = "it lies outside of the modules, or is a folder";

function hintFor(importer: string, specifier: string): string {
  if (startsWith(specifier, "node:")) return "Node's modules are not available here";
  if (startsWith(specifier, "cloudflare:")) {
    return "of Cloudflare's modules there are cloudflare:workers and cloudflare:workflows";
  }
  if (p.regexpTest(/^[A-Za-z][A-Za-z0-9+.-]*:/, specifier)) {
    return "modules are not fetched; send it along with the others";
  }
  const folder = folderOf(importer);
  if (isPath(specifier) && joined(folder, specifier) === undefined) return OUTSIDE;
  const names = p.keys(modules);
  for (let i = 0; i < names.length; i++) {
    if (isNear(specifier, names[i]!)) return `did you mean "${relative(folder, names[i]!)}"?`;
  }
  if (isPath(specifier)) return "";
  return "packages are not installed here; bundle it, or send it along as a module";
}

/** `error` with the place where `importer` says `specifier`. */
function placed<E extends Error>(error: E, importer: string, specifier: string): E {
  const text = has(importer) ? modules[importer]![1] : "";
  let found = p.indexOf(text, `"${specifier}"`);
  if (found < 0) found = p.indexOf(text, `'${specifier}'`);
  if (found < 0) return at(error, importer, undefined, undefined);
  let line = 1;
  let start = 0;
  for (let next = p.indexOf(text, "\n"); next >= 0 && next < found; next = p.indexOf(text, "\n", start)) {
    line++;
    start = next + 1;
  }
  return at(error, importer, line, utf8Encode(p.slice(text, start, found)).length + 1);
}

function brokenAt(name: string, module: Broken): Error {
  return at(new p.NativeSyntaxError(module[1]), name, module[2] ?? undefined, module[3] ?? undefined);
}

/**
 * Give an error the stack of one place alone: the runtime's own frames say nothing to a tenant. The column
 * counts bytes of UTF-8, as in the engine's own stacks.
 */
function at<E extends Error>(error: E, name: string, line?: number, column?: number): E {
  const place = line === undefined ? name : `${name}:${line}:${column ?? 1}`;
  p.define(error, "stack", `    at ${place}\n`, false);
  return error;
}
