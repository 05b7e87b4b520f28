// The facts of https://fetch.spec.whatwg.org/: Request, Response and their bodies
const URL_ = "https://a.example/";
const bytes = (...given) => new Uint8Array(given);
const post = (body, more) => new Request(URL_, { method: "POST", body, ...more });
const stream = (...chunks) => ReadableStream.from(chunks);
const all = async (body) => (await new Blob(await Array.fromAsync(body)).text());

function refused(name, run, kind = TypeError) {
  test(name, () => assert_throws_js(kind, run));
}
function rejected(name, run, kind = TypeError) {
  promise_test(name, () => promise_rejects_js(kind, run()));
}
function body(name, make, expected, type) {
  promise_test(name, async () => {
    const response = new Response(make());
    assert_equals(response.headers.get("content-type"), type);
    assert_equals(await response.text(), expected);
    const request = post(make());
    assert_equals(request.headers.get("content-type"), type);
    assert_equals(await request.text(), expected);
  });
}

// -- bodies
body("a body of text", () => "aé", "aé", "text/plain;charset=UTF-8");
body("a body of an empty text", () => "", "", "text/plain;charset=UTF-8");
body("a body of a number", () => 5, "5", "text/plain;charset=UTF-8");
body("a body of an object", () => ({}), "[object Object]", "text/plain;charset=UTF-8");
body("a body of a lone surrogate", () => "\ud800", "\ufffd", "text/plain;charset=UTF-8");
body("a body of a buffer", () => bytes(97, 98).buffer, "ab", null);
body("a body of a view", () => bytes(97, 98, 99).subarray(1, 2), "b", null);
body("a body of a DataView", () => new DataView(bytes(97, 98).buffer, 1), "b", null);
body("a body of a blob", () => new Blob(["ab"], { type: "a/b" }), "ab", "a/b");
body("a body of a blob without a type", () => new Blob(["ab"]), "ab", null);
body("a body of a file", () => new File(["ab"], "f", { type: "a/b" }), "ab", "a/b");
body("a body of parameters", () => new URLSearchParams({ a: "b c" }), "a=b+c",
  "application/x-www-form-urlencoded;charset=UTF-8");
body("a body of a stream", () => stream(bytes(97), bytes(98)), "ab", null);
body("a body of an empty stream", () => stream(), "", null);
body("a mark at the beginning of a body goes", () => bytes(0xef, 0xbb, 0xbf, 97), "a", null);
body("a body that is not UTF-8", () => bytes(0xff), "\ufffd", null);
promise_test("a body of a form", async () => {
  const form = new FormData();
  form.append("a", "1");
  const response = new Response(form);
  assert_true(response.headers.get("content-type").startsWith("multipart/form-data; boundary="));
  assert_true((await response.text()).includes('name="a"\r\n\r\n1\r\n'));
});
test("a type that is said stays", () => {
  assert_equals(new Response("a", { headers: { "Content-Type": "x/y" } }).headers.get("content-type"), "x/y");
});
promise_test("what is written to a buffer later does not matter", async () => {
  const given = bytes(97);
  const response = new Response(given);
  given[0] = 98;
  assert_equals(await response.text(), "a");
});
promise_test("no body", async () => {
  for (const given of [undefined, null]) {
    const response = new Response(given);
    assert_equals(response.body, null);
    assert_equals(await response.text(), "");
    assert_false(response.bodyUsed);
    assert_equals(await response.text(), "");
    assert_equals((await response.arrayBuffer()).byteLength, 0);
    assert_equals((await response.blob()).size, 0);
  }
});
promise_test("json", async () => {
  assert_object_equals(await new Response('{"a":[1,null]}').json(), { a: [1, null] });
  assert_object_equals(await new Response("\ufeff[1]").json(), [1]);
});
promise_test("arrayBuffer", async () => {
  const buffer = await new Response("é").arrayBuffer();
  assert_true(buffer instanceof ArrayBuffer);
  assert_array_equals(new Uint8Array(buffer), [0xc3, 0xa9]);
});
promise_test("bytes", async () => {
  const made = await new Response(bytes(1, 2)).bytes();
  assert_equals(Object.getPrototypeOf(made), Uint8Array.prototype);
  assert_array_equals(made, [1, 2]);
});
promise_test("blob", async () => {
  const blob = await new Response("a", { headers: { "content-type": "Text/Plain;charset=UTF-8" } }).blob();
  assert_true(blob instanceof Blob);
  assert_array_equals([blob.type, await blob.text()], ["text/plain;charset=utf-8", "a"]);
});
promise_test("blob of a body without a type", async () => {
  assert_equals((await new Response(bytes(1)).blob()).type, "");
});
rejected("json of what is none", () => new Response("{").json(), SyntaxError);
rejected("json of nothing", () => new Response().json(), SyntaxError);
rejected("formData of a text", () => new Response("a").formData());
promise_test("a body is read once", async () => {
  const response = new Response("1");
  assert_false(response.bodyUsed);
  const reading = response.text();
  assert_true(response.bodyUsed);
  await reading;
  for (const method of ["text", "json", "arrayBuffer", "bytes", "blob", "formData"]) {
    await promise_rejects_js(TypeError, response[method]());
  }
});
promise_test("a body whose JSON failed is read", async () => {
  const response = new Response("{");
  await promise_rejects_js(SyntaxError, response.json());
  assert_true(response.bodyUsed);
});
promise_test("an empty text is a body, and is read", async () => {
  const response = new Response("");
  assert_true(response.body instanceof ReadableStream);
  await response.text();
  assert_true(response.bodyUsed);
});
rejected("text of no body", () => Response.prototype.text.call({}));
rejected("json of a request's method on a response", () => Request.prototype.json.call(new Response("1")));

