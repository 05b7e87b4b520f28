// The facts of https://fetch.spec.whatwg.org/: Request, Response and their bodies
const URL_ = "https://a.example/";
const bytes = (...given) => new Uint8Array(given);
const stream = (...chunks) => ReadableStream.from(chunks);
const all = async (body) => await new Blob(await Array.fromAsync(body)).text();

test("a response by default", () => {
  const { status, statusText, ok, type, url, redirected, headers } = new Response();
  assert_array_equals([status, statusText, ok, type, url, redirected], [200, "", true, "default", "", false]);
  assert_true(headers instanceof Headers);
  assert_array_equals([...headers], []);
});
test("a response's options", () => {
  const { status, statusText, ok, headers } = new Response(null, {
    status: 404,
    statusText: "Nö",
    headers: { a: "1" },
  });
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
  assert_array_equals(
    [response.status, response.headers.get("location"), response.type, response.redirected],
    [302, "https://a.example/b?c#d", "default", false],
  );
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
  assert_array_equals(
    [response.status, response.headers.get("content-type"), await response.text()],
    [200, "application/json", '{"a":"é"}'],
  );
});
promise_test("Response.json with options", async () => {
  const response = Response.json([1], {
    status: 400,
    statusText: "no",
    headers: { "content-type": "a/b", x: "y" },
  });
  const { headers } = response;
  assert_array_equals(
    [response.status, response.statusText, headers.get("content-type"), headers.get("x")],
    [400, "no", "a/b", "y"],
  );
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
  assert_throws_exactly(boom, () =>
    Response.json({
      toJSON() {
        throw boom;
      },
    }),
  );
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

