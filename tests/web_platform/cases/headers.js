// The facts of https://fetch.spec.whatwg.org/#headers-class
function init(name, given, expected) {
  test(name, () => assert_object_equals([...new Headers(given)], expected));
}
function refused(name, run) {
  test(name, () => assert_throws_js(TypeError, run));
}

init("headers of nothing", undefined, []);
init("headers of an empty object", {}, []);
init("headers of a record", { b: "1", A: "2" }, [
  ["a", "2"],
  ["b", "1"],
]);
init(
  "headers of a list of pairs",
  [
    ["b", "1"],
    ["a", "2"],
    ["b", "3"],
  ],
  [
    ["a", "2"],
    ["b", "1, 3"],
  ],
);
init("headers of headers", new Headers({ a: "1" }), [["a", "1"]]);
init("headers of a Map", new Map([["a", "1"]]), [["a", "1"]]);
init(
  "headers of an iterable of iterables",
  (function* () {
    yield new Set(["a", "1"]);
  })(),
  [["a", "1"]],
);
init("values become texts", { a: 1, b: null, c: undefined, d: true }, [
  ["a", "1"],
  ["b", "null"],
  ["c", "undefined"],
  ["d", "true"],
]);
init("white space around a value goes", { a: " \t1 2\n ", b: "\r\n" }, [
  ["a", "1 2"],
  ["b", ""],
]);
init("characters to U+00FF are kept", { a: "\u0080\u00ff" }, [["a", "\u0080\u00ff"]]);
init(
  "cookies stay apart",
  [
    ["set-cookie", "a=1"],
    ["b", "1"],
    ["Set-Cookie", "b=2"],
  ],
  [
    ["b", "1"],
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
  ],
);
init("an inherited property is no header", Object.create({ a: "1" }), []);
init(
  "a property that is not enumerable is no header",
  Object.defineProperty({ b: "1" }, "a", { value: "1" }),
  [["b", "1"]],
);

refused("headers of null", () => new Headers(null));
refused("headers of a number", () => new Headers(5));
refused("headers of a text", () => new Headers("a"));
refused("a pair of one", () => new Headers([["a"]]));
refused("a pair of three", () => new Headers([["a", "b", "c"]]));
refused("a pair that is a text", () => new Headers(["ab"]));
refused("a pair that is not iterable", () => new Headers([1]));
refused("a name that is empty", () => new Headers([["", "1"]]));
refused("a name with a space", () => new Headers([["a b", "1"]]));
refused("a name with a colon", () => new Headers([["a:", "1"]]));
refused("a name beyond ASCII", () => new Headers([["é", "1"]]));
refused("a name beyond U+00FF", () => new Headers([["ā", "1"]]));
refused("a value with NUL", () => new Headers([["a", "1\0"]]));
refused("a value with LF inside", () => new Headers([["a", "1\n2"]]));
refused("a value with CR inside", () => new Headers([["a", "1\r2"]]));
refused("a value beyond U+00FF", () => new Headers([["a", "ā"]]));
refused("a symbol as a name", () => new Headers({ [Symbol()]: "1" }));
refused("a symbol as a value", () => new Headers({ a: Symbol() }));
refused("append of a bad name", () => new Headers().append("a b", "1"));
refused("append of a bad value", () => new Headers().append("a", "\0"));
refused("set of a bad name", () => new Headers().set("", "1"));
refused("get of a bad name", () => new Headers().get("a b"));
refused("has of a bad name", () => new Headers().has("a b"));
refused("delete of a bad name", () => new Headers().delete("a b"));
refused("append of one argument", () => new Headers().append("a"));
refused("set of one argument", () => new Headers().set("a"));
refused("get of no argument", () => new Headers().get());
refused("has of no argument", () => new Headers().has());
refused("delete of no argument", () => new Headers().delete());
refused("forEach of no argument", () => new Headers().forEach());
refused("forEach of no function", () => new Headers().forEach({}));
refused("Headers without new", () => Headers());
refused("get of no Headers", () => Headers.prototype.get.call({}, "a"));
refused("append of no Headers", () => Headers.prototype.append.call(new Map(), "a", "1"));
refused("entries of no Headers", () => Headers.prototype.entries.call({}));
refused("next of no iterator", () => new Headers().keys().next.call({}));

