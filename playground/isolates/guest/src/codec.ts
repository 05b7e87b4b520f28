/**
 * Values to text and back: the twin of `playground/core/codec.py`, which describes the format.
 */
import * as p from "./primordials";

const MAX_DEPTH = 200;
const VIEWS = p.create(null) as Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>;
for (const view of [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
] as unknown as (new (buffer: ArrayBuffer) => ArrayBufferView)[]) {
  VIEWS[view.name] = view;
}
const Float16 = (globalThis as Record<string, unknown>)["Float16Array"];
if (Float16) VIEWS["Float16Array"] = Float16 as (typeof VIEWS)[string];

const ERRORS: Record<string, ErrorConstructor> = p.create(null);
for (const kind of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
  ERRORS[kind.name] = kind as ErrorConstructor;
}

/** The constructor's name of a typed array; undefined of anything else. */
export const typedArrayTag = p.uncurry(
  p.getOwnPropertyDescriptor(p.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get! as (
    this: unknown,
  ) => string | undefined,
);
/** A view's own bytes, not copied. */
export const viewBytes = (view: ArrayBufferView): Uint8Array =>
  new p.NativeUint8Array(view.buffer, view.byteOffset, view.byteLength);
const toBase64 = p.uncurry((Uint8Array.prototype as unknown as { toBase64(): string }).toBase64);
const fromBase64 = (Uint8Array as unknown as { fromBase64(text: string): Uint8Array }).fromBase64;
const regexpSource = p.uncurry(p.getOwnPropertyDescriptor(RegExp.prototype, "source")!.get! as (this: unknown) => string);
const regexpFlags = p.uncurry(p.getOwnPropertyDescriptor(RegExp.prototype, "flags")!.get! as (this: unknown) => string);
const mapSize = p.uncurry(p.getOwnPropertyDescriptor(Map.prototype, "size")!.get! as (this: unknown) => number);
const setSize = p.uncurry(p.getOwnPropertyDescriptor(Set.prototype, "size")!.get! as (this: unknown) => number);
const bufferLength = p.uncurry(p.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!.get! as (this: unknown) => number);

/** Thrown for the first thing that is not a value; becomes a `WorkflowFatalError`. */
export class NotAValue extends Error {
  constructor(
    readonly path: string,
    readonly why: string,
  ) {
    super(`${path}: ${why}`);
  }
}

/** Gives the tagged node of a function, stub or target, or undefined where it has none. */
export type EncodeHook = (value: object) => object | undefined;
/** Gives what a `$fn`, `$stub` or `$target` node stands for. */
export type DecodeHook = (tag: string, content: unknown) => unknown;

/** The wire form of `value`. Throws `NotAValue`. */
export function encode(value: unknown, hook?: EncodeHook): string {
  const encoder = new Encoder(hook);
  const tree = encoder.node(value, "$", 0);
  return (encoder.shared ? "r" : encoder.tagged ? "t" : "j") + p.stringify(tree);
}

/** The value of a wire form; ours is trusted, since the host checked or made it. */
export function decode(text: string, hook?: DecodeHook): unknown {
  const tree = p.parse(p.slice(text, 1));
  return text[0] === "j" ? tree : new Decoder(hook).value(tree);
}

class Encoder {
  tagged = false;
  shared = false;
  private readonly numbers = new p.NativeMap<object, number>();
  private count = 0;
  private readonly bare = p.hasOwn(Object.prototype, "toJSON") || p.hasOwn(Array.prototype, "toJSON");

  constructor(private readonly hook?: EncodeHook) {}

  node(value: unknown, path: string, depth: number): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (p.isFiniteNumber(value) && !p.is(value, -0)) return value;
        return this.tag("$number", p.is(value, -0) ? "-0" : `${value}`);
      case "undefined":
        return this.tag("$undefined", 0);
      case "bigint":
        return this.tag("$bigint", p.bigintText(value));
      case "symbol":
        throw new NotAValue(path, "a symbol cannot be stored");
    }
    if (value === null) return null;
    if (depth >= MAX_DEPTH) throw new NotAValue(shorten(path), `nested more than ${MAX_DEPTH} deep`);
    const known = p.mapGet(this.numbers, value as object) as number | undefined;
    if (known !== undefined) {
      this.shared = true;
      return { __proto__: null, $ref: known };
    }
    const hooked = this.hook?.(value as object);
    if (hooked !== undefined) {
      this.number(value as object);
      this.tagged = true;
      return hooked;
    }
    if (typeof value === "function") throw new NotAValue(shorten(path), "a function cannot be stored");
    this.number(value as object);
    return this.container(value as object, path, depth + 1);
  }

  private number(value: object): void {
    p.mapSet(this.numbers, value, this.count++);
  }

  private container(value: object, path: string, depth: number): unknown {
    if (p.isArray(value)) return this.list(value, path, depth);
    const prototype = p.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.object(value, path, depth);
    return this.special(value, path, depth) ?? this.instance(value, path, depth);
  }

  private list(value: ArrayLike<unknown>, path: string, depth: number): unknown[] {
    const made: unknown[] = [];
    if (this.bare) p.setPrototypeOf(made, null);
    for (let i = 0; i < value.length; i++) define(made, i, this.node(value[i], `${path}[${i}]`, depth));
    return made;
  }

  private object(value: object, path: string, depth: number): unknown {
    const names = p.keys(value);
    let plain = true;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (name[0] === "$" || name === "__proto__") plain = false;
    }
    if (!plain) return this.pairs(value, names, path, depth);
    const made = p.create(null) as Record<string, unknown>;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      made[name] = this.node((value as Record<string, unknown>)[name], `${path}.${name}`, depth);
    }
    return made;
  }

  private pairs(value: object, names: string[], path: string, depth: number): unknown {
    const made = this.array();
    for (let i = 0; i < names.length; i++) {
      const pair = this.array();
      define(pair, 0, names[i]);
      define(pair, 1, this.node((value as Record<string, unknown>)[names[i]!], `${path}.${names[i]}`, depth));
      define(made, i, pair);
    }
    return this.tag("$object", made);
  }

  private special(value: object, path: string, depth: number): unknown {
    if (value instanceof p.NativeError) return this.error(value, path, depth);
    let found = attempt(() => p.dateTime(value as Date));
    if (found !== undefined) return this.tag("$date", p.isFiniteNumber(found) ? found : null);
    if (p.isView(value)) {
      const name = typedArrayTag(value) ?? "DataView";
      return this.tag("$view", this.array(name, toBase64(viewBytes(value))));
    }
    if (attempt(() => bufferLength(value)) !== undefined) {
      return this.tag("$buffer", toBase64(new p.NativeUint8Array(value as ArrayBuffer)));
    }
    if (attempt(() => mapSize(value)) !== undefined) {
      const made = this.array();
      let index = 0;
      p.mapForEach(value as Map<unknown, unknown>, (item: unknown, key: unknown) => {
        const pair = this.array(this.node(key, `${path}.key(${index})`, depth));
        define(pair, 1, this.node(item, `${path}.get(${index})`, depth));
        define(made, index++, pair);
      });
      return this.tag("$map", made);
    }
    if (attempt(() => setSize(value)) !== undefined) {
      const made = this.array();
      let index = 0;
      p.setForEach(value as Set<unknown>, (item: unknown) => {
        define(made, index, this.node(item, `${path}.item(${index})`, depth));
        index++;
      });
      return this.tag("$set", made);
    }
    if (value instanceof p.NativeRegExp) return this.tag("$regexp", this.array(regexpSource(value), regexpFlags(value)));
    return undefined;
  }

  private instance(value: object, path: string, depth: number): unknown {
    for (let at: object | null = p.getPrototypeOf(value); at !== null && at !== Object.prototype; at = p.getPrototypeOf(at)) {
      const maker = p.getOwnPropertyDescriptor(at, "constructor")?.value as unknown;
      const text = typeof maker === "function" ? p.functionText(maker) : "";
      if (text === "" || opaque(text)) {
        const name = typeof maker === "function" && typeof maker.name === "string" ? maker.name : "object";
        throw new NotAValue(shorten(path), `${article(name)} cannot be stored`);
      }
    }
    return this.object(value, path, depth);
  }

  private error(error: Error, path: string, depth: number): unknown {
    const record = errorFields(error);
    const made: Record<string, unknown> = { __proto__: null, name: record.name, message: record.message } as never;
    if (record.stack !== undefined) made["stack"] = record.stack;
    if (p.hasOwn(error, "cause") && error.cause !== undefined) {
      made["cause"] = this.node(error.cause, `${path}.cause`, depth);
    }
    if (typeof (error as { code?: unknown }).code === "string") made["code"] = (error as { code?: unknown }).code;
    return this.tag("$error", made);
  }

  private array(...items: unknown[]): unknown[] {
    if (this.bare) p.setPrototypeOf(items, null);
    return items;
  }

  private tag(name: string, content: unknown): object {
    this.tagged = true;
    const made = p.create(null) as Record<string, unknown>;
    made[name] = content;
    return made;
  }
}

