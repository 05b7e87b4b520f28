// The facts of https://fetch.spec.whatwg.org/: Request, Response and their bodies
const URL_ = "https://a.example/";
const bytes = (...given) => new Uint8Array(given);
const post = (body, more) => new Request(URL_, { method: "POST", body, ...more });
const stream = (...chunks) => ReadableStream.from(chunks);
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
body(
  "a body of parameters",
  () => new URLSearchParams({ a: "b c" }),
  "a=b+c",
  "application/x-www-form-urlencoded;charset=UTF-8",
);
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
  assert_array_equals(
    parts.flatMap((part) => [...part]),
    [97, 0xc3, 0xa9],
  );
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
  const failing = new ReadableStream({
    start(controller) {
      controller.error(boom);
    },
  });
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
  const upper = new TransformStream({
    transform(text, c) {
      c.enqueue(text.toUpperCase());
    },
  });
  const made = new Response("abc").body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(upper)
    .pipeThrough(new TextEncoderStream());
  assert_equals(await new Response(made).text(), "ABC");
});
promise_test("a stream of many chunks", async () => {
  async function* generate() {
    for (let i = 0; i < 100; i++) yield bytes(48 + (i % 10));
  }
  assert_equals(await new Response(ReadableStream.from(generate())).text(), "0123456789".repeat(10));
});

