// The facts of https://streams.spec.whatwg.org/
const all = (stream) => Array.fromAsync(stream);
const boom = new Error("boom");
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
const of = (...chunks) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

promise_test("chunks come in order, then the end", async () => {
  const reader = of("a", "b").getReader();
  assert_object_equals(await reader.read(), { value: "a", done: false });
  assert_object_equals(await reader.read(), { value: "b", done: false });
  assert_object_equals(await reader.read(), { value: undefined, done: true });
  assert_object_equals(await reader.read(), { value: undefined, done: true });
  assert_equals(await reader.closed, undefined);
});
promise_test("start is called at once with the source as this", async () => {
  let self;
  const source = {
    start() {
      self = this;
    },
  };
  new ReadableStream(source);
  assert_equals(self, source);
});
promise_test("pull is called when chunks are wanted", async () => {
  let n = 0;
  const stream = new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(n++);
      },
    },
    { highWaterMark: 0 },
  );
  await tick();
  assert_equals(n, 0);
  const reader = stream.getReader();
  assert_equals((await reader.read()).value, 0);
  assert_equals((await reader.read()).value, 1);
  assert_equals(n, 2);
});
promise_test("pull fills up to the mark", async () => {
  let n = 0;
  new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(n++);
      },
    },
    { highWaterMark: 3 },
  );
  await tick();
  assert_equals(n, 3);
});
promise_test("pull waits for the promise that it gave", async () => {
  let calls = 0;
  let go;
  new ReadableStream({
    pull() {
      calls++;
      return new Promise((resolve) => {
        go = resolve;
      });
    },
  });
  await tick();
  assert_equals(calls, 1);
  go();
  await tick();
  assert_equals(calls, 1);
});
promise_test("an error of pull is the stream's", async () => {
  const reader = new ReadableStream({
    pull() {
      throw boom;
    },
  }).getReader();
  await promise_rejects_exactly(boom, reader.read());
  await promise_rejects_exactly(boom, reader.closed);
});
test("an error of start is thrown", () => {
  assert_throws_exactly(
    boom,
    () =>
      new ReadableStream({
        start() {
          throw boom;
        },
      }),
  );
});
promise_test("a rejection of start is the stream's error", async () => {
  const reader = new ReadableStream({ start: () => Promise.reject(boom) }).getReader();
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("controller.error", async () => {
  let control;
  const reader = new ReadableStream({
    start(controller) {
      control = controller;
    },
  }).getReader();
  const read = reader.read();
  control.error(boom);
  await promise_rejects_exactly(boom, read);
  await promise_rejects_exactly(boom, reader.closed);
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("an error takes the queue away", async () => {
  let control;
  const reader = new ReadableStream({
    start(c) {
      control = c;
      c.enqueue("a");
    },
  }).getReader();
  control.error(boom);
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("close lets the queue be read", async () => {
  assert_array_equals(await all(of("a", "b")), ["a", "b"]);
});
test("enqueue after close", () => {
  new ReadableStream({
    start(controller) {
      controller.close();
      assert_throws_js(TypeError, () => controller.enqueue("a"));
      assert_throws_js(TypeError, () => controller.close());
    },
  });
});
test("desiredSize", () => {
  new ReadableStream(
    {
      start(controller) {
        assert_equals(controller.desiredSize, 2);
        controller.enqueue("a");
        controller.enqueue("b");
        controller.enqueue("c");
        assert_equals(controller.desiredSize, -1);
        controller.close();
      },
    },
    { highWaterMark: 2 },
  );
});
test("desiredSize of an errored and of a closed stream", () => {
  new ReadableStream({
    start(c) {
      c.error(boom);
      assert_equals(c.desiredSize, null);
    },
  });
  new ReadableStream({
    start(c) {
      c.close();
      assert_equals(c.desiredSize, 0);
    },
  });
});
test("size is asked for each chunk", () => {
  new ReadableStream(
    {
      start(controller) {
        controller.enqueue("abc");
        assert_equals(controller.desiredSize, 7);
      },
    },
    { highWaterMark: 10, size: (chunk) => chunk.length },
  );
});
promise_test("a size that throws ends the stream", async () => {
  let control;
  const stream = new ReadableStream(
    {
      start(c) {
        control = c;
      },
    },
    {
      size() {
        throw boom;
      },
    },
  );
  assert_throws_exactly(boom, () => control.enqueue("a"));
  await promise_rejects_exactly(boom, stream.getReader().closed);
});
refused(
  "a size below nothing",
  () => {
    new ReadableStream(
      {
        start(c) {
          c.enqueue("a");
        },
      },
      { size: () => -1 },
    );
  },
  RangeError,
);
refused("a mark below nothing", () => new ReadableStream({}, { highWaterMark: -1 }), RangeError);
refused("a mark that is no number", () => new ReadableStream({}, { highWaterMark: NaN }), RangeError);
refused("a size that is no function", () => new ReadableStream({}, { size: 1 }));
refused("a pull that is no function", () => new ReadableStream({ pull: 1 }));
refused("a type that is unknown", () => new ReadableStream({ type: "text" }));
refused(
  "a byte stream with a size",
  () => new ReadableStream({ type: "bytes" }, { size: () => 1 }),
  RangeError,
);
refused("a source of null", () => new ReadableStream(null));
refused("ReadableStream without new", () => ReadableStream());
refused("a second reader", () => {
  const stream = of();
  stream.getReader();
  stream.getReader();
});
refused("an unknown mode of reader", () => of().getReader({ mode: "text" }));
refused("a BYOB reader of no byte stream", () => of().getReader({ mode: "byob" }));
refused("a reader of no stream", () => new ReadableStreamDefaultReader({}));
refused("a reader without a stream", () => new ReadableStreamDefaultReader());
refused("a controller is not made", () => new ReadableStreamDefaultController());
refused("a byte controller is not made", () => new ReadableByteStreamController());
refused("a BYOB request is not made", () => new ReadableStreamBYOBRequest());
refused("a writing controller is not made", () => new WritableStreamDefaultController());
refused("a transforming controller is not made", () => new TransformStreamDefaultController());
refused("getReader of no stream", () => ReadableStream.prototype.getReader.call({}));
refused("locked of no stream", () => ReadableStream.prototype.locked);
refused("tee of no stream", () => ReadableStream.prototype.tee.call({}));
rejected("cancel of no stream", () => ReadableStream.prototype.cancel.call({}));
rejected("read of no reader", () => ReadableStreamDefaultReader.prototype.read.call({}));
test("locked", () => {
  const stream = of();
  assert_false(stream.locked);
  const reader = stream.getReader();
  assert_true(stream.locked);
  reader.releaseLock();
  assert_false(stream.locked);
});
promise_test("a released reader", async () => {
  const reader = of("a").getReader();
  reader.releaseLock();
  reader.releaseLock();
  await promise_rejects_js(TypeError, reader.read());
  await promise_rejects_js(TypeError, reader.cancel());
  await promise_rejects_js(TypeError, reader.closed);
});
promise_test("a release rejects what waits", async () => {
  const reader = new ReadableStream().getReader();
  const read = reader.read();
  reader.releaseLock();
  await promise_rejects_js(TypeError, read);
});
promise_test("cancel tells the source why", async () => {
  let reason;
  const stream = new ReadableStream({
    cancel(given) {
      reason = given;
    },
  });
  assert_equals(await stream.cancel(boom), undefined);
  assert_equals(reason, boom);
  assert_array_equals(await all(stream), []);
});
rejected("cancel of a locked stream", () => {
  const stream = of();
  stream.getReader();
  return stream.cancel();
});
promise_test("an error of cancel", async () => {
  await promise_rejects_exactly(
    boom,
    new ReadableStream({
      cancel() {
        throw boom;
      },
    }).cancel(),
  );
});
promise_test("cancel through the reader ends reads", async () => {
  const reader = new ReadableStream().getReader();
  const read = reader.read();
  await reader.cancel();
  assert_object_equals(await read, { value: undefined, done: true });
});

