// The files of a draft as TypeScript's service asks for them, and which of them an import means: the rules of
// docs/workflows.md, "Modules".

import ts from "typescript-service";
import { given } from "./given_types.js";
import { BYTES, forFiles, ours, standard, TEXT } from "./libraries.js";

const ROOT = "/draft/";
const LIBRARIES = "/lib/";
const NEUTRAL = { workers: "cloudflare:workers", workflows: "cloudflare:workflows" };
const CODE = /\.(m?ts|m?js|json)$/;
const TEXTS = /\.(txt|md|html|css|csv|sql)$/;
const ENDINGS = [".ts", ".js", ".mts", ".mjs", "/index.ts", "/index.js"];
const WRITTEN_AS = { ".js": ".ts", ".mjs": ".mts" };

const fixed = new Map([
  ...Object.entries(standard).map(([name, text]) => [LIBRARIES + name, text]),
  ...Object.entries(ours),
  ...Object.entries(forFiles),
]);

export const pathOf = (name) => ROOT + name;
/** The name of a file of the draft, or null for a path of ours. */
export const nameOf = (path) => (path.startsWith(ROOT) ? path.slice(ROOT.length) : null);
/** Whether the service has anything to say about a file of this name. */
export const isCode = (name) => CODE.test(name);

/** What a draft holds, each text with its version. */
export class Files {
  #files = new Map();
  #version = 0;

  /** These files and no others. `texts` by name. */
  open(texts) {
    for (const name of this.#files.keys()) if (!(name in texts)) this.#files.delete(name);
    for (const [name, text] of Object.entries(texts)) this.change(name, text);
    this.#version += 1;
  }

  change(name, text) {
    if (this.#files.get(name)?.text.source === text) return;
    this.#version += 1;
    this.#files.set(name, { text: given(name, text), version: String(this.#version), snapshot: null });
  }

  names() {
    return [...this.#files.keys()];
  }

  has(name) {
    return this.#files.has(name);
  }

  /** The `GivenText` of a file, or undefined. */
  text(name) {
    return this.#files.get(name)?.text;
  }

  /** TypeScript's view of them, with `options` for all that it compiles. */
  host(options) {
    const exists = (path) => fixed.has(path) || this.#files.has(nameOf(path) ?? "");
    return {
      getCompilationSettings: () => options,
      getProjectVersion: () => String(this.#version),
      getScriptFileNames: () => [...Object.keys(ours), ...this.names().filter(isCode).map(pathOf)],
      getScriptVersion: (path) => this.#files.get(nameOf(path) ?? "")?.version ?? "0",
      getScriptSnapshot: (path) => this.#snapshot(path),
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: () => `${LIBRARIES}lib.es5.d.ts`,
      useCaseSensitiveFileNames: () => true,
      fileExists: exists,
      directoryExists: (path) => path === ROOT || `${path}/` === ROOT || this.names().some((name) => pathOf(name).startsWith(`${path}/`)),
      readFile: (path) => fixed.get(path) ?? this.#files.get(nameOf(path) ?? "")?.text.source,
      resolveModuleNameLiterals: (literals, importer) =>
        literals.map((literal) => ({ resolvedModule: this.#resolved(literal, nameOf(importer)) })),
    };
  }

  #snapshot(path) {
    const text = fixed.get(path);
    if (text !== undefined) return (snapshots[path] ??= ts.ScriptSnapshot.fromString(text));
    const file = this.#files.get(nameOf(path) ?? "");
    if (file === undefined) return undefined;
    return (file.snapshot ??= ts.ScriptSnapshot.fromString(file.text.virtual));
  }

  #resolved(literal, importer) {
    if (importer === null) return undefined;
    const name = this.meant(literal.text, importer);
    if (name === undefined) return undefined;
    const type = typeOf(literal);
    if (type === "text" || TEXTS.test(name)) return module(TEXT, ".d.ts");
    if (type === "bytes") return module(BYTES, ".d.ts");
    return isCode(name) ? module(pathOf(name), CODE.exec(name)[0]) : undefined;
  }

  /** The name of the file that an import of `specifier` in `importer` means, or undefined. */
  meant(specifier, importer) {
    const isPath = /^\.{0,2}\//.test(specifier);
    if (specifier in NEUTRAL || specifier.includes(":")) return undefined;
    const near = joined(importer.split("/").slice(0, -1), specifier);
    if (isPath) return near && this.#completed(near);
    if (near !== undefined && this.has(near)) return near;
    return this.has(specifier) ? specifier : undefined;
  }

  #completed(path) {
    if (this.has(path)) return path;
    const ending = /\.m?js$/.exec(path)?.[0];
    const written = ending && path.slice(0, -ending.length) + WRITTEN_AS[ending];
    if (written && this.has(written)) return written;
    return ENDINGS.map((end) => path + end).find((name) => this.has(name));
  }
}

const snapshots = {};

const module = (resolvedFileName, extension) => ({ resolvedFileName, extension, isExternalLibraryImport: false });

function joined(folder, specifier) {
  const parts = specifier.startsWith("/") ? [] : [...folder];
  for (const part of specifier.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** What an import's attributes ask for. */
function typeOf(literal) {
  const elements = literal.parent?.attributes?.elements ?? [];
  return elements.find((each) => each.name.text === "type")?.value.text;
}
