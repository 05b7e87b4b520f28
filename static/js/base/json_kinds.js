// What a value is, as previews show it (playground/core/preview.py): JSON, and what is said in it of dates, maps, sets, bytes.

const DATE = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const BIGINT = /^-?\d+n$/;
const BINARY = /^\[(\w+)\((\d+) bytes\)\]$/;
const WORDS = { "[Circular]": "circular", "[REDACTED]": "redacted", "[unreadable]": "unreadable", "…": "cut", "Invalid Date": "date" };
const CUT = /… \((\d+) bytes\)$/;
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const CONTAINERS = new Set(["object", "array", "map", "set", "error"]);
const BESIDE_JSON = { date: "Date", bigint: "BigInt", binary: "bytes", map: "Map", set: "Set", error: "Error" };
const ERROR_PARTS = new Set(["name", "message", "stack", "cause"]);

/**
 * One of "undefined", "null", "boolean", "number", "string", "date", "bigint", "binary", "circular", "redacted", "unreadable",
 * "cut", "object", "array", "map", "set", "error". Where a text could be either, it is what it looks like.
 */
export function kindOf(value) {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (typeof value === "string") return kindOfText(value);
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return "array";
  return kindOfObject(value);
}

function kindOfText(text) {
  if (WORDS[text] !== undefined) return WORDS[text];
  if (DATE.test(text)) return "date";
  if (BIGINT.test(text)) return "bigint";
  return BINARY.test(text) ? "binary" : "string";
}

function kindOfObject(value) {
  const names = Object.keys(value);
  if (names.length === 1 && Array.isArray(value.Set)) return "set";
  if (names.length === 1 && Array.isArray(value.Map) && value.Map.every((pair) => Array.isArray(pair) && pair.length === 2)) return "map";
  const said = typeof value.name === "string" && typeof value.message === "string" && /(Error|Exception)$/.test(value.name);
  return said && names.every((name) => ERROR_PARTS.has(name)) ? "error" : "object";
}

export const isContainer = (value) => CONTAINERS.has(kindOf(value));

/** What is in a container: `{ label, value, step }`; `step` is what leads to it (see `valueAt`). Labels of arrays are numbers. */
export function partsOf(value) {
  const kind = kindOf(value);
  if (kind === "map") return value.Map.map(([key, item], at) => ({ label: oneLineOf(key, 40), value: item, step: ["Map", at, 1], mapped: true }));
  if (kind === "set") return value.Set.map((item, at) => ({ label: String(at), value: item, step: ["Set", at], counted: true }));
  if (kind === "array") return value.map((item, at) => ({ label: String(at), value: item, step: [at], counted: true }));
  return Object.entries(value).map(([name, item]) => ({ label: name, value: item, step: [name] }));
}

/** The names of what is in `value` that JSON does not know, and has as texts or plain objects. */
export function kindsBesideJson(value, found = new Set()) {
  const kind = kindOf(value);
  if (Object.hasOwn(BESIDE_JSON, kind)) found.add(BESIDE_JSON[kind]);
  if (CONTAINERS.has(kind)) for (const part of partsOf(value)) kindsBesideJson(part.value, found);
  return found;
}

/** How many there are, without making them. */
export function sizeOf(value) {
  if (Array.isArray(value)) return value.length;
  const kind = kindOf(value);
  return kind === "map" ? value.Map.length : kind === "set" ? value.Set.length : Object.keys(value).length;
}

/** What JavaScript would write to come there: `output.items[0]["a b"]`. */
export function pathText(root, path) {
  return path.reduce((text, part) => text + (typeof part === "number" ? `[${part}]` : NAME.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`), root);
}

export const valueAt = (value, path) => path.reduce((inside, part) => inside?.[part], value);

/** The size of the whole, where the preview of a value is only its beginning; else null. */
export function cutSize(value) {
  const match = typeof value === "string" ? CUT.exec(value.slice(-40)) : null;
  return match === null ? null : Number(match[1]);
}

/** How many bytes a binary value has: `{ type, size }`, or null. */
export function binaryOf(value) {
  const match = typeof value === "string" ? BINARY.exec(value) : null;
  return match === null ? null : { type: match[1], size: Number(match[2]) };
}

/** A value on one line, as the console of a browser would show it, cut at about `limit` characters. */
export function oneLineOf(value, limit = 80) {
  const text = line(value, limit, 0);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

function line(value, limit, depth) {
  const kind = kindOf(value);
  if (kind === "string") return JSON.stringify(value.length > limit ? `${value.slice(0, limit)}…` : value);
  if (kind === "error") return `${value.name}: ${value.message}`;
  if (!CONTAINERS.has(kind)) return String(value);
  const [open, close] = kind === "array" ? ["[", "]"] : ["{", "}"];
  const mark = kind === "map" ? `Map(${value.Map.length}) ` : kind === "set" ? `Set(${value.Set.length}) ` : "";
  const size = sizeOf(value);
  if (depth >= 3 && size > 0) return kind === "array" ? `Array(${size})` : `${mark}{…}`;
  const inside = [];
  let length = 0;
  for (const part of head(value, 24)) {
    const shown = line(part.value, limit - length, depth + 1);
    inside.push(part.counted ? shown : `${part.label}${part.mapped ? " ⇒ " : ": "}${shown}`);
    length += inside.at(-1).length;
    if (length > limit) break;
  }
  const more = inside.length < size ? ", …" : "";
  return `${mark}${open}${inside.join(", ")}${more}${close}`;
}

/** The first few parts of a container, however many there are. */
function head(value, most) {
  if (Array.isArray(value)) return partsOf(value.slice(0, most));
  return partsOf(value).slice(0, most);
}

/** Paths to what holds `needle` in a name or a text, in order, `most` at most. */
export function findIn(value, needle, most = 1000) {
  const wanted = needle.toLowerCase();
  const found = [];
  if (wanted === "") return found;
  const look = (item, path, label) => {
    if (found.length >= most) return;
    const inside = isContainer(item);
    const text = inside || typeof item === "string" ? "" : String(item);
    if (label.toLowerCase().includes(wanted) || text.includes(wanted)) found.push(path);
    else if (typeof item === "string" && item.toLowerCase().includes(wanted)) found.push(path);
    if (inside) for (const part of partsOf(item)) look(part.value, [...path, ...part.step], part.counted ? "" : part.label);
  };
  look(value, [], "");
  return found;
}