// -- bodies as streams
promise_test("body is a stream of bytes", async () => {
  const response = new Response("aé");
  assert_true(response.body instanceof ReadableStream);
  assert_equals(response.body, response.body);
  const parts = await Array.fromAsync(response.body);
  assert_true(parts.every((part) => part instanceof Uint8Array));
  assert_array_equals(parts.flatMap((part) => [...part]), [97, 0xc3, 0xa9]);
  assert_true(response.bodyUsed);
});
promise_test("body with a buffer of one's own", async () => {
  const reader = new Response("abc").body.getReader({ mode: "byob" });
  assert_array_equals((await reader.read(new Uint8Array(2))).value, [97, 98]);
});
test("the stream that was given is the body", () => {
  const given = stream();
  assert_equals(new Response(given).body, given);
});
promise_test("text after a look at the body", async () => {
  const response = new Response("a");
  assert_false(response.body.locked);
  assert_equals(await response.text(), "a");
  assert_true(response.bodyUsed);
});
promise_test("a body that was read has a stream that is done", async () => {
  const response = new Response("a");
  await response.text();
  assert_true((await response.body.getReader().read()).done);
});
rejected("text of a locked body", () => {
  const response = new Response("a");
  response.body.getReader();
  return response.text();
});
promise_test("a locked body is not used until it is read", async () => {
  const response = new Response("a");
  const reader = response.body.getReader();
  assert_false(response.bodyUsed);
  await reader.read();
  assert_true(response.bodyUsed);
});
promise_test("a body after cancel", async () => {
  const response = new Response("a");
  await response.body.cancel();
  assert_true(response.bodyUsed);
  await promise_rejects_js(TypeError, response.text());
});
promise_test("an unlocked body may be read on", async () => {
  const response = new Response("a");
  response.body.getReader().releaseLock();
  assert_equals(await response.text(), "a");
});
rejected("text of a stream of texts", () => new Response(stream("a")).text());
rejected("text of a stream of buffers", () => new Response(stream(bytes(1).buffer)).text());
promise_test("text of a stream that fails", async () => {
  const boom = new Error("boom");
  const failing = new ReadableStream({ start(controller) { controller.error(boom); } });
  await promise_rejects_exactly(boom, new Response(failing).text());
});
refused("a locked stream is no body", () => {
  const given = stream();
  given.getReader();
  return new Response(given);
});
promise_test("a stream that was read is no body", async () => {
  const given = stream(bytes(1));
  const reader = given.getReader();
  await reader.read();
  reader.releaseLock();
  assert_throws_js(TypeError, () => new Response(given));
});
promise_test("a body through a transform", async () => {
  const upper = new TransformStream({ transform(text, c) { c.enqueue(text.toUpperCase()); } });
  const made = new Response("abc").body.pipeThrough(new TextDecoderStream()).pipeThrough(upper)
    .pipeThrough(new TextEncoderStream());
  assert_equals(await new Response(made).text(), "ABC");
});
promise_test("a stream of many chunks", async () => {
  async function* generate() { for (let i = 0; i < 100; i++) yield bytes(48 + i % 10); }
  assert_equals(await new Response(ReadableStream.from(generate())).text(), "0123456789".repeat(10));
});