class Decoder {
  private readonly containers: unknown[] = [];

  constructor(private readonly hook?: DecodeHook) {}

  value(node: unknown): unknown {
    if (typeof node !== "object" || node === null) return node;
    if (p.isArray(node)) {
      p.push(this.containers, node);
      for (let i = 0; i < node.length; i++) node[i] = this.value(node[i]);
      return node;
    }
    const names = p.keys(node);
    if (names.length === 1 && names[0]![0] === "$") {
      return this.tagged(names[0]!, (node as Record<string, unknown>)[names[0]!]);
    }
    p.push(this.containers, node);
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      define(node, name, this.value((node as Record<string, unknown>)[name]));
    }
    return node;
  }

  private tagged(tag: string, content: any): unknown {
    switch (tag) {
      case "$undefined":
        return undefined;
      case "$number":
        return content === "-0" ? -0 : +content;
      case "$bigint":
        return BigInt(content);
      case "$ref":
        return this.containers[content];
      case "$date":
        return this.keep(new p.NativeDate(content === null ? NaN : content));
      case "$regexp":
        return this.keep(new p.NativeRegExp(content[0], content[1]));
      case "$buffer":
        return this.keep(fromBase64(content).buffer);
      case "$view":
        return this.keep(new VIEWS[content[0]]!(fromBase64(content[1]).buffer as ArrayBuffer));
      case "$map": {
        const made = this.keep(new p.NativeMap<unknown, unknown>());
        for (let i = 0; i < content.length; i++) {
          const key = this.value(content[i][0]);
          p.mapSet(made, key, this.value(content[i][1]));
        }
        return made;
      }
      case "$set": {
        const made = this.keep(new p.NativeSet<unknown>());
        for (let i = 0; i < content.length; i++) p.setAdd(made, this.value(content[i]));
        return made;
      }
      case "$object": {
        const made = this.keep({});
        for (let i = 0; i < content.length; i++) define(made, content[i][0], this.value(content[i][1]));
        return made;
      }
      case "$error":
        return this.error(content);
      default:
        if (this.hook === undefined) throw new p.NativeTypeError(`unknown tag ${tag}`);
        return this.keep(this.hook(tag, content) as object);
    }
  }

  private error(content: { name: string; message: string; stack?: string; cause?: unknown; code?: string }): Error {
    const made = new (ERRORS[content.name] ?? p.NativeError)(content.message);
    p.push(this.containers, made);
    if (made.name !== content.name) define(made, "name", content.name, false);
    define(made, "stack", content.stack ?? `${content.name}: ${content.message}`, false);
    if (p.hasOwn(content, "cause")) define(made, "cause", this.value(content.cause), false);
    if (content.code !== undefined) define(made, "code", content.code);
    return made;
  }

  private keep<T>(made: T): T {
    p.push(this.containers, made);
    return made;
  }
}

