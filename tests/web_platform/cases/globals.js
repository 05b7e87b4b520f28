// What is on globalThis, by Workers' documentation and by https://tc39.es/ecma262/#sec-global-object
import { globals } from "./harness.js";

const LANGUAGE =
  "AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean " +
  "DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array " +
  "Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN " +
  "Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String SuppressedError " +
  "Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap " +
  "WeakRef WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis " +
  "isFinite isNaN parseFloat parseInt undefined unescape";
const PLATFORM =
  "AbortController AbortSignal Blob ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy " +
  "Crypto CryptoKey CustomEvent DOMException DecompressionStream ErrorEvent Event EventTarget File " +
  "FixedLengthStream FormData Headers IdentityTransformStream MessageEvent Navigator Performance " +
  "PerformanceEntry PerformanceMark PerformanceMeasure ReadableByteStreamController ReadableStream " +
  "ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultController " +
  "ReadableStreamDefaultReader Request Response Scheduler SubtleCrypto TextDecoder TextDecoderStream " +
  "TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController URL URLPattern " +
  "URLSearchParams WritableStream WritableStreamDefaultController WritableStreamDefaultWriter atob " +
  "btoa clearInterval clearTimeout console crypto fetch navigator performance queueMicrotask " +
  "reportError scheduler self setInterval setTimeout structuredClone";
const NODE = [
  "process",
  "require",
  "module",
  "exports",
  "Buffer",
  "global",
  "__dirname",
  "__filename",
  "setImmediate",
];
const ENGINE = [
  "std",
  "os",
  "bjson",
  "print",
  "gc",
  "scriptArgs",
  "InternalError",
  "native",
  "turn",
  "out",
  "entropy",
  "modules",
  "SharedArrayBuffer",
];

test("every own property is meant to be there", () => {
  const allowed = new Set([...LANGUAGE.split(" "), ...PLATFORM.split(" "), Symbol.toStringTag]);
  assert_object_equals(globals.filter((name) => !allowed.has(name)).map(String), []);
});
test("what is meant to be there is there", () => {
  const found = new Set(globals);
  const missing = [...LANGUAGE.split(" "), ...PLATFORM.split(" ")].filter((name) => !found.has(name));
  assert_object_equals(missing, []);
});
test("nothing of Node's is there", () => {
  assert_object_equals(
    NODE.filter((name) => globals.includes(name)),
    [],
  );
  assert_equals(typeof process, "undefined");
  assert_equals(typeof require, "undefined");
  assert_equals(typeof Buffer, "undefined");
});
test("nothing of the engine's own is there", () => {
  assert_object_equals(
    ENGINE.filter((name) => globals.includes(name)),
    [],
  );
});
test("self and globalThis are the same", () => {
  assert_equals(self, globalThis);
  assert_equals(this, undefined);
});
test("classes are not enumerable, functions are", () => {
  const enumerable = (name) => Object.getOwnPropertyDescriptor(globalThis, name).enumerable;
  for (const name of ["URL", "Event", "Response", "ReadableStream", "CryptoKey"])
    assert_false(enumerable(name), name);
  for (const name of ["fetch", "setTimeout", "atob", "structuredClone"]) assert_true(enumerable(name), name);
});

function evaluates(name, run) {
  test(name, () => assert_throws_js(EvalError, run));
}
evaluates("eval", () => eval("1"));
evaluates("indirect eval", () => (0, eval)("1"));
evaluates("new Function", () => new Function("return 1"));
evaluates("Function without new", () => Function("return 1"));
evaluates("a function's constructor", () => (() => {}).constructor("return 1"));
evaluates("a constructor's constructor", () => Object.constructor("return this")());
evaluates("an async function's constructor", () => (async () => {}).constructor("return 1"));
evaluates("a generator's constructor", () => function* () {}.constructor("yield 1"));
evaluates("an async generator's constructor", () => async function* () {}.constructor("yield 1"));
evaluates("a method's constructor", () => [].map.constructor("return 1"));
evaluates("Reflect.construct of Function", () => Reflect.construct(Function, ["return 1"]));
evaluates("a subclass of Function", () => new (class extends Function {})("return 1"));
test("functions are still functions", () => {
  assert_true((() => {}) instanceof Function);
  assert_equals(
    Function.prototype,
    Object.getPrototypeOf(() => {}),
  );
  assert_equals(Function.name, "Function");
  assert_equals((async () => {}).constructor.name, "AsyncFunction");
});

test("navigator", () => {
  assert_equals(navigator.userAgent, "Cloudflare-Workers");
  assert_equals(navigator.language, "en");
  assert_array_equals(navigator.languages, ["en"]);
  assert_true(navigator instanceof Navigator);
  assert_throws_js(TypeError, () => new Navigator());
});

// DOMException: https://webidl.spec.whatwg.org/#idl-DOMException
const CODES = {
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
};
test("a DOMException's codes", () => {
  for (const [name, code] of Object.entries(CODES))
    assert_equals(new DOMException("m", name).code, code, name);
  for (const name of ["EncodingError", "OperationError", "DataError", "NotAllowedError", "Other"]) {
    assert_equals(new DOMException("m", name).code, 0, name);
  }
});
test("a DOMException's parts", () => {
  const error = new DOMException("message", "AbortError");
  assert_array_equals(
    [error.name, error.message, String(error)],
    ["AbortError", "message", "AbortError: message"],
  );
  const bare = new DOMException();
  assert_array_equals([bare.name, bare.message, bare.code], ["Error", "", 0]);
  assert_true(error instanceof Error);
  assert_equals(Object.prototype.toString.call(error), "[object DOMException]");
  assert_equals(typeof error.stack, "string");
  assert_false(Object.hasOwn(error, "name"));
});
test("a DOMException's constants", () => {
  assert_equals(DOMException.ABORT_ERR, 20);
  assert_equals(new DOMException().DATA_CLONE_ERR, 25);
  assert_equals(DOMException.INDEX_SIZE_ERR, 1);
});
test("a DOMException needs new", () => assert_throws_js(TypeError, () => DOMException("m")));

test("reportError", () => {
  assert_equals(reportError(new Error("expected by this case")), undefined);
  assert_equals(reportError(null), undefined);
  assert_throws_js(TypeError, () => reportError());
});
