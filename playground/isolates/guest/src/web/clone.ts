/**
 * structuredClone, within the isolate. What crosses its wall is encoded instead (`codec.ts`), which has
 * limits that this has not.
 * https://html.spec.whatwg.org/multipage/structured-data.html#safe-passing-of-structured-data
 */
import { isRefused } from "../encoder";
import * as p from "../primordials";
import { located } from "../stacks";
import { dictionary, need } from "./webidl";

type Copy = (value: object) => object | undefined;
type Kind = "simple" | "map" | "set" | "none";

const NativeObject = Object;
const ERRORS = p.record() as Record<string, ErrorConstructor>;
for (const kind of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
  ERRORS[kind.name] = kind as ErrorConstructor;
}

/** What the language's own objects are, by their prototypes; copies of those that hold no other values. */
const KINDS = new p.NativeMap<object, Kind>();
const COPIES = new p.NativeMap<object, Copy>();
function simple(prototype: object, copy: Copy): void {
  p.mapSet(KINDS, prototype, "simple");
  p.mapSet(COPIES, prototype, copy);
}
for (const kind of [Boolean, Number, String, BigInt, Symbol]) {
  const valueOf = p.uncurry(kind.prototype.valueOf as () => unknown);
  simple(kind.prototype, (value) => {
    const wrapped = valueOf(value);
    return typeof wrapped === "symbol" ? refuse("A symbol") : (NativeObject(wrapped) as object);
  });
}
simple(Date.prototype, (value) => new p.NativeDate(p.dateTime(value as Date)));
simple(ArrayBuffer.prototype, (value) => (p.bufferLength(value), copied(value as ArrayBuffer)));
simple(RegExp.prototype, (value) => new p.NativeRegExp(p.regexpSource(value), p.regexpFlags(value)));
p.mapSet(KINDS, Map.prototype, "map");
p.mapSet(KINDS, Set.prototype, "set");
for (const kind of [Promise, WeakMap, WeakSet, WeakRef, FinalizationRegistry, Iterator]) {
  p.mapSet(KINDS, kind.prototype, "none");
}
p.mapSet(KINDS, p.getPrototypeOf(async function* () {}.prototype.__proto__) as object, "none");
const TypedArrays = p.getPrototypeOf(Uint8Array) as object;
const { NativeUint8Array } = p;
const arrayBuffer = ArrayBuffer.prototype as ArrayBuffer & {
  readonly detached: boolean;
  transfer(): ArrayBuffer;
};
const isDetached = p.getter<boolean>(arrayBuffer, "detached");
const isResizable = p.getter<boolean>(arrayBuffer, "resizable");
const mostBytes = p.getter<number>(arrayBuffer, "maxByteLength");
const transfer = p.uncurry(arrayBuffer.transfer);
const viewGetters = (of: object) => ({
  buffer: p.getter<ArrayBuffer>(of, "buffer"),
  offset: p.getter<number>(of, "byteOffset"),
  size: p.getter<number>(of, "byteLength"),
});
const ofArray = { ...viewGetters(p.getPrototypeOf(Uint8Array.prototype) as object) };
const arrayLength = p.getter<number>(p.getPrototypeOf(Uint8Array.prototype) as object, "length");
const ofDataView = viewGetters(DataView.prototype);
type View = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;
const VIEWS = p.record() as Record<string, View>;
for (const name of p.getOwnPropertyNames(globalThis)) {
  const kind = (globalThis as unknown as Record<string, View>)[name]!;
  if (typeof kind === "function" && p.getPrototypeOf(kind) === TypedArrays) VIEWS[name] = kind;
}
const NativeDataView = DataView as unknown as View;

function refuse(what: string): never {
  throw new p.NativeDOMException(`${what} could not be cloned`, "DataCloneError");
}

class Cloner {
  private readonly seen = new p.NativeMap<object, object>();

  value(value: unknown): unknown {
    if (typeof value === "symbol") return refuse("A symbol");
    if (typeof value === "function") return refuse("A function");
    if (typeof value !== "object" || value === null) return value;
    const known = p.mapGet(this.seen, value) as object | undefined;
    return known ?? this.object(value);
  }

  private object(value: object): object {
    const prototype = p.getPrototypeOf(value) as object | null;
    if (p.isArray(value)) return this.fields(value, this.keep(value, this.items(value)));
    if (prototype === p.ObjectPrototype || prototype === null)
      return this.fields(value, this.keep(value, {}));
    if (p.isThrowable(value)) return this.error(value);
    if (p.isView(value)) return this.view(value);
    for (let at: object | null = prototype; at !== null; at = p.getPrototypeOf(at) as object | null) {
      const kind = p.mapGet(KINDS, at) as Kind | undefined;
      if (kind === undefined) continue;
      const made = this.special(kind, at, value);
      if (made !== undefined) return made;
    }
    if (isRefused(value)) return refuse("The object");
    return this.fields(value, this.keep(value, {}));
  }

