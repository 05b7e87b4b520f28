/** Values that are more than JSON, taken apart into tagged nodes. */
import { NotAValue } from "./not_a_value";
import { MAX_DEPTH } from "./plain";
import * as p from "./primordials";
import { asError, bareError, errorText } from "./thrown";

/** What stands for a promise: what it came to. */
export class Instead {
  constructor(readonly value: unknown) {}
}

export interface EncodeHook {
  /**
   * The tagged node of a function, stub or target, or undefined where it has none. An `Instead` is written as
   * the value that it holds.
   */
  node(value: object): object | undefined;
}

const MOST_BIGINT_DIGITS = 4000;
/** How many properties of an error go with it. */
const MOST_PROPERTIES = 64;
/** How many of the errors that an AggregateError stands for. */
const MOST_ERRORS = 1000;

type Kind = "date" | "regexp" | "map" | "set" | "buffer" | "wrapper" | "none";

/** What the objects below a prototype are. */
const KINDS = new p.NativeMap<object, Kind>();
p.mapSet(KINDS, Date.prototype, "date");
p.mapSet(KINDS, RegExp.prototype, "regexp");
p.mapSet(KINDS, Map.prototype, "map");
p.mapSet(KINDS, Set.prototype, "set");
p.mapSet(KINDS, ArrayBuffer.prototype, "buffer");
for (const wrapper of [Number, String, Boolean, BigInt]) p.mapSet(KINDS, wrapper.prototype, "wrapper");
p.mapSet(KINDS, Iterator.prototype, "none");
p.mapSet(KINDS, p.getPrototypeOf(async function* () {}.prototype.__proto__) as object, "none");

/** Says that instances of these classes are no values: they hold state that a copy would lose. */
export function refuse(kind: { prototype: object }): void {
  p.mapSet(KINDS, kind.prototype, "none");
}

/** Whether an object is an instance of such a class. */
export function isRefused(value: object): boolean {
  for (let at: object | null = value; at !== null; at = p.getPrototypeOf(at) as object | null) {
    if (p.mapGet(KINDS, at) === "none") return true;
  }
  return false;
}

/** Whether instances of a tenant's class lose nothing when they become plain objects. */
const copyable = new p.NativeWeakMap<object, boolean>();
const NATIVE_CODE = /\[native code\]\s*\}$/;
const PRIVATE_NAME = /[\w$)\]]\s*\??\.\s*#[A-Za-z_$]/;

export class Encoder {
  tagged = false;
  shared = false;
  private readonly numbers = new p.NativeMap<object, number>();
  private count = 0;
  /** The names on the way from the whole to where we are; of an array's item the place. */
  private readonly path = p.list<string | number>();

  constructor(private readonly hook?: EncodeHook) {}

