// The facts of https://urlpattern.spec.whatwg.org/
function matches(name, pattern, url, groups) {
  test(name, () => {
    const found = new URLPattern(...[pattern].flat()).exec(url);
    assert_not_equals(found, null);
    assert_object_equals({ ...found.pathname.groups }, groups);
    assert_true(new URLPattern(...[pattern].flat()).test(url));
  });
}
function misses(name, pattern, url) {
  test(name, () => {
    assert_equals(new URLPattern(...[pattern].flat()).exec(url), null);
    assert_false(new URLPattern(...[pattern].flat()).test(url));
  });
}
const path = (pathname, options) => [{ pathname }, ...(options ? [options] : [])];

matches("a path", path("/a/b"), "https://x.example/a/b", {});
misses("another path", path("/a/b"), "https://x.example/a/c");
matches("a name", path("/users/:id"), "https://x.example/users/7", { id: "7" });
misses("a name is one part", path("/users/:id"), "https://x.example/users/7/8");
misses("a name is not empty", path("/users/:id"), "https://x.example/users/");
matches("two names", path("/:a/:b"), "https://x.example/1/2", { a: "1", b: "2" });
matches("a wildcard", path("/files/*"), "https://x.example/files/a/b", { 0: "a/b" });
matches("an empty wildcard", path("/files/*"), "https://x.example/files/", { 0: "" });
matches("an expression", path("/n/(\\d+)"), "https://x.example/n/12", { 0: "12" });
misses("an expression that does not match", path("/n/(\\d+)"), "https://x.example/n/x");
matches("a name with an expression", path("/n/:id(\\d+)"), "https://x.example/n/12", { id: "12" });
matches("an optional name that is there", path("/a/:b?"), "https://x.example/a/c", { b: "c" });
matches("an optional name that is not", path("/a/:b?"), "https://x.example/a", { b: undefined });
matches("a name many times", path("/a/:b+"), "https://x.example/a/c/d", { b: "c/d" });
misses("a name once at least", path("/a/:b+"), "https://x.example/a");
matches("a name any times", path("/a/:b*"), "https://x.example/a", { b: undefined });
matches("an optional group", path("/a{/b}?"), "https://x.example/a", {});
matches("a name in braces", path("/{:a}-x"), "https://x.example/q-x", { a: "q" });
matches("an escaped colon", path("/a\\:b"), "https://x.example/a:b", {});
misses("letters in their case", path("/A"), "https://x.example/a");
matches("letters in any case", path("/A", { ignoreCase: true }), "https://x.example/a", {});
matches("characters beyond ASCII", path("/é"), "https://x.example/%C3%A9", {});
matches("a whole URL", "https://x.example/:id", "https://x.example/5", { id: "5" });
misses("another host", "https://x.example/:id", "https://y.example/5");
matches("a base", ["/:id", "https://x.example"], "https://x.example/5", { id: "5" });
test("a pattern's host", () => {
  const pattern = new URLPattern({ hostname: ":sub.example.com" });
  assert_equals(pattern.exec("https://a.example.com/").hostname.groups.sub, "a");
  assert_false(pattern.test("https://a.b.example.com/"));
});
test("a pattern's query and fragment", () => {
  const pattern = new URLPattern({ search: "a=:a", hash: ":h" });
  const found = pattern.exec("https://x.example/?a=1#top");
  assert_equals(found.search.groups.a, "1");
  assert_equals(found.hash.groups.h, "top");
});
test("what is not said is anything", () => {
  const pattern = new URLPattern({ pathname: "/a" });
  assert_array_equals(
    [pattern.protocol, pattern.hostname, pattern.port, pattern.search],
    ["*", "*", "*", "*"],
  );
  assert_equals(pattern.pathname, "/a");
});
test("what is found names its input", () => {
  const found = new URLPattern({ pathname: "/:a" }).exec({ pathname: "/b" });
  assert_object_equals(found.inputs, [{ pathname: "/b" }]);
  assert_equals(found.pathname.input, "/b");
});
test("an empty pattern matches everything", () =>
  assert_true(new URLPattern().test("https://x.example/y?z#w")));
test("what is no URL does not match", () =>
  assert_false(new URLPattern({ pathname: "/a" }).test("not a url")));
test("patterns that are none", () => {
  assert_throws_js(TypeError, () => new URLPattern("/a"));
  assert_throws_js(TypeError, () => new URLPattern({ pathname: "/(" }));
  assert_throws_js(TypeError, () => new URLPattern({ pathname: "/:a/:a" }));
});
