/**
 * What the runtime needs of the language, taken before tenant code runs.
 *
 * Tenant code may replace `JSON.parse`, `Array.prototype.push` or `Promise.prototype.then`, and may put
 * setters on the prototypes. The runtime calls nothing through objects that tenants can reach: it calls
 * what is captured here, and builds its own data in objects without a prototype.
 */
const { call, bind } = Function.prototype;

/** `uncurry(f)(self, ...args)` is `f.call(self, ...args)` without looking up `call`. */
export const uncurry = bind.bind(call) as unknown as <T, A extends unknown[], R>(
  method: (this: T, ...args: A) => R,
) => (self: T, ...args: A) => R;

// the engine makes template literals with this method, by its name, so tenants cannot replace it
Object.defineProperty(String.prototype, "concat", { writable: false, configurable: false });

/**
 * The getter of an accessor, as a function of its object. Throws a TypeError for an object of another kind.
 */
export const getter = <R>(of: object, name: PropertyKey): ((self: unknown) => R) =>
  uncurry(getOwnPropertyDescriptor(of, name)!.get as (this: unknown) => R);

export const { parse, stringify } = JSON;
export const {
  create,
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  getPrototypeOf,
  keys,
  setPrototypeOf,
  is,
} = Object;
export const { ownKeys, deleteProperty, apply: reflectApply } = Reflect;
export const isArray = Array.isArray;
export const isView = ArrayBuffer.isView;
const isError = (Error as unknown as { isError(value: unknown): value is Error }).isError;
export const { isFinite: isFiniteNumber, isInteger, MAX_SAFE_INTEGER: MOST_SAFE } = Number;
export const hasOwn = Object.hasOwn;
export const { floor, imul, trunc } = Math;
export const clock = Date.now;

export const NativePromise = Promise;
export const NativeProxy = Proxy;
export const NativeMap = Map;
export const NativeSet = Set;
export const NativeWeakMap = WeakMap;
export const NativeWeakSet = WeakSet;
export const NativeDate = Date;
export const NativeError = Error;
export const NativeTypeError = TypeError;
export const NativeRangeError = RangeError;
export const NativeSyntaxError = SyntaxError;
export const NativeRegExp = RegExp;
export const NativeString = String;
export const NativeBigInt = BigInt;
export const NativeUint8Array = Uint8Array;
export const NativeArrayBuffer = ArrayBuffer;
export const NativeFinalizationRegistry = FinalizationRegistry;
export const NativeDOMException = DOMException;
export const ObjectPrototype = Object.prototype;
export const AggregateErrorPrototype = AggregateError.prototype;
export const ArrayPrototype = Array.prototype;
export const FunctionPrototype = Function.prototype;
export const MapPrototype = Map.prototype;
export const SetPrototype = Set.prototype;

export const fromCharCode = String.fromCharCode;
export const slice = uncurry(String.prototype.slice);
export const charCodeAt = uncurry(String.prototype.charCodeAt);
export const toLowerCase = uncurry(String.prototype.toLowerCase);
export const indexOf = uncurry(String.prototype.indexOf);
export const toWellFormed = uncurry(
  (String.prototype as unknown as { toWellFormed(): string }).toWellFormed,
);
const nativeThen = uncurry(Promise.prototype.then) as <T>(
  promise: Promise<T>,
  fulfilled: ((value: T) => unknown) | undefined,
  rejected: ((reason: unknown) => unknown) | undefined,
) => Promise<unknown>;
export const lastly = uncurry(Promise.prototype.finally) as (
  promise: Promise<unknown>,
  settled?: () => void,
) => Promise<unknown>;
export const mapGet = uncurry(Map.prototype.get);
export const mapSet = uncurry(Map.prototype.set);
export const mapDelete = uncurry(Map.prototype.delete);
export const mapForEach = uncurry(Map.prototype.forEach);
export const mapSize = getter<number>(Map.prototype, "size");
export const setAdd = uncurry(Set.prototype.add);
export const setHas = uncurry(Set.prototype.has);
export const setForEach = uncurry(Set.prototype.forEach);
export const setSize = getter<number>(Set.prototype, "size");
export const weakGet = uncurry(WeakMap.prototype.get);
export const weakSet = uncurry(WeakMap.prototype.set);
export const weakHas = uncurry(WeakMap.prototype.has);
export const weakSetAdd = uncurry(WeakSet.prototype.add);
export const weakSetHas = uncurry(WeakSet.prototype.has);
export const register = uncurry(FinalizationRegistry.prototype.register);
export const dateTime = uncurry(Date.prototype.getTime);
export const dateText = uncurry(Date.prototype.toISOString);
export const bigintText = uncurry(BigInt.prototype.toString);
export const functionText = uncurry(Function.prototype.toString);
export const regexpExec = uncurry(RegExp.prototype.exec);
export const regexpTest = uncurry(RegExp.prototype.exec) as (pattern: RegExp, text: string) => unknown;
export const regexpSource = getter<string>(RegExp.prototype, "source");
export const regexpFlags = getter<string>(RegExp.prototype, "flags");
export const exceptionName = getter<string>(DOMException.prototype, "name");
export const exceptionMessage = getter<string>(DOMException.prototype, "message");
export const bufferLength = getter<number>(ArrayBuffer.prototype, "byteLength");