/** Name, message and stack of whatever was thrown, each a text and none too long. */
export function errorFields(error: Error): { name: string; message: string; stack?: string } {
  const name = text(() => error.name, 256) || "Error";
  const message = text(() => error.message, 16384);
  const stack = attempt(() => error.stack);
  return typeof stack === "string" ? { name, message, stack: p.slice(stack, 0, 16384) } : { name, message };
}

function text(read: () => unknown, limit: number): string {
  const value = attempt(read);
  if (value === undefined) return "";
  return p.slice(typeof value === "string" ? value : (attempt(() => p.NativeString(value)) ?? ""), 0, limit);
}

/** What `read` gives, or undefined where it throws. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Set an own property without meeting setters that tenant code may have put on a prototype. */
export function define(target: object, name: PropertyKey, value: unknown, enumerable = true): void {
  p.defineProperty(target, name, { __proto__: null, value, enumerable, writable: true, configurable: true } as PropertyDescriptor);
}

function opaque(classText: string): boolean {
  // a built-in that is not listed above, or a class that keeps state in private names, which a copy would lose
  return /\[native code\]\s*\}$/.test(classText) || /^class\b[^]*[{;\s.]#[A-Za-z_$]/.test(classText);
}

function article(name: string): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

function shorten(path: string): string {
  return path.length <= 200 ? path : `${p.slice(path, 0, 100)}…${p.slice(path, -100)}`;
}
