// The facts of https://streams.spec.whatwg.org/
const bytes = (...given) => new Uint8Array(given);
const all = (stream) => Array.fromAsync(stream);
const boom = new Error("boom");
const of = (...chunks) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

// -- iterating
promise_test("for await", async () => {
  const seen = [];
  for await (const chunk of of(1, 2, 3)) seen.push(chunk);
  assert_array_equals(seen, [1, 2, 3]);
});
promise_test("break cancels", async () => {
  let cancelled = false;
  const stream = new ReadableStream({
    pull(c) {
      c.enqueue(1);
    },
    cancel() {
      cancelled = true;
    },
  });
  for await (const _ of stream) break;
  assert_true(cancelled);
  assert_false(stream.locked);
});
promise_test("break with preventCancel", async () => {
  let cancelled = false;
  const stream = new ReadableStream({
    pull(c) {
      c.enqueue(1);
    },
    cancel() {
      cancelled = true;
    },
  });
  for await (const _ of stream.values({ preventCancel: true })) break;
  assert_false(cancelled);
  assert_false(stream.locked);
});
promise_test("an error while iterating", async () => {
  const stream = new ReadableStream(
    {
      start(c) {
        c.enqueue(1);
      },
      pull() {
        throw boom;
      },
    },
    { highWaterMark: 0 },
  );
  await promise_rejects_exactly(boom, all(stream));
});
test("an iteration locks", () => {
  const stream = of(1);
  stream.values();
  assert_true(stream.locked);
  assert_throws_js(TypeError, () => stream.values());
});
test("an iterator's prototype is the language's", () => {
  const iterator = of(1).values();
  const prototype = Object.getPrototypeOf(iterator);
  const generators = Object.getPrototypeOf(async function* () {}.prototype);
  assert_equals(Object.getPrototypeOf(prototype), Object.getPrototypeOf(generators));
  assert_array_equals(Object.keys(prototype), ["next", "return"]);
  assert_array_equals(Object.keys(iterator), []);
  assert_equals(iterator[Symbol.asyncIterator](), iterator);
});
promise_test("next and return of no iterator", async () => {
  const prototype = Object.getPrototypeOf(of(1).values());
  await promise_rejects_js(TypeError, prototype.next.call({}));
  await promise_rejects_js(TypeError, prototype.return.call({}));
});
test("values is the async iterator", () => {
  assert_equals(ReadableStream.prototype.values, ReadableStream.prototype[Symbol.asyncIterator]);
});
promise_test("from an array", async () =>
  assert_array_equals(await all(ReadableStream.from([1, 2])), [1, 2]),
);
promise_test("from a text", async () =>
  assert_array_equals(await all(ReadableStream.from("ab")), ["a", "b"]),
);
promise_test("from promises", async () => {
  assert_array_equals(await all(ReadableStream.from([Promise.resolve(1), 2])), [1, 2]);
});
promise_test("from an async generator", async () => {
  async function* generate() {
    yield 1;
    yield 2;
  }
  assert_array_equals(await all(ReadableStream.from(generate())), [1, 2]);
});
promise_test("from a stream", async () =>
  assert_array_equals(await all(ReadableStream.from(of(1, 2))), [1, 2]),
);
promise_test("from what throws", async () => {
  async function* generate() {
    yield 1;
    throw boom;
  }
  const reader = ReadableStream.from(generate()).getReader();
  assert_equals((await reader.read()).value, 1);
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("cancel calls the iterator's return", async () => {
  let reason;
  const iterator = {
    next: async () => ({ value: 1, done: false }),
    return: async (why) => {
      reason = why;
      return {};
    },
  };
  const stream = ReadableStream.from({ [Symbol.asyncIterator]: () => iterator });
  await stream.cancel(boom);
  assert_equals(reason, boom);
});
refused("from a number", () => ReadableStream.from(5));
refused("from null", () => ReadableStream.from(null));
refused("from an object that is not iterable", () => ReadableStream.from({}));

// -- tee
promise_test("tee gives both all chunks", async () => {
  const [one, two] = of("a", "b").tee();
  assert_array_equals(await all(one), ["a", "b"]);
  assert_array_equals(await all(two), ["a", "b"]);
});
test("tee locks", () => {
  const stream = of();
  stream.tee();
  assert_true(stream.locked);
  assert_throws_js(TypeError, () => stream.tee());
});
promise_test("tee passes errors on", async () => {
  const [one, two] = new ReadableStream({
    pull() {
      throw boom;
    },
  }).tee();
  await promise_rejects_exactly(boom, all(one));
  await promise_rejects_exactly(boom, all(two));
});
promise_test("tee cancels when both are cancelled", async () => {
  let reasons;
  const [one, two] = new ReadableStream({
    cancel(why) {
      reasons = why;
    },
  }).tee();
  const first = one.cancel(1);
  assert_equals(reasons, undefined);
  await Promise.all([first, two.cancel(2)]);
  assert_array_equals(reasons, [1, 2]);
});
promise_test("tee of bytes copies them", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue(bytes(1, 2));
      c.close();
    },
  });
  const [one, two] = stream.tee();
  const [first] = await all(one);
  first[0] = 9;
  assert_array_equals((await all(two))[0], [1, 2]);
});

