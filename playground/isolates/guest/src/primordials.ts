/**
 * What the runtime needs of the language, taken before tenant code runs.
 *
 * Tenant code may replace `JSON.parse`, `Array.prototype.push` or `Promise.prototype.then`. The runtime calls none of these through
 * the objects that tenants can reach: it calls what is captured here.
 */
const { call, apply, bind } = Function.prototype;

/** `uncurry(f)(self, ...args)` is `f.call(self, ...args)` without looking up `call`. */
export const uncurry = bind.bind(call) as unknown as <T, A extends unknown[], R>(
  method: (this: T, ...args: A) => R,
) => (self: T, ...args: A) => R;

export const { parse, stringify } = JSON;
export const {
  create,
  defineProperty,
  entries,
  freeze,
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  getPrototypeOf,
  keys,
  setPrototypeOf,
  is,
} = Object;
export const { ownKeys } = Reflect;
export const reflectApply = Reflect.apply;
export const reflectConstruct = Reflect.construct;
export const isArray = Array.isArray;
export const isView = ArrayBuffer.isView;
export const { isFinite: isFiniteNumber, isInteger } = Number;
export const hasOwn = Object.hasOwn;
export const NativePromise = Promise;
export const NativeMap = Map;
export const NativeSet = Set;
export const NativeWeakMap = WeakMap;
export const NativeDate = Date;
export const NativeError = Error;
export const NativeTypeError = TypeError;
export const NativeRegExp = RegExp;
export const NativeString = String;
export const NativeSymbol = Symbol;
export const NativeUint8Array = Uint8Array;

export const push = uncurry(Array.prototype.push) as <T>(array: T[], item: T) => number;
export const join = uncurry(Array.prototype.join);
export const slice = uncurry(String.prototype.slice);
export const charCodeAt = uncurry(String.prototype.charCodeAt);
export const startsWith = uncurry(String.prototype.startsWith);
export const then = uncurry(Promise.prototype.then) as <T>(
  promise: Promise<T>,
  fulfilled: ((value: T) => unknown) | undefined,
  rejected?: (reason: unknown) => unknown,
) => Promise<unknown>;
export const resolved = NativePromise.resolve.bind(NativePromise) as <T>(value: T) => Promise<Awaited<T>>;
export const mapGet = uncurry(Map.prototype.get);
export const mapSet = uncurry(Map.prototype.set);
export const mapHas = uncurry(Map.prototype.has);
export const mapDelete = uncurry(Map.prototype.delete);
export const mapForEach = uncurry(Map.prototype.forEach);
export const setAdd = uncurry(Set.prototype.add);
export const setHas = uncurry(Set.prototype.has);
export const setForEach = uncurry(Set.prototype.forEach);
export const weakGet = uncurry(WeakMap.prototype.get);
export const weakSet = uncurry(WeakMap.prototype.set);
export const dateTime = uncurry(Date.prototype.getTime);
export const bigintText = uncurry(BigInt.prototype.toString);
export const functionText = uncurry(Function.prototype.toString);
