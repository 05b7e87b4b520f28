// The facts of https://fetch.spec.whatwg.org/: Request, Response and their bodies
const URL_ = "https://a.example/";
const bytes = (...given) => new Uint8Array(given);
const post = (body, more) => new Request(URL_, { method: "POST", body, ...more });
const stream = (...chunks) => ReadableStream.from(chunks);

// -- Request
test("a request by default", () => {
  const r = new Request(URL_);
  assert_array_equals(
    [r.method, r.url, r.redirect, r.cache, r.credentials, r.mode, r.integrity, r.keepalive, r.referrer],
    ["GET", URL_, "follow", "default", "same-origin", "cors", "", false, "about:client"],
  );
  assert_array_equals(
    [r.destination, r.referrerPolicy, r.duplex, r.body, r.bodyUsed],
    ["", "", "half", null, false],
  );
  assert_true(r.headers instanceof Headers && r.signal instanceof AbortSignal);
  assert_false(r.signal.aborted);
});
test("a request's options", () => {
  const r = new Request(URL_, {
    method: "PUT",
    redirect: "manual",
    cache: "no-store",
    credentials: "omit",
    mode: "same-origin",
    integrity: "x",
    keepalive: 1,
    referrer: "",
    referrerPolicy: "origin",
    headers: { a: "1" },
    body: "b",
    duplex: "half",
  });
  assert_array_equals(
    [
      r.method,
      r.redirect,
      r.cache,
      r.credentials,
      r.mode,
      r.integrity,
      r.keepalive,
      r.referrer,
      r.referrerPolicy,
    ],
    ["PUT", "manual", "no-store", "omit", "same-origin", "x", true, "", "origin"],
  );
  assert_equals(r.headers.get("a"), "1");
});
test("a URL is put in order", () => {
  assert_equals(new Request("HTTPS://A.example:443/b/../c?d#e").url, "https://a.example/c?d#e");
});
test("a URL object", () =>
  assert_equals(new Request(new URL("https://a.example/b")).url, "https://a.example/b"));
test("methods are put in capitals", () => {
  const found = ["get", "head", "post", "put", "delete", "options"].map(
    (method) => new Request(URL_, { method }).method,
  );
  assert_array_equals(found, ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);
});
test("other methods stay", () => {
  assert_equals(new Request(URL_, { method: "patch" }).method, "patch");
  assert_equals(new Request(URL_, { method: "QUERY" }).method, "QUERY");
});
refused("the method CONNECT", () => new Request(URL_, { method: "connect" }));
refused("the method TRACE", () => new Request(URL_, { method: "TRACE" }));
refused("the method TRACK", () => new Request(URL_, { method: "Track" }));
refused("an empty method", () => new Request(URL_, { method: "" }));
refused("a method with a space", () => new Request(URL_, { method: "a b" }));
refused("a method that is null with a body", () => new Request(URL_, { method: "GE T", body: "a" }));
refused("GET with a body", () => new Request(URL_, { body: "a" }));
refused("HEAD with a body", () => new Request(URL_, { method: "HEAD", body: "" }));
refused("a URL that is relative", () => new Request("/a"));
refused("a URL that is none", () => new Request("http://:"));
refused("a URL with a user", () => new Request("https://u@a.example/"));
refused("a URL with a password", () => new Request("https://:p@a.example/"));
refused("a request of nothing", () => new Request());
refused("Request without new", () => Request(URL_));
refused("options of a request that are a text", () => new Request(URL_, "a"));
refused("redirect that is unknown", () => new Request(URL_, { redirect: "x" }));
refused("cache that is unknown", () => new Request(URL_, { cache: "x" }));
refused("credentials that are unknown", () => new Request(URL_, { credentials: "x" }));
refused("mode that is unknown", () => new Request(URL_, { mode: "x" }));
refused("the mode navigate", () => new Request(URL_, { mode: "navigate" }));
refused("referrerPolicy that is unknown", () => new Request(URL_, { referrerPolicy: "x" }));
refused("referrer that is no URL", () => new Request(URL_, { referrer: "http://:" }));
refused("only-if-cached from elsewhere", () => new Request(URL_, { cache: "only-if-cached" }));
refused("duplex that is unknown", () => new Request(URL_, { duplex: "full" }));
refused("a signal that is none", () => new Request(URL_, { signal: {} }));
refused("bad headers of a request", () => new Request(URL_, { headers: { a: "\0" } }));
refused("a stream that is kept alive", () => post(stream(), { keepalive: true }));
refused("url of no request", () => Request.prototype.url);
refused("clone of no request", () => Request.prototype.clone.call({}));
promise_test("a request of a request", async () => {
  const one = post("a", { headers: { a: "1" }, redirect: "manual" });
  const two = new Request(one);
  assert_array_equals(
    [two.method, two.url, two.headers.get("a"), two.redirect],
    ["POST", URL_, "1", "manual"],
  );
  assert_true(one.bodyUsed);
  assert_equals(await two.text(), "a");
  two.headers.set("a", "2");
  assert_equals(one.headers.get("a"), "1");
});
promise_test("a request of a request with a stream", async () => {
  const one = post(stream(bytes(97)));
  const two = new Request(one);
  assert_true(one.bodyUsed);
  assert_not_equals(one.body, two.body);
  assert_equals(await two.text(), "a");
});
promise_test("a request of a request with another body", async () => {
  const one = post("a");
  const two = new Request(one, { body: "b" });
  assert_false(one.bodyUsed);
  assert_array_equals([await one.text(), await two.text()], ["a", "b"]);
});
promise_test("a request of a request with other headers", async () => {
  const two = new Request(post("a", { headers: { a: "1" } }), { headers: { b: "2" } });
  assert_object_equals([...two.headers], [["b", "2"]]);
});
promise_test("a request of one that was read", async () => {
  const one = post("a");
  await one.text();
  assert_throws_js(TypeError, () => new Request(one));
  assert_equals(new Request(one, { body: "b" }).bodyUsed, false);
});
refused("a request of one with a body, as GET", () => new Request(post("a"), { method: "GET" }));
promise_test("clone of a request", async () => {
  const one = post("a", { headers: { a: "1" } });
  const two = one.clone();
  two.headers.set("a", "2");
  assert_equals(one.headers.get("a"), "1");
  assert_array_equals([await one.text(), await two.text()], ["a", "a"]);
  assert_throws_js(TypeError, () => one.clone());
});
test("a request's signal follows", () => {
  const controller = new AbortController();
  const request = new Request(URL_, { signal: controller.signal });
  assert_false(request.signal.aborted);
  controller.abort("why");
  assert_true(request.signal.aborted);
  assert_equals(request.signal.reason, "why");
});
test("a request's signal is one of its own", () => {
  const { signal } = new AbortController();
  const request = new Request(URL_, { signal });
  assert_not_equals(request.signal, signal);
  assert_equals(request.signal, request.signal);
});
test("a request's signal when it was aborted before", () => {
  assert_equals(new Request(URL_, { signal: AbortSignal.abort(5) }).signal.reason, 5);
});
test("a request of a request follows its signal", () => {
  const controller = new AbortController();
  const request = new Request(new Request(URL_, { signal: controller.signal })).clone();
  controller.abort(5);
  assert_equals(request.signal.reason, 5);
});
test("a signal of null follows nothing", () => {
  const controller = new AbortController();
  const request = new Request(new Request(URL_, { signal: controller.signal }), { signal: null });
  controller.abort();
  assert_false(request.signal.aborted);
});
test("cf is kept", () => {
  const cf = { cacheTtl: 5 };
  assert_equals(new Request(new Request(URL_, { cf })).cf, cf);
  assert_equals(new Request(URL_).cf, undefined);
  assert_equals(new Response(null, { cf }).cf, cf);
});
test("there is no WebSocket", () => assert_equals(new Response().webSocket, null));

