// The facts of https://streams.spec.whatwg.org/
const bytes = (...given) => new Uint8Array(given);
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

// -- transforms
promise_test("a transform of nothing passes on", async () => {
  assert_array_equals(await all(of(1, 2).pipeThrough(new TransformStream())), [1, 2]);
});
promise_test("start, transform and flush", async () => {
  const stream = new TransformStream({
    start(controller) {
      controller.enqueue("start");
    },
    transform(chunk, controller) {
      controller.enqueue(chunk);
      controller.enqueue(chunk);
    },
    flush(controller) {
      controller.enqueue("flush");
    },
  });
  assert_array_equals(await all(of(1).pipeThrough(stream)), ["start", 1, 1, "flush"]);
});
promise_test("an error of transform", async () => {
  const { readable, writable } = new TransformStream({
    transform() {
      throw boom;
    },
  });
  const read = readable.getReader().read();
  await promise_rejects_exactly(boom, writable.getWriter().write(1));
  await promise_rejects_exactly(boom, read);
});
promise_test("terminate", async () => {
  const stream = new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      controller.terminate();
    },
  });
  const writer = stream.writable.getWriter();
  const reading = all(stream.readable);
  await writer.write(1);
  assert_array_equals(await reading, [1]);
  await promise_rejects_js(TypeError, writer.write(2));
});
promise_test("cancel of a transform", async () => {
  let reason;
  const { readable, writable } = new TransformStream({
    cancel(given) {
      reason = given;
    },
  });
  await readable.cancel(boom);
  assert_equals(reason, boom);
  await promise_rejects_exactly(boom, writable.getWriter().closed);
});
promise_test("a transform waits for its reader", async () => {
  const { writable, readable } = new TransformStream();
  const writer = writable.getWriter();
  let written = false;
  writer.write(1).then(() => {
    written = true;
  });
  await tick();
  assert_false(written);
  assert_equals((await readable.getReader().read()).value, 1);
  await tick();
  assert_true(written);
});
refused(
  "a transformer with a readableType",
  () => new TransformStream({ readableType: "bytes" }),
  RangeError,
);
refused(
  "a transformer with a writableType",
  () => new TransformStream({ writableType: "bytes" }),
  RangeError,
);
refused("readable of no transform", () => TransformStream.prototype.readable);

// -- strategies
test("CountQueuingStrategy", () => {
  const strategy = new CountQueuingStrategy({ highWaterMark: 4 });
  assert_equals(strategy.highWaterMark, 4);
  assert_equals(strategy.size("abc"), 1);
  assert_equals(strategy.size, new CountQueuingStrategy({ highWaterMark: 1 }).size);
});
test("ByteLengthQueuingStrategy", () => {
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: 4 });
  assert_equals(strategy.highWaterMark, 4);
  assert_equals(strategy.size(bytes(1, 2)), 2);
});
refused("CountQueuingStrategy of nothing", () => new CountQueuingStrategy());
refused("ByteLengthQueuingStrategy without a mark", () => new ByteLengthQueuingStrategy({}));

// -- what Workers add
promise_test("IdentityTransformStream passes bytes on", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const written = writer.write(bytes(1, 2)).then(() => writer.close());
  assert_array_equals(
    (await all(readable)).flatMap((chunk) => [...chunk]),
    [1, 2],
  );
  await written;
});
promise_test("IdentityTransformStream waits for its reader", async () => {
  const { readable, writable } = new IdentityTransformStream();
  let written = false;
  writable
    .getWriter()
    .write(bytes(1))
    .then(() => {
      written = true;
    });
  await tick();
  assert_false(written);
  await readable.getReader().read();
  await tick();
  assert_true(written);
});
promise_test("IdentityTransformStream gives a byte stream", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  writer.write(bytes(1, 2, 3));
  const reader = readable.getReader({ mode: "byob" });
  assert_array_equals((await reader.read(new Uint8Array(2))).value, [1, 2]);
  assert_array_equals((await reader.read(new Uint8Array(2))).value, [3]);
});
promise_test("IdentityTransformStream takes no text", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const read = readable.getReader().read();
  await promise_rejects_js(TypeError, writable.getWriter().write("a"));
  await promise_rejects_js(TypeError, read);
});
promise_test("IdentityTransformStream passes an abort on", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const write = writer.write(bytes(1));
  await tick();
  const [aborted, written] = await Promise.allSettled([writer.abort(boom), write]);
  assert_equals(aborted.status, "fulfilled");
  assert_equals(written.status, "rejected");
  await promise_rejects_exactly(boom, readable.getReader().read());
});
promise_test("IdentityTransformStream passes a cancel on", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  await readable.cancel(boom);
  await promise_rejects_exactly(boom, writer.write(bytes(1)));
});
promise_test("FixedLengthStream of as many bytes", async () => {
  const { readable, writable } = new FixedLengthStream(3);
  const writer = writable.getWriter();
  writer.write(bytes(1, 2));
  writer.write(bytes(3));
  writer.close();
  assert_array_equals(
    (await all(readable)).flatMap((chunk) => [...chunk]),
    [1, 2, 3],
  );
});
promise_test("FixedLengthStream of too many bytes", async () => {
  const { readable, writable } = new FixedLengthStream(1);
  const read = readable.getReader().read();
  await promise_rejects_js(TypeError, writable.getWriter().write(bytes(1, 2)));
  await promise_rejects_js(TypeError, read);
});
promise_test("FixedLengthStream of too few bytes", async () => {
  const { readable, writable } = new FixedLengthStream(2n);
  const reader = readable.getReader();
  const writer = writable.getWriter();
  writer.write(bytes(1));
  await reader.read();
  await promise_rejects_js(TypeError, writer.close());
  await promise_rejects_js(TypeError, reader.read());
});
refused("FixedLengthStream of nothing", () => new FixedLengthStream());
refused("FixedLengthStream of a length below nothing", () => new FixedLengthStream(-1));
test("FixedLengthStream is an IdentityTransformStream", () => {
  assert_true(new FixedLengthStream(1) instanceof IdentityTransformStream);
});

