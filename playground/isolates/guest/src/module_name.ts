/** Names of modules: paths below the tenant's root, and what a specifier says of one. */
import * as p from "./primordials";

/** Endings that an import may leave out, in the order in which they are tried. */
const LEFT_OUT = ["", ".ts", ".js", ".mts", ".mjs", "/index.ts", "/index.js"] as const;
/** TypeScript's habit: the name of what the compiler would have made. */
const COMPILED = [[".js", ".ts"], [".mjs", ".mts"]] as const;

/** The folder of a path, "" for the root. */
export function folderOf(path: string): string {
  for (let at = path.length - 1; at >= 0; at--) if (path[at] === "/") return p.slice(path, 0, at);
  return "";
}

/** `path` seen from `folder`, without dots; undefined where it leaves the root or names no file. */
export function joined(folder: string, path: string): string | undefined {
  const full = path[0] === "/" ? path : `${folder}/${path}`;
  let made = "";
  for (let at = 0; at <= full.length; ) {
    const found = p.indexOf(full, "/", at);
    const end = found < 0 ? full.length : found;
    const part = p.slice(full, at, end);
    if (part === "..") {
      if (made === "") return undefined;
      made = folderOf(made);
    } else if (part !== "" && part !== ".") {
      made = made === "" ? part : `${made}/${part}`;
    }
    at = end + 1;
  }
  return made === "" ? undefined : made;
}

/** The module that a path means, with what it may leave out; undefined where there is none. */
export function completed(path: string, has: (name: string) => boolean): string | undefined {
  for (let i = 0; i < LEFT_OUT.length; i++) if (has(path + LEFT_OUT[i]!)) return path + LEFT_OUT[i]!;
  for (let i = 0; i < COMPILED.length; i++) {
    const [made, from] = COMPILED[i]!;
    if (!endsWith(path, made)) continue;
    const name = p.slice(path, 0, -made.length) + from;
    if (has(name)) return name;
  }
  return undefined;
}

/** Whether a specifier is a path: relative to its importer, or from the root. */
export function isPath(specifier: string): boolean {
  return startsWith(specifier, "./") || startsWith(specifier, "../") || specifier[0] === "/";
}

/** `name` as a module in `folder` would import it. */
export function relative(folder: string, name: string): string {
  let up = "";
  let base = folder;
  while (base !== "" && !startsWith(name, `${base}/`)) {
    up += "../";
    base = folderOf(base);
  }
  const rest = base === "" ? name : p.slice(name, base.length + 1);
  return up === "" ? `./${rest}` : up + rest;
}

/** Whether two names are likely meant to be the same: but for case, ending, or two letters. */
export function isNear(wanted: string, name: string): boolean {
  const a = bare(wanted);
  const b = bare(name);
  return a === b || (a.length > 2 && a.length <= LONGEST && b.length <= LONGEST && distance(a, b) <= (a.length > 5 ? 2 : 1));
}

const LONGEST = 64;

/** The last part of a path, in small letters, without its ending. */
function bare(path: string): string {
  const folder = folderOf(path);
  let name = folder === "" && path[0] !== "/" ? path : p.slice(path, folder.length + 1);
  for (let at = name.length - 1; at > 0; at--) {
    if (name[at] === ".") {
      name = p.slice(name, 0, at);
      break;
    }
  }
  return p.toLowerCase(name);
}

/** How many letters have to be changed, added or taken away (Levenshtein); more than 2 is 3. */
function distance(a: string, b: string): number {
  if (a.length - b.length > 2 || b.length - a.length > 2) return 3;
  let row = new p.NativeUint8Array(b.length + 1);
  for (let i = 0; i <= b.length; i++) row[i] = i;
  for (let i = 1; i <= a.length; i++) {
    const next = new p.NativeUint8Array(b.length + 1);
    next[0] = i;
    for (let k = 1; k <= b.length; k++) {
      const changed = row[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1);
      const added = next[k - 1]! + 1;
      const taken = row[k]! + 1;
      next[k] = changed < added ? (changed < taken ? changed : taken) : added < taken ? added : taken;
    }
    row = next;
  }
  return row[b.length]!;
}

export function startsWith(text: string, start: string): boolean {
  return p.slice(text, 0, start.length) === start;
}

function endsWith(text: string, end: string): boolean {
  return text.length >= end.length && p.slice(text, -end.length) === end;
}
