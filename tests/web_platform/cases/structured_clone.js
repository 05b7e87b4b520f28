// The facts of https://html.spec.whatwg.org/multipage/structured-data.html
function clones(name, value, check) {
  test(name, () => {
    const copy = structuredClone(value);
    if (check) check(copy, value);
    else assert_equals(copy, value);
  });
}
function refuses(name, make) {
  test(name, () => assert_throws_dom("DataCloneError", () => structuredClone(make())));
}
const isNew = (copy, value, kind) => {
  assert_not_equals(copy, value);
  assert_equals(Object.getPrototypeOf(copy), kind.prototype);
};

clones("undefined", undefined);
clones("null", null);
clones("true", true);
clones("a text", "text");
clones("the empty text", "");
clones("a lone surrogate", "\ud800");
clones("zero", 0);
clones("minus zero", -0);
clones("NaN", NaN);
clones("Infinity", Infinity);
clones("a fraction", 0.2);
clones("a BigInt", 123n);
clones("a BigInt of 5,000 digits", 10n ** 5000n);
clones("a Boolean object", new Boolean(false), (copy, value) => {
  isNew(copy, value, Boolean);
  assert_equals(copy.valueOf(), false);
});
clones("a Number object", new Number(-0), (copy, value) => {
  isNew(copy, value, Number);
  assert_equals(copy.valueOf(), -0);
});
clones("a String object", new String("s"), (copy, value) => {
  isNew(copy, value, String);
  assert_equals(copy.valueOf(), "s");
});
clones("a BigInt object", Object(5n), (copy, value) => {
  isNew(copy, value, BigInt);
  assert_equals(copy.valueOf(), 5n);
});
clones("a Date", new Date(1e12), (copy, value) => {
  isNew(copy, value, Date);
  assert_equals(copy.getTime(), 1e12);
});
clones("an invalid Date", new Date(NaN), (copy) => assert_equals(copy.getTime(), NaN));
clones("a RegExp", Object.assign(/a\/b/giu, { lastIndex: 3 }), (copy, value) => {
  isNew(copy, value, RegExp);
  assert_equals(String(copy), "/a\\/b/giu");
  assert_equals(copy.lastIndex, 0);
});
clones("an object", { a: 1, b: { c: [1, 2] } }, (copy, value) => {
  isNew(copy, value, Object);
  assert_object_equals(copy, value);
  assert_not_equals(copy.b, value.b);
});
clones("an array", [1, "2", [3]], (copy, value) => {
  isNew(copy, value, Array);
  assert_object_equals(copy, value);
});
clones("an array with holes", [, 1, , 2], (copy) => {
  assert_equals(copy.length, 4);
  assert_false(0 in copy);
  assert_true(1 in copy);
});
clones("an array with a name of its own", Object.assign([1], { extra: 2 }), (copy) => {
  assert_equals(copy.extra, 2);
});
clones("an array of length 10", new Array(10), (copy) => assert_equals(copy.length, 10));
clones(
  "a Map",
  new Map([
    [1, { a: 1 }],
    [{}, new Map()],
  ]),
  (copy, value) => {
    isNew(copy, value, Map);
    assert_equals(copy.size, 2);
    assert_object_equals(copy.get(1), { a: 1 });
  },
);
clones("a Set", new Set([1, "a", {}]), (copy, value) => {
  isNew(copy, value, Set);
  assert_array_equals([...copy].slice(0, 2), [1, "a"]);
});
test("a Map that holds itself", () => {
  const map = new Map();
  map.set(map, map);
  const copy = structuredClone(map);
  assert_equals(copy.get(copy), copy);
});
test("an object that holds itself", () => {
  const value = { list: [] };
  value.list.push(value, value.list);
  const copy = structuredClone(value);
  assert_equals(copy.list[0], copy);
  assert_equals(copy.list[1], copy.list);
});
test("what is shared stays shared", () => {
  const shared = {};
  const copy = structuredClone([shared, shared, new Map([["a", shared]])]);
  assert_equals(copy[0], copy[1]);
  assert_equals(copy[2].get("a"), copy[0]);
});
clones("an ArrayBuffer", new Uint8Array([1, 2, 3]).buffer, (copy, value) => {
  isNew(copy, value, ArrayBuffer);
  assert_array_equals(new Uint8Array(copy), [1, 2, 3]);
});
clones("a resizable ArrayBuffer", new ArrayBuffer(2, { maxByteLength: 8 }), (copy) => {
  assert_true(copy.resizable);
  assert_equals(copy.maxByteLength, 8);
});
clones("a typed array", new Int16Array([1, -2]), (copy, value) => {
  isNew(copy, value, Int16Array);
  assert_array_equals(copy, [1, -2]);
});
clones("a Float16Array", new Float16Array([1.5]), (copy) => assert_equals(copy[0], 1.5));
clones("a BigUint64Array", new BigUint64Array([5n]), (copy) => assert_equals(copy[0], 5n));
clones("a DataView", new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 2), (copy, value) => {
  isNew(copy, value, DataView);
  assert_array_equals([copy.byteOffset, copy.byteLength, copy.getUint8(0)], [1, 2, 2]);
});
test("a view's whole buffer goes with it", () => {
  const copy = structuredClone(new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
  assert_array_equals(copy, [2, 3]);
  assert_equals(copy.buffer.byteLength, 4);
});
test("two views of one buffer stay so", () => {
  const { buffer } = new Uint8Array(8);
  const copy = structuredClone([new Uint8Array(buffer), new Uint32Array(buffer, 4, 1)]);
  assert_equals(copy[0].buffer, copy[1].buffer);
});

function errors(name, Kind) {
  test(name, () => {
    const error = new Kind("message");
    const copy = structuredClone(error);
    assert_equals(Object.getPrototypeOf(copy), Kind.prototype);
    assert_equals(copy.name, Kind.name);
    assert_equals(copy.message, "message");
    assert_equals(copy.stack, error.stack);
    assert_false(Object.keys(copy).includes("message"));
  });
}
errors("an Error", Error);
errors("an EvalError", EvalError);
errors("a RangeError", RangeError);
errors("a ReferenceError", ReferenceError);
errors("a SyntaxError", SyntaxError);
errors("a TypeError", TypeError);
errors("an URIError", URIError);
test("an error of another name is an Error", () => {
  class Mine extends TypeError {
    name = "Mine";
  }
  const copy = structuredClone(new Mine("m"));
  assert_equals(Object.getPrototypeOf(copy), Error.prototype);
  assert_equals(copy.name, "Error");
  assert_equals(copy.message, "m");
});
test("an error without a message of its own has none", () => {
  assert_false(Object.hasOwn(structuredClone(new Error()), "message"));
});
test("an error's cause is cloned", () => {
  const cause = { a: 1 };
  const copy = structuredClone(new Error("m", { cause }));
  assert_object_equals(copy.cause, { a: 1 });
  assert_not_equals(copy.cause, cause);
});
test("an error whose cause is itself", () => {
  const error = new Error("m");
  error.cause = error;
  const copy = structuredClone(error);
  assert_equals(copy.cause, copy);
});
test("an error's other properties are lost", () => {
  assert_false("code" in structuredClone(Object.assign(new Error("m"), { code: 1 })));
});
test("a DOMException", () => {
  const copy = structuredClone(new DOMException("m", "DataCloneError"));
  assert_true(copy instanceof DOMException);
  assert_array_equals([copy.name, copy.message, copy.code], ["DataCloneError", "m", 25]);
});

clones(
  "an instance of a class is a plain object",
  new (class Point {
    x = 1;
    #y = 2;
    get z() {
      return this.#y;
    }
  })(),
  (copy) => {
    assert_equals(Object.getPrototypeOf(copy), Object.prototype);
    assert_object_equals(copy, { x: 1 });
  },
);
clones(
  "an object without a prototype has one",
  Object.create(null, { a: { value: 1, enumerable: true } }),
  (copy) => {
    assert_object_equals(copy, { a: 1 });
    assert_equals(Object.getPrototypeOf(copy), Object.prototype);
  },
);
clones(
  "getters are called",
  {
    get a() {
      return 5;
    },
  },
  (copy) => {
    assert_object_equals(Object.getOwnPropertyDescriptor(copy, "a"), {
      value: 5,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  },
);
clones("what is not enumerable is left out", Object.defineProperty({ a: 1 }, "b", { value: 2 }), (copy) => {
  assert_object_equals(copy, { a: 1 });
});
clones("symbols as names are left out", { [Symbol("s")]: 1, a: 1 }, (copy) =>
  assert_object_equals(copy, { a: 1 }),
);
clones("what is inherited is left out", Object.create({ a: 1 }), (copy) => assert_object_equals(copy, {}));
clones("__proto__ as a name is data", JSON.parse('{"__proto__": 1}'), (copy) => {
  assert_equals(Object.getPrototypeOf(copy), Object.prototype);
  assert_equals(Object.getOwnPropertyDescriptor(copy, "__proto__").value, 1);
});
clones("a frozen object is not frozen", Object.freeze({ a: 1 }), (copy) =>
  assert_false(Object.isFrozen(copy)),
);
clones("an object with a Date's prototype alone", Object.create(Date.prototype), (copy) => {
  assert_equals(Object.getPrototypeOf(copy), Object.prototype);
});
clones("a subclass of Map is a Map", new (class extends Map {})([[1, 2]]), (copy) => {
  assert_equals(Object.getPrototypeOf(copy), Map.prototype);
  assert_equals(copy.get(1), 2);
});
test("what a getter throws is thrown", () => {
  const reason = new Error("mine");
  assert_throws_exactly(reason, () =>
    structuredClone({
      get a() {
        throw reason;
      },
    }),
  );
});
test("a property that a getter deletes is left out", () => {
  const copy = structuredClone({
    get a() {
      delete this.b;
      return 1;
    },
    b: 2,
  });
  assert_object_equals(copy, { a: 1 });
});
test("deep nesting", () => {
  let value = null;
  for (let i = 0; i < 1000; i++) value = [value];
  let depth = 0;
  for (let copy = structuredClone(value); copy !== null; copy = copy[0]) depth++;
  assert_equals(depth, 1000);
});

refuses("a function", () => () => {});
refuses("a symbol", () => Symbol("s"));
refuses("a Symbol object", () => Object(Symbol("s")));
refuses("a WeakMap", () => new WeakMap());
refuses("a WeakSet", () => new WeakSet());
refuses("a WeakRef", () => new WeakRef({}));
refuses("a Promise", () => Promise.resolve());
refuses("a generator", () => (function* () {})());
refuses("a Response", () => new Response());
refuses("a Headers", () => new Headers());
refuses("an AbortSignal", () => new AbortController().signal);
refuses("an Event", () => new Event("a"));
refuses("an URL", () => new URL("https://a.example"));
refuses("crypto", () => crypto);
refuses("a function inside", () => ({ a: [new Map([[1, () => {}]])] }));
refuses("a method", () => ({ method() {} }));

test("an ArrayBuffer is transferred", () => {
  const { buffer } = new Uint8Array([1, 2]);
  const copy = structuredClone(buffer, { transfer: [buffer] });
  assert_array_equals(new Uint8Array(copy), [1, 2]);
  assert_true(buffer.detached);
});
test("views of what is transferred go with it", () => {
  const view = new Uint8Array([1, 2, 3]);
  const copy = structuredClone({ view, again: view.buffer }, { transfer: [view.buffer] });
  assert_equals(copy.view.buffer, copy.again);
  assert_array_equals(copy.view, [1, 2, 3]);
  assert_equals(view.length, 0);
});
test("what is transferred need not be in the value", () => {
  const buffer = new ArrayBuffer(4);
  structuredClone(1, { transfer: [buffer] });
  assert_true(buffer.detached);
});
test("what cannot be cloned leaves the buffers alone", () => {
  const buffer = new ArrayBuffer(4);
  assert_throws_dom("DataCloneError", () => structuredClone(() => {}, { transfer: [buffer] }));
  assert_false(buffer.detached);
});
test("nothing is transferred twice", () => {
  const buffer = new ArrayBuffer(4);
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [buffer, buffer] }));
});
test("an object is not transferred", () => {
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [{}] }));
});
test("what is detached is neither cloned nor transferred", () => {
  const buffer = new ArrayBuffer(4);
  structuredClone(buffer, { transfer: [buffer] });
  assert_throws_dom("DataCloneError", () => structuredClone(buffer));
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [buffer] }));
});
test("structuredClone needs an argument", () => assert_throws_js(TypeError, () => structuredClone()));
test("a transfer list is a list", () => {
  assert_throws_js(TypeError, () => structuredClone(1, { transfer: 5 }));
  assert_throws_js(TypeError, () => structuredClone(1, 5));
});
test("the error names itself", () => {
  try {
    structuredClone(Symbol("s"));
    assert_unreached();
  } catch (error) {
    assert_equals(error.code, 25);
    assert_true(error.message.includes("could not be cloned"));
  }
});