  node(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (p.is(value, -0)) return this.tag("$number", "-0");
        return p.isFiniteNumber(value) ? value : this.tag("$number", `${value}`);
      case "undefined":
        return this.tag("$undefined", 0);
      case "bigint":
        return this.bigint(value, depth);
      case "symbol":
        throw this.refusal(depth, "a symbol cannot be stored");
    }
    return value === null ? null : this.container(value as object, depth);
  }

  private container(value: object, depth: number): unknown {
    if (depth >= MAX_DEPTH) throw this.refusal(depth, `nested more than ${MAX_DEPTH} deep`);
    const known = p.mapGet(this.numbers, value) as number | undefined;
    if (known !== undefined) {
      this.shared = true;
      return this.tag("$ref", known);
    }
    const hooked = this.hook === undefined ? undefined : this.hook.node(value);
    if (hooked instanceof Instead) return this.node(hooked.value, depth);
    p.mapSet(this.numbers, value, this.count++);
    if (hooked !== undefined) {
      this.tagged = true;
      return hooked;
    }
    if (typeof value === "function") throw this.refusal(depth, "a function cannot be stored");
    if (p.isArray(value)) return this.list(value, depth);
    const prototype = p.getPrototypeOf(value) as object | null;
    if (prototype === p.ObjectPrototype || prototype === null) return this.object(value, depth);
    return this.special(value, prototype, depth);
  }

  private refusal(depth: number, why: string): NotAValue {
    let path = "$";
    for (let i = 0; i < depth && path.length < 1000; i++) {
      const name = this.path[i]!;
      path += typeof name === "number" ? `[${name}]` : name;
    }
    return NotAValue.at(path, why);
  }

  private bigint(value: bigint, depth: number): unknown {
    const text = p.bigintText(value);
    if (text.length > MOST_BIGINT_DIGITS) {
      throw this.refusal(depth, `a BigInt of more than ${MOST_BIGINT_DIGITS} digits cannot be stored`);
    }
    return this.tag("$bigint", text);
  }

  private list(value: ArrayLike<unknown>, depth: number): unknown[] {
    const made = p.list<unknown>();
    for (let i = 0; i < value.length; i++) {
      this.path[depth] = i;
      const item = value[i];
      made[i] = item === undefined && !p.hasOwn(value, i) ? this.tag("$undefined", 1) : this.node(item, depth + 1);
    }
    return made;
  }

  private object(value: object, depth: number): unknown {
    const names = p.keys(value);
    let plain = true;
    for (let i = 0; i < names.length; i++) {
      if (names[i]![0] === "$" || names[i] === "__proto__") plain = false;
    }
    const made = p.record();
    const pairs = p.list<unknown>();
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      this.path[depth] = `.${name}`;
      const node = this.node((value as Record<string, unknown>)[name], depth + 1);
      if (plain) made[name] = node;
      else pairs[i] = p.list<unknown>(name, node);
    }
    return plain ? made : this.tag("$object", pairs);
  }

  private special(value: object, prototype: object, depth: number): unknown {
    if (p.isThrowable(value)) return this.error(value, depth);
    if (p.isView(value)) {
      const kind = p.typedArrayName(value) ?? "DataView";
      return this.tag("$view", p.list<unknown>(kind, p.toBase64(p.viewBytes(value))));
    }
    for (let at: object | null = prototype; at !== null; at = p.getPrototypeOf(at) as object | null) {
      if (at === p.ObjectPrototype) break;
      const kind = p.mapGet(KINDS, at) as Kind | undefined;
      if (kind !== undefined) {
        const node = p.attempt(() => this.builtIn(kind, value));
        if (node !== undefined) return node;
        if (kind === "map") return this.map(value as Map<unknown, unknown>, depth);
        if (kind === "set") return this.set(value as Set<unknown>, depth);
        throw this.refusal(depth, notStored(value));
      }
      if (!isCopyable(at)) throw this.refusal(depth, notStored(value));
    }
    return this.object(value, depth);
  }

  /**
   * The node of what holds no other values; undefined for what does. Throws where `value` only looks like
   * it.
   */
  private builtIn(kind: Kind, value: object): unknown {
    switch (kind) {
      case "date": {
        const time = p.dateTime(value as Date);
        return this.tag("$date", p.isFiniteNumber(time) ? time : null);
      }
      case "regexp":
        return this.tag("$regexp", p.list<unknown>(p.regexpSource(value), p.regexpFlags(value)));
      case "buffer":
        p.bufferLength(value);
        return this.tag("$buffer", p.toBase64(new p.NativeUint8Array(value as ArrayBuffer)));
      default:
        return undefined;
    }
  }

  private map(value: Map<unknown, unknown>, depth: number): unknown {
    if (p.attempt(() => p.mapSize(value)) === undefined) {
      throw this.refusal(depth, notStored(value));
    }
    const made = p.list<unknown>();
    let index = 0;
    p.mapForEach(value, (item: unknown, name: unknown) => {
      this.path[depth] = `.key(${index})`;
      const key = this.node(name, depth + 1);
      this.path[depth] = `.get(${index})`;
      made[index++] = p.list<unknown>(key, this.node(item, depth + 1));
    });
    return this.tag("$map", made);
  }

  private set(value: Set<unknown>, depth: number): unknown {
    if (p.attempt(() => p.setSize(value)) === undefined) {
      throw this.refusal(depth, notStored(value));
    }
    const made = p.list<unknown>();
    let index = 0;
    p.setForEach(value, (item: unknown) => {
      this.path[depth] = `.item(${index})`;
      made[index++] = this.node(item, depth + 1);
    });
    return this.tag("$set", made);
  }

  private error(error: Error, depth: number): unknown {
    const { name, message, stack, code } = errorText(error);
    const made = p.record();
    made["name"] = name;
    made["message"] = message;
    if (stack !== undefined) made["stack"] = stack;
    if (p.hasOwn(error, "cause") && error.cause !== undefined) {
      this.path[depth] = ".cause";
      made["cause"] = this.node(error.cause, depth + 1);
    }
    const errors = this.errors(error, depth);
    if (errors !== undefined) made["errors"] = errors;
    if (code !== undefined) made["code"] = code;
    const props = this.properties(error, depth);
    if (props !== undefined) made["props"] = props;
    return this.tag("$error", made);
  }

  /** What an AggregateError stands for: its `errors`, which are no enumerable property. */
  private errors(error: Error, depth: number): unknown[] | undefined {
    const found = p.getOwnPropertyDescriptor(error, "errors");
    if (found === undefined || found.enumerable || !p.isArray(found.value)) return undefined;
    const given = found.value as unknown[];
    const made = p.list<unknown>();
    for (let i = 0; i < given.length && i < MOST_ERRORS; i++) {
      const { count } = this;
      this.path[depth] = `.errors[${i}]`;
      try {
        made[i] = this.node(given[i], depth + 1);
      } catch (reason) {
        if (!(reason instanceof NotAValue)) throw reason;
        this.forget(count);
        made[i] = this.node(bareError(errorText(asError(given[i]))), depth + 1);
      }
    }
    return made;
  }

  /** What an error carries beside its texts: the own enumerable properties that are values, as pairs. */
  private properties(error: Error, depth: number): unknown[] | undefined {
    const names = p.keys(error);
    if (names.length === 0) return undefined;
    const made = p.list<unknown>();
    for (let i = 0; i < names.length && made.length < MOST_PROPERTIES; i++) {
      const name = names[i]!;
      if (isText(name)) continue;
      const value = p.attempt(() => (error as unknown as Record<string, unknown>)[name]);
      if (name === "code" && typeof value === "string") continue;
      const { count } = this;
      this.path[depth] = `.${name}`;
      try {
        made[made.length] = p.list<unknown>(name, this.node(value, depth + 1));
      } catch (reason) {
        if (!(reason instanceof NotAValue)) throw reason;
        this.forget(count);
      }
    }
    return made.length === 0 ? undefined : made;
  }

  /** Take back the numbers from `count` on: what had them is left out. */
  private forget(count: number): void {
    p.mapForEach(this.numbers, (number, value) => {
      if ((number as number) >= count) p.mapDelete(this.numbers, value);
    });
    this.count = count;
  }

  private tag(name: string, content: unknown): object {
    this.tagged = true;
    const made = p.record();
    made[name] = content;
    return made;
  }
}