// -- form
test("the tags", () => {
  assert_equals(Object.prototype.toString.call(new Request(URL_)), "[object Request]");
  assert_equals(Object.prototype.toString.call(new Response()), "[object Response]");
});
test("the members of Response are enumerable", () => {
  assert_array_equals(Object.keys(Response.prototype).sort(), [
    "arrayBuffer",
    "blob",
    "body",
    "bodyUsed",
    "bytes",
    "cf",
    "clone",
    "formData",
    "headers",
    "json",
    "ok",
    "redirected",
    "status",
    "statusText",
    "text",
    "type",
    "url",
    "webSocket",
  ]);
  assert_array_equals(Object.keys(Response).sort(), ["error", "json", "redirect"]);
});
test("the members of Request are enumerable", () => {
  const found = Object.keys(Request.prototype);
  for (const name of ["arrayBuffer", "body", "clone", "headers", "method", "redirect", "signal", "url"]) {
    assert_true(found.includes(name), name);
  }
});
test("the lengths of the functions", () => {
  assert_array_equals(
    [Request.length, Response.length, Response.json.length, Response.redirect.length],
    [1, 0, 1, 1],
  );
  assert_array_equals([Response.prototype.text.length, Response.prototype.clone.length], [0, 0]);
});
test("nothing of what they hold can be reached", () => {
  for (const made of [new Request(URL_), new Response("a"), new Response("a").clone()]) {
    assert_array_equals(Reflect.ownKeys(made), []);
    assert_equals(Object.getPrototypeOf(Object.getPrototypeOf(made)), Object.prototype);
  }
});
test("members cannot be written", () => {
  const response = new Response("a");
  assert_throws_js(TypeError, () => {
    "use strict";
    response.status = 5;
  });
  assert_throws_js(TypeError, () => {
    "use strict";
    response.headers = {};
  });
  assert_equals(response.status, 200);
});
test("methods are not constructors", () => {
  assert_throws_js(TypeError, () => new Response.prototype.text());
  assert_throws_js(TypeError, () => new Response.json(1));
});
test("a class may extend Request and Response", () => {
  class MyRequest extends Request {}
  class MyResponse extends Response {}
  assert_equals(new MyRequest(URL_).method, "GET");
  assert_true(new MyResponse("a") instanceof Response);
  assert_false(new MyResponse("a").clone() instanceof MyResponse);
});
rejected("fetch without a network", () => fetch(URL_), Error);
