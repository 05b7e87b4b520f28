// The facts of https://console.spec.whatwg.org/; tests/unit/isolates/guest/test_console.py has those of lines
const METHODS =
  "assert clear count countReset debug dir dirxml error group groupCollapsed groupEnd info log table " +
  "time timeEnd timeLog trace warn";

test("console has every method", () => {
  for (const name of METHODS.split(" ")) {
    assert_equals(typeof console[name], "function", name);
    assert_equals(console[name].name, name, name);
  }
});
test("every method may be called apart, with anything", () => {
  const hostile = {
    toString() {
      throw new Error("no");
    },
    get x() {
      throw new Error("no");
    },
  };
  const self = {};
  self.self = self;
  const values = [
    undefined,
    null,
    0,
    -0,
    1n,
    "x",
    Symbol("s"),
    () => {},
    class A {},
    hostile,
    self,
    new Proxy({}, {}),
  ];
  for (const name of METHODS.split(" ")) {
    const method = console[name];
    assert_equals(method(), undefined, name);
    for (const value of values) assert_equals(method(value, "%s %d %o"), undefined, name);
  }
});
test("what is replaced does not stop it", () => {
  const { stringify } = JSON;
  const { join } = Array.prototype;
  JSON.stringify = Array.prototype.join = () => assert_unreached();
  try {
    console.log("%s", { a: [1] }, [2]);
  } finally {
    JSON.stringify = stringify;
    Array.prototype.join = join;
  }
});
test("console is an object whose methods are enumerable", () => {
  assert_false(Object.getOwnPropertyDescriptor(globalThis, "console").enumerable);
  assert_true(Object.keys(console).includes("log"));
  assert_equals(Object.prototype.toString.call(console), "[object console]");
});