  /** The copy of one of the language's own objects; undefined for what only has its prototype. */
  private special(kind: Kind, prototype: object, value: object): object | undefined {
    if (kind === "none") return refuse("The object");
    if (kind === "simple") {
      const made = orUndefined(() => (p.mapGet(COPIES, prototype) as Copy)(value));
      return made && this.keep(value, made);
    }
    const size = kind === "map" ? p.mapSize : p.setSize;
    if (orUndefined(() => size(value)) === undefined) return undefined;
    return kind === "map" ? this.map(value as Map<unknown, unknown>) : this.set(value as Set<unknown>);
  }

  private items(value: unknown[]): unknown[] {
    const made: unknown[] = [];
    made.length = value.length;
    return made;
  }

  private view(value: ArrayBufferView): object {
    const name = p.typedArrayName(value);
    const of = name === undefined ? ofDataView : ofArray;
    const buffer = this.value(of.buffer(value)) as ArrayBuffer;
    const size = name === undefined ? of.size(value) : arrayLength(value);
    const kind = name === undefined ? NativeDataView : VIEWS[name]!;
    return this.keep(value, new kind(buffer, of.offset(value), size));
  }

  private map(value: Map<unknown, unknown>): object {
    const made = this.keep(value, new p.NativeMap<unknown, unknown>());
    const pairs = p.list<unknown>();
    p.mapForEach(value, (item: unknown, key: unknown) => {
      pairs[pairs.length] = key;
      pairs[pairs.length] = item;
    });
    for (let i = 0; i < pairs.length; i += 2) p.mapSet(made, this.value(pairs[i]), this.value(pairs[i + 1]));
    return made;
  }

  private set(value: Set<unknown>): object {
    const made = this.keep(value, new p.NativeSet<unknown>());
    const items = p.list<unknown>();
    p.setForEach(value, (item: unknown) => {
      items[items.length] = item;
    });
    for (let i = 0; i < items.length; i++) p.setAdd(made, this.value(items[i]));
    return made;
  }

  private error(error: Error): object {
    const dom = p.attempt(() => p.exceptionName(error));
    if (dom !== undefined) {
      const copy = this.keep(error, new p.NativeDOMException(p.exceptionMessage(error), dom));
      p.define(copy, "stack", `${error.stack}`, false);
      return copy;
    }
    const name = `${error.name}`;
    const message = p.getOwnPropertyDescriptor(error, "message");
    const made = this.keep(error, new (ERRORS[name] ?? p.NativeError)());
    if (message !== undefined && "value" in message)
      p.define(made, "message", `${message.value as string}`, false);
    const { stack } = error;
    p.define(made, "stack", typeof stack === "string" ? stack : "", false);
    if (p.hasOwn(error, "cause")) p.define(made, "cause", this.value(error.cause), false);
    return made;
  }

  private fields<T extends object>(value: object, made: T): T {
    const names = p.keys(value);
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (!p.hasOwn(value, name)) continue;
      p.define(made, name, this.value((value as Record<string, unknown>)[name]));
    }
    return made;
  }

  private keep<T extends object>(value: object, made: T): T {
    p.mapSet(this.seen, value, made);
    return made;
  }
}

/** What `copy` gives; undefined where it is asked for something of another kind. */
function orUndefined<T>(copy: () => T): T | undefined {
  try {
    return copy();
  } catch (error) {
    if (error instanceof p.NativeTypeError) return undefined;
    throw error;
  }
}

function copied(buffer: ArrayBuffer): ArrayBuffer {
  if (isDetached(buffer)) return refuse("A detached ArrayBuffer");
  if (!isResizable(buffer)) return p.bytesSlice(new NativeUint8Array(buffer)).buffer;
  const made = new p.NativeArrayBuffer(p.bufferLength(buffer), { maxByteLength: mostBytes(buffer) } as never);
  p.bytesSet(new NativeUint8Array(made), new NativeUint8Array(buffer));
  return made;
}

function transferList(options: unknown): ArrayBuffer[] {
  const { transfer: given } = dictionary<{ transfer?: unknown }>(options, "structuredClone()'s options");
  if (given === undefined) return p.list();
  if (typeof given !== "object" || given === null) throw new p.NativeTypeError("transfer is not a list");
  const items = p.setPrototypeOf([...(given as Iterable<unknown>)], null) as unknown[];
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== "object" || item === null) throw new p.NativeTypeError("transfer holds objects");
    if (p.attempt(() => p.bufferLength(item)) === undefined) refuse("What is no ArrayBuffer, transferred,");
    for (let k = 0; k < i; k++) if (items[k] === item) refuse("An ArrayBuffer that is transferred twice");
  }
  return items as ArrayBuffer[];
}

/** A copy of a value. Throws a DataCloneError for what has none, or what copying it throws. */
export function structuredClone(value?: unknown, options?: unknown): unknown {
  need(arguments.length, 1, "structuredClone()");
  const transferred = transferList(options);
  const copy = located(() => new Cloner().value(value));
  for (let i = 0; i < transferred.length; i++) {
    if (isDetached(transferred[i]!)) refuse("A detached ArrayBuffer");
    transfer(transferred[i]!);
  }
  return copy;
}
p.define(structuredClone, "length", 1, false);