// -- bytes
promise_test("a byte stream with a default reader", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue(bytes(1, 2));
      c.close();
    },
  });
  const [chunk] = await all(stream);
  assert_true(chunk instanceof Uint8Array);
  assert_array_equals(chunk, [1, 2]);
});
promise_test("a BYOB reader fills the view", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue(bytes(1, 2, 3));
      c.close();
    },
  });
  const reader = stream.getReader({ mode: "byob" });
  const first = await reader.read(new Uint8Array(2));
  assert_array_equals(first.value, [1, 2]);
  const second = await reader.read(new Uint8Array(2));
  assert_array_equals(second.value, [3]);
  const third = await reader.read(new Uint8Array(2));
  assert_true(third.done);
  assert_equals(third.value.length, 0);
});
promise_test("a BYOB read takes the buffer away", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue(bytes(1));
    },
  });
  const view = new Uint8Array(1);
  const read = stream.getReader({ mode: "byob" }).read(view);
  assert_equals(view.byteLength, 0);
  assert_array_equals((await read).value, [1]);
});
promise_test("enqueue takes the buffer away", async () => {
  const chunk = bytes(1, 2);
  new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue(chunk);
    },
  });
  assert_equals(chunk.byteLength, 0);
});
promise_test("a source answers a BYOB request", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const { view } = controller.byobRequest;
      view[0] = 7;
      controller.byobRequest.respond(1);
    },
  });
  const { value } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
  assert_array_equals(value, [7]);
});
promise_test("a source answers with a new view", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const { view } = controller.byobRequest;
      view[0] = 7;
      controller.byobRequest.respondWithNewView(view.subarray(0, 1));
    },
  });
  const { value } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
  assert_array_equals(value, [7]);
});
promise_test("BYOB with other kinds of views", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue(bytes(1, 0, 2, 0, 3));
      c.close();
    },
  });
  const reader = stream.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint16Array(2));
  assert_true(value instanceof Uint16Array);
  assert_array_equals(value, [1, 2]);
});
promise_test("BYOB with a least number", async () => {
  let n = 0;
  const stream = new ReadableStream({
    type: "bytes",
    pull(c) {
      c.enqueue(bytes(++n));
    },
  });
  const { value } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(4), { min: 3 });
  assert_array_equals(value, [1, 2, 3]);
});
rejected("BYOB with an empty view", () => {
  return new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }).read(new Uint8Array(0));
});
rejected("BYOB without a view", () =>
  new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }).read(),
);
rejected("BYOB with a least number of nothing", () => {
  return new ReadableStream({ type: "bytes" })
    .getReader({ mode: "byob" })
    .read(new Uint8Array(1), { min: 0 });
});
promise_test("BYOB with more than the view holds", async () => {
  const reader = new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" });
  await promise_rejects_js(RangeError, reader.read(new Uint8Array(1), { min: 2 }));
});
refused("a byte stream takes no text", () => {
  new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue("a");
    },
  });
});
refused("a byte stream takes no empty chunk", () => {
  new ReadableStream({
    type: "bytes",
    start(c) {
      c.enqueue(bytes());
    },
  });
});
promise_test("autoAllocateChunkSize", async () => {
  let size;
  const stream = new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: 16,
    pull(c) {
      size = c.byobRequest.view.byteLength;
      c.byobRequest.view[0] = 5;
      c.byobRequest.respond(1);
    },
  });
  assert_array_equals((await stream.getReader().read()).value, [5]);
  assert_equals(size, 16);
});
refused(
  "autoAllocateChunkSize of nothing",
  () => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 0 }),
);

