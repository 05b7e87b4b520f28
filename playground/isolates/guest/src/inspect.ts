/** Values as text, for console lines: strings as they are, what JSON can say as JSON, all else readable. */
import { isPlain } from "./plain";
import * as p from "./primordials";
import { errorText } from "./thrown";

/** Longest line, in UTF-16 units; the rest is cut off. */
export const LONGEST = 8180;
const CUT = "… (cut)";
const DEEPEST = 20;
const CLASS = /^class\b/;

/** Text that stops growing when it is as long as a line may be. */
export class Line {
  text = "";
  full = false;

  add(part: string): void {
    if (this.full) return;
    const room = LONGEST - this.text.length;
    if (part.length <= room) {
      this.text += part;
    } else {
      this.text += p.slice(part, 0, room) + CUT;
      this.full = true;
    }
  }
}

/** The text of a console call's arguments: joined by spaces, `%s` and its like replaced. */
export function format(args: unknown[]): string {
  const line = new Line();
  let next = 0;
  if (typeof args[0] === "string") {
    next = args.length > 1 && p.indexOf(args[0], "%") >= 0 ? substitute(line, args[0], args) : 1;
    if (next === 1 && line.text === "") line.add(args[0]);
  }
  for (let i = next; i < args.length && !line.full; i++) {
    if (i > 0) line.add(" ");
    write(line, args[i]);
  }
  return line.text;
}

/** One value as it stands in a console line. */
export function inspect(value: unknown): string {
  const line = new Line();
  write(line, value);
  return line.text;
}

/** Writes `pattern` with its placeholders replaced; how many of `args` that took, the pattern counted. */
function substitute(line: Line, pattern: string, args: unknown[]): number {
  let next = 1;
  let from = 0;
  for (let i = 0; i < pattern.length - 1 && !line.full; i++) {
    if (pattern[i] !== "%") continue;
    const kind = pattern[i + 1]!;
    const replaces = p.indexOf("sdifjoOc", kind) >= 0 && next < args.length;
    if (kind !== "%" && !replaces) continue;
    line.add(p.slice(pattern, from, i));
    if (replaces) placeholder(line, kind, args[next++]);
    else line.add("%");
    from = ++i + 1;
  }
  line.add(p.slice(pattern, from));
  return next;
}

function placeholder(line: Line, kind: string, value: unknown): void {
  switch (kind) {
    case "c":
      return;
    case "d":
      return line.add(number(value, (given) => +(given as number)));
    case "i":
      return line.add(number(value, (given) => parseInt(given as string, 10)));
    case "f":
      return line.add(number(value, (given) => parseFloat(given as string)));
    default:
      return write(line, value);
  }
}

const { parseInt, parseFloat } = globalThis;

function number(value: unknown, read: (value: unknown) => number): string {
  if (typeof value === "bigint") return `${p.bigintText(value)}n`;
  if (typeof value === "object" || typeof value === "symbol") return "NaN";
  return `${p.attempt(() => read(value)) ?? NaN}`;
}

function write(line: Line, value: unknown): void {
  if (typeof value === "string") return line.add(value);
  const before = line.text;
  try {
    if (typeof value === "object" && value !== null && isPlain(value)) line.add(p.stringify(value));
    else new Writer(line).value(value);
  } catch {
    line.text = before;
    line.full = false;
    line.add("[unreadable]");
  }
}

class Writer {
  private readonly above = p.list<object>();
  private depth = 0;

  constructor(private readonly line: Line) {}

  value(value: unknown): void {
    if (this.line.full) return;
    switch (typeof value) {
      case "string":
        return this.line.add(p.stringify(value));
      case "bigint":
        return this.line.add(`${p.bigintText(value)}n`);
      case "function":
        return this.line.add(functionText(value));
      case "number":
        return this.line.add(p.is(value, -0) ? "-0" : `${value}`);
      case "object":
        return value === null ? this.line.add("null") : this.container(value);
      default:
        return this.line.add(p.NativeString(value));
    }
  }

  private container(value: object): void {
    for (let i = 0; i < this.depth; i++) if (this.above[i] === value) return this.line.add("[Circular]");
    if (this.depth >= DEEPEST) return this.line.add("[…]");
    this.above[this.depth++] = value;
    this.object(value);
    this.depth--;
  }

  private object(value: object): void {
    if (p.isThrowable(value)) return this.error(value);
    if (p.isArray(value)) return this.items(value, "[", "]");
    if (p.isView(value)) return this.view(value);
    if (value instanceof p.NativeDate) {
      const time = p.dateTime(value);
      return this.line.add(p.isFiniteNumber(time) ? `"${p.dateText(value)}"` : "Invalid Date");
    }
    if (value instanceof p.NativeRegExp) {
      return this.line.add(`/${p.regexpSource(value)}/${p.regexpFlags(value)}`);
    }
    if (value instanceof p.NativeMap) return this.map(value);
    if (value instanceof p.NativeSet) return this.set(value);
    if (value instanceof p.NativePromise) return this.line.add("[Promise]");
    if (value instanceof p.NativeArrayBuffer) {
      return this.line.add(`[ArrayBuffer: ${p.bufferLength(value)} bytes]`);
    }
    const json = (value as { toJSON?: unknown }).toJSON;
    if (typeof json === "function") return this.value(p.reflectApply(json as () => unknown, value, [""]));
    this.fields(value);
  }

  private items(value: ArrayLike<unknown>, open: string, close: string): void {
    this.line.add(open);
    for (let i = 0; i < value.length && !this.line.full; i++) {
      if (i > 0) this.line.add(",");
      this.value(value[i]);
    }
    this.line.add(close);
  }

  private view(value: ArrayBufferView): void {
    const kind = p.typedArrayName(value);
    if (kind === undefined) return this.line.add(`[DataView: ${p.viewBytes(value).length} bytes]`);
    this.line.add(`${kind} `);
    this.items(value as unknown as ArrayLike<unknown>, "[", "]");
  }

  private map(value: Map<unknown, unknown>): void {
    this.line.add(`Map(${p.mapSize(value)}) {`);
    let first = true;
    p.mapForEach(value, (item: unknown, key: unknown) => {
      if (!first) this.line.add(", ");
      first = false;
      this.value(key);
      this.line.add(" => ");
      this.value(item);
    });
    this.line.add("}");
  }

  private set(value: Set<unknown>): void {
    this.line.add(`Set(${p.setSize(value)}) {`);
    let first = true;
    p.setForEach(value, (item: unknown) => {
      if (!first) this.line.add(", ");
      first = false;
      this.value(item);
    });
    this.line.add("}");
  }

  private fields(value: object): void {
    this.line.add("{");
    const names = p.keys(value);
    for (let i = 0; i < names.length && !this.line.full; i++) {
      this.line.add(`${i > 0 ? "," : ""}${p.stringify(names[i])}:`);
      this.value((value as Record<string, unknown>)[names[i]!]);
    }
    this.line.add("}");
  }

  private error(error: Error): void {
    const { name, message } = errorText(error);
    this.line.add(message === "" ? name : `${name}: ${message}`);
    if (p.hasOwn(error, "cause") && error.cause !== undefined) {
      this.line.add(" [cause: ");
      this.value(error.cause);
      this.line.add("]");
    }
  }
}

function functionText(value: unknown): string {
  const kind = p.regexpTest(CLASS, p.functionText(value as () => void)) === null ? "Function" : "class";
  const name = (value as { name?: unknown }).name;
  return `[${kind}: ${typeof name === "string" && name !== "" ? name : "(anonymous)"}]`;
}