// -- Response
test("a response by default", () => {
  const { status, statusText, ok, type, url, redirected, headers } = new Response();
  assert_array_equals([status, statusText, ok, type, url, redirected], [200, "", true, "default", "", false]);
  assert_true(headers instanceof Headers);
  assert_array_equals([...headers], []);
});
test("a response's options", () => {
  const { status, statusText, ok, headers } = new Response(null, { status: 404, statusText: "Nö", headers: { a: "1" } });
  assert_array_equals([status, statusText, ok, headers.get("a")], [404, "Nö", false, "1"]);
});
test("ok is from 200 to 299", () => {
  const ok = (status) => new Response(null, { status }).ok;
  assert_array_equals([ok(200), ok(299), ok(300), ok(500)], [true, true, false, false]);
});
test("a status is made a number", () => {
  assert_equals(new Response(null, { status: "201" }).status, 201);
  assert_equals(new Response(null, { status: 201.9 }).status, 201);
  assert_equals(new Response(null, { status: undefined }).status, 200);
});
refused("the status 0", () => new Response("", { status: 0 }), RangeError);
refused("the status 100", () => new Response("", { status: 100 }), RangeError);
refused("the status 101", () => new Response(null, { status: 101 }), RangeError);
refused("the status 199", () => new Response("", { status: 199 }), RangeError);
refused("the status 600", () => new Response("", { status: 600 }), RangeError);
refused("the status 1000", () => new Response("", { status: 1000 }), RangeError);
refused("the status NaN", () => new Response("", { status: NaN }), RangeError);
refused("the status null", () => new Response("", { status: null }), RangeError);
refused("a status text with a line end", () => new Response("", { statusText: "\n" }));
refused("a status text beyond U+00FF", () => new Response("", { statusText: "Ā" }));
refused("a response's bad headers", () => new Response("", { headers: { "a b": "1" } }));
refused("a response's options that are a text", () => new Response("", "a"));
refused("a body with the status 204", () => new Response("a", { status: 204 }));
refused("an empty body with the status 204", () => new Response("", { status: 204 }));
refused("a body with the status 205", () => new Response("a", { status: 205 }));
refused("a body with the status 304", () => new Response("a", { status: 304 }));
test("no body with the status 204", () => assert_equals(new Response(null, { status: 204 }).status, 204));
refused("Response without new", () => Response());
refused("status of no response", () => Response.prototype.status);
refused("clone of no response", () => Response.prototype.clone.call({}));
test("Response.error", () => {
  const { type, status, ok, body, url, statusText } = Response.error();
  assert_array_equals([type, status, ok, body, url, statusText], ["error", 0, false, null, "", ""]);
});
test("Response.redirect", () => {
  const response = Response.redirect("https://a.example/b?c#d");
  assert_array_equals([response.status, response.headers.get("location"), response.type, response.redirected],
    [302, "https://a.example/b?c#d", "default", false]);
});
test("Response.redirect with a status", () => {
  const found = [301, 302, 303, 307, 308].map((status) => Response.redirect(URL_, status).status);
  assert_array_equals(found, [301, 302, 303, 307, 308]);
});
test("Response.redirect puts its URL in order", () => {
  assert_equals(Response.redirect("HTTPS://A.example").headers.get("location"), "https://a.example/");
});
refused("Response.redirect with another status", () => Response.redirect(URL_, 200), RangeError);
refused("Response.redirect to no URL", () => Response.redirect("http://:"));
refused("Response.redirect to nothing", () => Response.redirect());
promise_test("Response.json", async () => {
  const response = Response.json({ a: "é" });
  assert_array_equals([response.status, response.headers.get("content-type"), await response.text()],
    [200, "application/json", '{"a":"é"}']);
});
promise_test("Response.json with options", async () => {
  const response = Response.json([1], { status: 400, statusText: "no", headers: { "content-type": "a/b", x: "y" } });
  const { headers } = response;
  assert_array_equals([response.status, response.statusText, headers.get("content-type"), headers.get("x")],
    [400, "no", "a/b", "y"]);
  assert_object_equals(await response.json(), [1]);
});
promise_test("Response.json calls toJSON", async () => {
  assert_equals(await Response.json({ toJSON: () => "x" }).text(), '"x"');
});
refused("Response.json of undefined", () => Response.json(undefined));
refused("Response.json of nothing", () => Response.json());
refused("Response.json of a symbol", () => Response.json(Symbol()));
refused("Response.json of a function", () => Response.json(() => {}));
refused("Response.json with the status 204", () => Response.json(1, { status: 204 }));
refused("Response.json with the status 99", () => Response.json(1, { status: 99 }), RangeError);
test("Response.json of what throws", () => {
  const boom = new RangeError("boom");
  assert_throws_exactly(boom, () => Response.json({ toJSON() { throw boom; } }));
});
promise_test("clone", async () => {
  const one = new Response("a", { status: 201, statusText: "x", headers: { a: "1" } });
  const two = one.clone();
  two.headers.set("a", "2");
  assert_array_equals([two.status, two.statusText, one.headers.get("a")], [201, "x", "1"]);
  assert_array_equals([await one.text(), await two.text()], ["a", "a"]);
});
promise_test("clone of a stream", async () => {
  const one = new Response(stream(bytes(97), bytes(98)));
  const two = one.clone();
  assert_array_equals([await two.text(), await one.text()], ["ab", "ab"]);
});
promise_test("clone after a look at the body", async () => {
  const one = new Response("ab");
  const before = one.body;
  const two = one.clone();
  assert_true(before.locked);
  assert_array_equals([await all(one.body), await all(two.body)], ["ab", "ab"]);
});
test("clone of no body", () => assert_equals(new Response().clone().body, null));
promise_test("clone of what was read", async () => {
  const response = new Response("a");
  await response.text();
  assert_throws_js(TypeError, () => response.clone());
});
refused("clone of a locked body", () => {
  const response = new Response("a");
  response.body.getReader();
  response.clone();
});