// -- form
test("the tags", () => {
  const tag = (value) => Object.prototype.toString.call(value);
  assert_equals(tag(of()), "[object ReadableStream]");
  assert_equals(tag(of().getReader()), "[object ReadableStreamDefaultReader]");
  assert_equals(tag(new WritableStream()), "[object WritableStream]");
  assert_equals(tag(new TransformStream()), "[object TransformStream]");
  assert_equals(tag(new IdentityTransformStream()), "[object IdentityTransformStream]");
});
test("the members of ReadableStream are enumerable", () => {
  assert_array_equals(Object.keys(ReadableStream.prototype).sort(), [
    "cancel",
    "getReader",
    "locked",
    "pipeThrough",
    "pipeTo",
    "tee",
    "values",
  ]);
  assert_array_equals(Object.keys(ReadableStream), ["from"]);
});
test("the lengths of the constructors", () => {
  assert_array_equals([ReadableStream.length, WritableStream.length, TransformStream.length], [0, 0, 0]);
  assert_array_equals([CountQueuingStrategy.length, ReadableStreamDefaultReader.length], [1, 1]);
});
test("the names of the classes", () => {
  assert_array_equals(
    [ReadableStream.name, WritableStreamDefaultWriter.name, FixedLengthStream.name],
    ["ReadableStream", "WritableStreamDefaultWriter", "FixedLengthStream"],
  );
});
test("nothing of what streams hold is enumerable", () => {
  const { readable, writable } = new TransformStream();
  const bytes = new ReadableStream({ type: "bytes" });
  const held = [
    readable,
    writable,
    bytes,
    new ReadableStream({}).getReader(),
    new WritableStream().getWriter(),
  ];
  held.push(
    bytes.getReader({ mode: "byob" }),
    new TransformStream(),
    new CountQueuingStrategy({ highWaterMark: 1 }),
  );
  new ReadableStream({ start: (controller) => void held.push(controller) });
  new ReadableStream({ type: "bytes", start: (controller) => void held.push(controller) });
  new WritableStream({ start: (controller) => void held.push(controller) });
  new TransformStream({ start: (controller) => void held.push(controller) });
  for (const each of held) {
    assert_array_equals(Object.keys(each), []);
    assert_equals(JSON.stringify(each), "{}");
  }
});
test("streams have no own properties", () => {
  assert_array_equals(Reflect.ownKeys(of()), []);
});
promise_test("a then on Object.prototype is not called for read results", async () => {
  let called = 0;
  Object.defineProperty(Object.prototype, "then", {
    configurable: true,
    get() {
      called++;
    },
  });
  const read = of("a").getReader().read();
  delete Object.prototype.then;
  assert_object_equals(await read, { value: "a", done: false });
  assert_true(called <= 1);
});
promise_test("a replaced Promise.prototype.then is not called", async () => {
  const { then } = Promise.prototype;
  let called = false;
  Promise.prototype.then = function (...given) {
    called = true;
    return then.apply(this, given);
  };
  const [one] = of("a").tee();
  const read = one.getReader().read();
  Promise.prototype.then = then;
  assert_equals((await read).value, "a");
  assert_false(called);
});
