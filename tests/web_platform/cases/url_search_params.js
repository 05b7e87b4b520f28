// The facts of https://url.spec.whatwg.org/#interface-urlsearchparams
const pairs = (params) => [...params].map(([name, value]) => `${name}=${value}`);
function reads(name, init, expected) {
  test(name, () => assert_array_equals(pairs(new URLSearchParams(init)), expected));
}
function writes(name, init, expected) {
  test(name, () => assert_equals(String(new URLSearchParams(init)), expected));
}
function refuses(name, make) {
  test(name, () => assert_throws_js(TypeError, () => new URLSearchParams(make())));
}

reads("nothing", undefined, []);
reads("the empty text", "", []);
reads("a text", "a=1&b=2", ["a=1", "b=2"]);
reads("a question mark before", "?a=1", ["a=1"]);
reads("a second question mark", "??a=1", ["?a=1"]);
reads("no value", "a&b=", ["a=", "b="]);
reads("no name", "=a", ["=a"]);
reads("an equals sign in the value", "a=b=c", ["a=b=c"]);
reads("empty parts", "&a&&b&", ["a=", "b="]);
reads("plus signs", "a+b=c+d", ["a b=c d"]);
reads("what is encoded", "a%20b=%C3%A9&%26=%3D", ["a b=é", "&=="]);
reads("what is encoded badly", "a=%zz&b=%", ["a=%zz", "b=%"]);
reads("UTF-8 that is none", "a=%ff", ["a=\ufffd"]);
reads("a byte order mark", "%ef%bb%bfa=1", ["\ufeffa=1"]);
reads("an object", { a: 1, b: null }, ["a=1", "b=null"]);
reads("an empty object", {}, []);
reads(
  "pairs",
  [
    ["a", 1],
    ["a", 2],
  ],
  ["a=1", "a=2"],
);
reads("a Map", new Map([["a", "1"]]), ["a=1"]);
reads("other parameters", new URLSearchParams("a=1&a=2"), ["a=1", "a=2"]);
reads("FormData's pairs", [...new Map([["x", "y z"]])], ["x=y z"]);
refuses("a pair of one", () => [["a"]]);
refuses("a pair of three", () => [["a", "b", "c"]]);
refuses("pairs that are none", () => [1]);

writes("spaces", [["a b", "c d"]], "a+b=c+d");
writes("signs that stay", [["*-._", "a"]], "*-._=a");
writes("signs that are encoded", [["a", "~!'()"]], "a=%7E%21%27%28%29");
writes("delimiters", [["a&b", "c=d"]], "a%26b=c%3Dd");
writes("characters beyond ASCII", [["é", "😀"]], "%C3%A9=%F0%9F%98%80");
writes("a lone surrogate", [["a", "\ud800"]], "a=%EF%BF%BD");
writes("a line end", [["a", "\r\n"]], "a=%0D%0A");
writes("an empty name", [["", ""]], "=");
writes("plus", [["a", "+"]], "a=%2B");

test("append, get, getAll, has", () => {
  const params = new URLSearchParams("a=1");
  params.append("a", 2);
  assert_equals(params.get("a"), "1");
  assert_array_equals(params.getAll("a"), ["1", "2"]);
  assert_equals(params.get("b"), null);
  assert_array_equals(params.getAll("b"), []);
  assert_true(params.has("a"));
  assert_false(params.has("A"));
  assert_true(params.has("a", "2"));
  assert_false(params.has("a", "3"));
  assert_true(params.has("a", undefined));
});
test("set replaces the first and takes the others away", () => {
  const params = new URLSearchParams("a=1&b=2&a=3");
  params.set("a", "4");
  params.set("c", "5");
  assert_equals(String(params), "a=4&b=2&c=5");
});
test("delete by name, and by name and value", () => {
  const params = new URLSearchParams("a=1&b=2&a=3");
  params.delete("a", "3");
  assert_equals(String(params), "a=1&b=2");
  params.delete("a");
  assert_equals(String(params), "b=2");
});
test("sort is stable and by code units", () => {
  const params = new URLSearchParams("z=b&a=b&z=a&a=a&ﬃ=1&🌈=2");
  params.sort();
  assert_array_equals(pairs(params), ["a=b", "a=a", "z=b", "z=a", "🌈=2", "ﬃ=1"]);
});
test("size", () => {
  const params = new URLSearchParams("a=1&a=2");
  assert_equals(params.size, 2);
  params.delete("a");
  assert_equals(params.size, 0);
});
test("keys, values, entries, forEach", () => {
  const params = new URLSearchParams("a=1&b=2");
  assert_array_equals([...params.keys()], ["a", "b"]);
  assert_array_equals([...params.values()], ["1", "2"]);
  assert_equals(params[Symbol.iterator], params.entries);
  const seen = [];
  params.forEach(
    function (value, name, whole) {
      seen.push(value, name, whole === params, this.x);
    },
    { x: 1 },
  );
  assert_array_equals(seen, ["1", "a", true, 1, "2", "b", true, 1]);
});
test("an iteration sees what changes", () => {
  const params = new URLSearchParams("a=1&b=2&c=3");
  const seen = [];
  for (const [name] of params) {
    params.delete(name);
    seen.push(name);
  }
  assert_array_equals(seen, ["a", "c"]);
});
test("arguments are needed", () => {
  const params = new URLSearchParams();
  assert_throws_js(TypeError, () => params.append("a"));
  assert_throws_js(TypeError, () => params.get());
  assert_throws_js(TypeError, () => params.forEach());
  assert_throws_js(TypeError, () => URLSearchParams());
});
test("the class names itself", () => {
  assert_equals(Object.prototype.toString.call(new URLSearchParams()), "[object URLSearchParams]");
  const iterator = new URLSearchParams("a=1").entries();
  assert_equals(Object.prototype.toString.call(iterator), "[object URLSearchParams Iterator]");
});