// -- Request
test("a request by default", () => {
  const r = new Request(URL_);
  assert_array_equals(
    [r.method, r.url, r.redirect, r.cache, r.credentials, r.mode, r.integrity, r.keepalive, r.referrer],
    ["GET", URL_, "follow", "default", "same-origin", "cors", "", false, "about:client"],
  );
  assert_array_equals([r.destination, r.referrerPolicy, r.duplex, r.body, r.bodyUsed], ["", "", "half", null, false]);
  assert_true(r.headers instanceof Headers && r.signal instanceof AbortSignal);
  assert_false(r.signal.aborted);
});
test("a request's options", () => {
  const r = new Request(URL_, { method: "PUT", redirect: "manual", cache: "no-store", credentials: "omit",
    mode: "same-origin", integrity: "x", keepalive: 1, referrer: "", referrerPolicy: "origin", headers: { a: "1" },
    body: "b", duplex: "half" });
  assert_array_equals(
    [r.method, r.redirect, r.cache, r.credentials, r.mode, r.integrity, r.keepalive, r.referrer, r.referrerPolicy],
    ["PUT", "manual", "no-store", "omit", "same-origin", "x", true, "", "origin"],
  );
  assert_equals(r.headers.get("a"), "1");
});
test("a URL is put in order", () => {
  assert_equals(new Request("HTTPS://A.example:443/b/../c?d#e").url, "https://a.example/c?d#e");
});
test("a URL object", () => assert_equals(new Request(new URL("https://a.example/b")).url, "https://a.example/b"));
test("methods are put in capitals", () => {
  const found = ["get", "head", "post", "put", "delete", "options"].map((method) => new Request(URL_, { method }).method);
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
  assert_array_equals([two.method, two.url, two.headers.get("a"), two.redirect], ["POST", URL_, "1", "manual"]);
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
    "arrayBuffer", "blob", "body", "bodyUsed", "bytes", "cf", "clone", "formData", "headers", "json", "ok",
    "redirected", "status", "statusText", "text", "type", "url", "webSocket",
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
  assert_array_equals([Request.length, Response.length, Response.json.length, Response.redirect.length], [1, 0, 1, 1]);
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
  assert_throws_js(TypeError, () => { "use strict"; response.status = 5; });
  assert_throws_js(TypeError, () => { "use strict"; response.headers = {}; });
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
rejected("fetch without a network", () => fetch(URL_));