/** Whether an error's property of this name is one of its texts, or its cause. */
function isText(name: string): boolean {
  return name === "name" || name === "message" || name === "stack" || name === "cause";
}

function isCopyable(prototype: object): boolean {
  const known = p.weakGet(copyable, prototype) as boolean | undefined;
  if (known !== undefined) return known;
  const maker = p.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
  const text = typeof maker === "function" ? p.functionText(maker) : "";
  const found = p.regexpTest(NATIVE_CODE, text) === null && p.regexpTest(PRIVATE_NAME, text) === null;
  p.weakSet(copyable, prototype, found);
  return found;
}

/** Why an object is no value. A promise is met where its author has forgotten to await it. */
function notStored(value: object): string {
  const isPromise = p.attempt(() => value instanceof p.NativePromise) === true;
  return isPromise ? "a Promise cannot be stored; await it first" : `${article(className(value))} cannot be stored`;
}

function className(value: object): string {
  const maker = p.attempt(() => (value as { constructor?: unknown }).constructor);
  const name = typeof maker === "function" ? p.attempt(() => maker.name) : undefined;
  return typeof name === "string" && name !== "" ? p.slice(name, 0, 100) : "object of an unknown kind";
}

function article(name: string): string {
  return `${p.indexOf("AEIOUaeiou", name[0]!) >= 0 ? "an" : "a"} ${name}`;
}