const TypedArrayPrototype = getPrototypeOf(Uint8Array.prototype) as object;
/** The name of a typed array's class; undefined for anything else. */
export const typedArrayName = getter<string | undefined>(TypedArrayPrototype, Symbol.toStringTag);
const viewGetters = (of: object) => ({
  buffer: getter<ArrayBuffer>(of, "buffer"),
  offset: getter<number>(of, "byteOffset"),
  length: getter<number>(of, "byteLength"),
});
const ofArray = viewGetters(TypedArrayPrototype);
const ofDataView = viewGetters(DataView.prototype);

/** The bytes that a typed array or DataView shows, not copied. */
export function viewBytes(view: unknown): Uint8Array<ArrayBuffer> {
  const of = typedArrayName(view) === undefined ? ofDataView : ofArray;
  return new NativeUint8Array(of.buffer(view), of.offset(view), of.length(view));
}

type Base64 = { toBase64(): string };
export const toBase64 = uncurry((Uint8Array.prototype as unknown as Base64).toBase64);
export const toHex = uncurry((Uint8Array.prototype as unknown as { toHex(): string }).toHex);
export const { fromBase64 } = Uint8Array as unknown as {
  fromBase64(text: string): Uint8Array<ArrayBuffer>;
};
export const bytesSet = uncurry(Uint8Array.prototype.set);
/** How many bytes there are; `length` is a getter that tenant code may replace. */
export const bytesLength = ofArray.length as (bytes: Uint8Array) => number;
export const bytesBuffer = ofArray.buffer as (bytes: Uint8Array) => ArrayBuffer;

/** A part of the bytes, not copied; no negative places. The language's own asks for a tenant's species. */
export function bytesSubarray(bytes: Uint8Array, start: number, end?: number): Uint8Array<ArrayBuffer> {
  const length = bytesLength(bytes);
  const to = end === undefined || end > length ? length : end;
  return new NativeUint8Array(bytesBuffer(bytes), ofArray.offset(bytes) + start, to > start ? to - start : 0);
}

/** A copy of a part of the bytes. */
export function bytesSlice(bytes: Uint8Array, start = 0, end?: number): Uint8Array<ArrayBuffer> {
  const part = bytesSubarray(bytes, start, end);
  const made = new NativeUint8Array(bytesLength(part));
  bytesSet(made, part);
  return made;
}

/** Whether `value` is an error: of the language's, of a tenant's, or a DOMException. */
export function isThrowable(value: unknown): value is Error {
  return isError(value) || (typeof value === "object" && attempt(() => exceptionName(value)) !== undefined);
}

/** An array that no setter of a tenant's can get at. `JSON.stringify` takes it for an array. */
export function list<T>(...items: T[]): T[] {
  return setPrototypeOf(items, null) as T[];
}

/** An object that no setter of a tenant's can get at. */
export function record(): Record<string, unknown> {
  return create(null) as Record<string, unknown>;
}

/** Set an own property without meeting setters that tenant code may have put on a prototype. */
export function define(target: object, name: PropertyKey, value: unknown, enumerable = true): void {
  const descriptor = record();
  descriptor["value"] = value;
  descriptor["enumerable"] = enumerable;
  descriptor["writable"] = true;
  descriptor["configurable"] = true;
  defineProperty(target, name, descriptor as PropertyDescriptor);
}

/** What `read` gives, or undefined where it throws. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Goes on with one of the runtime's own promises. The language's `then` looks for a species at
 * `promise.constructor`, where tenant code may have put what throws; here it finds none.
 */
export function then<T>(
  promise: Promise<T>,
  fulfilled: ((value: T) => unknown) | undefined,
  rejected?: (reason: unknown) => unknown,
): Promise<unknown> {
  attempt(() => define(promise, "constructor", undefined, false)); // a step's may be frozen
  const next = nativeThen(promise, fulfilled, rejected);
  deleteProperty(promise, "constructor");
  return next;
}

/**
 * What a value comes to. `await` takes promises apart itself, where `resolve` would call a `then` that may
 * be replaced.
 */
export const awaited = async (value: unknown): Promise<unknown> => await value;