test("get is blind to case", () => assert_equals(new Headers({ "X-A": "1" }).get("x-a"), "1"));
test("get of what is not there", () => assert_equals(new Headers().get("a"), null));
test("get joins values", () =>
  assert_equals(
    new Headers([
      ["a", "1"],
      ["a", "2"],
    ]).get("A"),
    "1, 2",
  ));
test("get joins cookies", () => {
  assert_equals(
    new Headers([
      ["set-cookie", "1"],
      ["set-cookie", "2"],
    ]).get("Set-Cookie"),
    "1, 2",
  );
});
test("get of an empty value", () => assert_equals(new Headers({ a: "" }).get("a"), ""));
test("has", () => {
  const headers = new Headers({ a: "1" });
  assert_true(headers.has("A"));
  assert_false(headers.has("b"));
});
test("append keeps what is there", () => {
  const headers = new Headers({ a: "1" });
  assert_equals(headers.append("A", "2"), undefined);
  assert_equals(headers.get("a"), "1, 2");
});
test("set replaces all values in the first one's place", () => {
  const headers = new Headers([
    ["a", "1"],
    ["b", "2"],
    ["a", "3"],
  ]);
  headers.set("A", "4");
  assert_object_equals(
    [...headers],
    [
      ["a", "4"],
      ["b", "2"],
    ],
  );
});
test("set of what is not there appends", () => {
  const headers = new Headers();
  headers.set("a", "1");
  assert_equals(headers.get("a"), "1");
});
test("delete takes all values", () => {
  const headers = new Headers([
    ["a", "1"],
    ["b", "2"],
    ["a", "3"],
  ]);
  headers.delete("A");
  assert_object_equals([...headers], [["b", "2"]]);
});
test("delete of what is not there", () => assert_equals(new Headers().delete("a"), undefined));
test("getSetCookie of none", () => assert_array_equals(new Headers({ a: "1" }).getSetCookie(), []));
test("getSetCookie in order", () => {
  const headers = new Headers([
    ["set-cookie", "b=2"],
    ["SET-COOKIE", "a=1"],
    ["cookie", "c"],
  ]);
  assert_array_equals(headers.getSetCookie(), ["b=2", "a=1"]);
});
test("getSetCookie gives the same cookie twice", () => {
  const headers = new Headers([
    ["set-cookie", "a=1"],
    ["set-cookie", "a=1"],
  ]);
  assert_array_equals(headers.getSetCookie(), ["a=1", "a=1"]);
});
test("getSetCookie of an empty cookie", () => {
  assert_array_equals(new Headers([["set-cookie", ""]]).getSetCookie(), [""]);
});
test("set of a cookie replaces them all", () => {
  const headers = new Headers([
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
  ]);
  headers.set("Set-Cookie", "c=3");
  assert_array_equals(headers.getSetCookie(), ["c=3"]);
});
test("names are sorted by unit", () => {
  const headers = new Headers([
    ["b", "1"],
    ["a-", "2"],
    ["a", "3"],
    ["~", "4"],
    ["!", "5"],
  ]);
  assert_array_equals([...headers.keys()], ["!", "a", "a-", "b", "~"]);
});
test("keys, values and entries", () => {
  const headers = new Headers([
    ["b", "2"],
    ["a", "1"],
  ]);
  assert_array_equals([...headers.keys()], ["a", "b"]);
  assert_array_equals([...headers.values()], ["1", "2"]);
  assert_object_equals(
    [...headers.entries()],
    [
      ["a", "1"],
      ["b", "2"],
    ],
  );
});
test("forEach gives value, name and headers", () => {
  const headers = new Headers({ a: "1" });
  const self = {};
  const seen = [];
  headers.forEach(function (...given) {
    seen.push(this, ...given);
  }, self);
  assert_true(seen[0] === self && seen[1] === "1" && seen[2] === "a" && seen[3] === headers);
  assert_equals(seen.length, 4);
});
test("an iteration meets what is deleted under it", () => {
  const headers = new Headers([
    ["a", "1"],
    ["b", "2"],
    ["c", "3"],
  ]);
  const seen = [];
  for (const [name] of headers) {
    seen.push(name);
    headers.delete("b");
  }
  assert_array_equals(seen, ["a", "c"]);
});
test("an iteration meets what is added under it", () => {
  const headers = new Headers([["a", "1"]]);
  const seen = [];
  for (const [name] of headers) {
    seen.push(name);
    if (name === "a") headers.append("b", "2");
  }
  assert_array_equals(seen, ["a", "b"]);
});
test("an iterator's prototype", () => {
  const prototype = Object.getPrototypeOf(new Headers().entries());
  assert_equals(Object.getPrototypeOf(prototype), Iterator.prototype);
  assert_equals(prototype[Symbol.toStringTag], "Headers Iterator");
  assert_false(Object.hasOwn(prototype, "constructor"));
  assert_true(Object.getOwnPropertyDescriptor(prototype, "next").enumerable);
});
test("an iterator is iterable", () => {
  const iterator = new Headers({ a: "1" }).keys();
  assert_equals(iterator[Symbol.iterator](), iterator);
});
test("an iterator that is done stays so", () => {
  const iterator = new Headers({ a: "1" }).keys();
  iterator.next();
  assert_object_equals(iterator.next(), { value: undefined, done: true });
  assert_object_equals(iterator.next(), { value: undefined, done: true });
});
test("the pairs of an iteration are arrays of their own", () => {
  const headers = new Headers({ a: "1" });
  const [pair] = headers;
  pair[1] = "2";
  assert_true(Array.isArray(pair));
  assert_equals(headers.get("a"), "1");
});
test("entries is the iterator", () => {
  assert_equals(Headers.prototype.entries, Headers.prototype[Symbol.iterator]);
  assert_false(Object.getOwnPropertyDescriptor(Headers.prototype, Symbol.iterator).enumerable);
});
test("the members are enumerable", () => {
  assert_array_equals(Object.keys(Headers.prototype).sort(), [
    "append",
    "delete",
    "entries",
    "forEach",
    "get",
    "getSetCookie",
    "has",
    "keys",
    "set",
    "values",
  ]);
});
test("the lengths of the functions", () => {
  const { append, get, set, forEach, getSetCookie } = Headers.prototype;
  assert_array_equals([append.length, get.length, set.length, forEach.length], [2, 1, 2, 1]);
  assert_array_equals([Headers.length, getSetCookie.length], [0, 0]);
});
test("the tag and the name", () => {
  assert_equals(Object.prototype.toString.call(new Headers()), "[object Headers]");
  assert_equals(Headers.name, "Headers");
  assert_equals(Headers.prototype.getSetCookie.name, "getSetCookie");
});
test("Headers on globalThis is not enumerable", () => {
  assert_false(Object.getOwnPropertyDescriptor(globalThis, "Headers").enumerable);
});
test("headers have no own properties", () => {
  assert_array_equals(Reflect.ownKeys(new Headers({ a: "1" })), []);
});
test("headers of Response.error cannot be changed", () => {
  assert_throws_js(TypeError, () => Response.error().headers.append("a", "1"));
});
test("headers of Response.redirect cannot be changed", () => {
  const { headers } = Response.redirect("https://a.example/");
  assert_throws_js(TypeError, () => headers.set("location", "https://b.example/"));
  assert_throws_js(TypeError, () => headers.delete("location"));
});
test("headers of a response can be changed", () => {
  const { headers } = new Response();
  headers.set("a", "1");
  assert_equals(headers.get("a"), "1");
});
test("a copy of headers is on its own", () => {
  const one = new Headers({ a: "1" });
  const two = new Headers(one);
  two.set("a", "2");
  assert_equals(one.get("a"), "1");
});
test("a class may extend Headers", () => {
  class Mine extends Headers {}
  assert_equals(new Mine({ a: "1" }).get("a"), "1");
});
test("headers know a record's names in their order", () => {
  const seen = [];
  const record = new Proxy(
    { b: "1", a: "2" },
    {
      ownKeys: (of) => (seen.push("keys"), Reflect.ownKeys(of)),
      get: (of, name) => (typeof name === "string" && seen.push(name), of[name]),
    },
  );
  new Headers(record);
  assert_array_equals(seen, ["keys", "b", "a"]);
});
