// The facts of https://streams.spec.whatwg.org/
const bytes = (...given) => new Uint8Array(given);
const all = (stream) => Array.fromAsync(stream);
const boom = new Error("boom");
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
const of = (...chunks) => new ReadableStream({
  start(controller) {
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  },
});

function refused(name, run, kind = TypeError) {
  test(name, () => assert_throws_js(kind, run));
}
function rejected(name, run, kind = TypeError) {
  promise_test(name, () => promise_rejects_js(kind, run()));
}

// -- reading
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
  const source = { start() { self = this; } };
  new ReadableStream(source);
  assert_equals(self, source);
});
promise_test("pull is called when chunks are wanted", async () => {
  let n = 0;
  const stream = new ReadableStream({ pull(controller) { controller.enqueue(n++); } }, { highWaterMark: 0 });
  await tick();
  assert_equals(n, 0);
  const reader = stream.getReader();
  assert_equals((await reader.read()).value, 0);
  assert_equals((await reader.read()).value, 1);
  assert_equals(n, 2);
});
promise_test("pull fills up to the mark", async () => {
  let n = 0;
  new ReadableStream({ pull(controller) { controller.enqueue(n++); } }, { highWaterMark: 3 });
  await tick();
  assert_equals(n, 3);
});
promise_test("pull waits for the promise that it gave", async () => {
  let calls = 0;
  let go;
  new ReadableStream({ pull() { calls++; return new Promise((resolve) => { go = resolve; }); } });
  await tick();
  assert_equals(calls, 1);
  go();
  await tick();
  assert_equals(calls, 1);
});
promise_test("an error of pull is the stream's", async () => {
  const reader = new ReadableStream({ pull() { throw boom; } }).getReader();
  await promise_rejects_exactly(boom, reader.read());
  await promise_rejects_exactly(boom, reader.closed);
});
test("an error of start is thrown", () => {
  assert_throws_exactly(boom, () => new ReadableStream({ start() { throw boom; } }));
});
promise_test("a rejection of start is the stream's error", async () => {
  const reader = new ReadableStream({ start: () => Promise.reject(boom) }).getReader();
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("controller.error", async () => {
  let control;
  const reader = new ReadableStream({ start(controller) { control = controller; } }).getReader();
  const read = reader.read();
  control.error(boom);
  await promise_rejects_exactly(boom, read);
  await promise_rejects_exactly(boom, reader.closed);
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("an error takes the queue away", async () => {
  let control;
  const reader = new ReadableStream({ start(c) { control = c; c.enqueue("a"); } }).getReader();
  control.error(boom);
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("close lets the queue be read", async () => {
  assert_array_equals(await all(of("a", "b")), ["a", "b"]);
});
test("enqueue after close", () => {
  new ReadableStream({ start(controller) {
    controller.close();
    assert_throws_js(TypeError, () => controller.enqueue("a"));
    assert_throws_js(TypeError, () => controller.close());
  } });
});
test("desiredSize", () => {
  new ReadableStream({ start(controller) {
    assert_equals(controller.desiredSize, 2);
    controller.enqueue("a");
    controller.enqueue("b");
    controller.enqueue("c");
    assert_equals(controller.desiredSize, -1);
    controller.close();
  } }, { highWaterMark: 2 });
});
test("desiredSize of an errored and of a closed stream", () => {
  new ReadableStream({ start(c) { c.error(boom); assert_equals(c.desiredSize, null); } });
  new ReadableStream({ start(c) { c.close(); assert_equals(c.desiredSize, 0); } });
});
test("size is asked for each chunk", () => {
  new ReadableStream({ start(controller) {
    controller.enqueue("abc");
    assert_equals(controller.desiredSize, 7);
  } }, { highWaterMark: 10, size: (chunk) => chunk.length });
});
promise_test("a size that throws ends the stream", async () => {
  let control;
  const stream = new ReadableStream({ start(c) { control = c; } }, { size() { throw boom; } });
  assert_throws_exactly(boom, () => control.enqueue("a"));
  await promise_rejects_exactly(boom, stream.getReader().closed);
});
refused("a size below nothing", () => {
  new ReadableStream({ start(c) { c.enqueue("a"); } }, { size: () => -1 });
}, RangeError);
refused("a mark below nothing", () => new ReadableStream({}, { highWaterMark: -1 }), RangeError);
refused("a mark that is no number", () => new ReadableStream({}, { highWaterMark: NaN }), RangeError);
refused("a size that is no function", () => new ReadableStream({}, { size: 1 }));
refused("a pull that is no function", () => new ReadableStream({ pull: 1 }));
refused("a type that is unknown", () => new ReadableStream({ type: "text" }));
refused("a byte stream with a size", () => new ReadableStream({ type: "bytes" }, { size: () => 1 }), RangeError);
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
  const stream = new ReadableStream({ cancel(given) { reason = given; } });
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
  await promise_rejects_exactly(boom, new ReadableStream({ cancel() { throw boom; } }).cancel());
});
promise_test("cancel through the reader ends reads", async () => {
  const reader = new ReadableStream().getReader();
  const read = reader.read();
  await reader.cancel();
  assert_object_equals(await read, { value: undefined, done: true });
});

// -- iterating
promise_test("for await", async () => {
  const seen = [];
  for await (const chunk of of(1, 2, 3)) seen.push(chunk);
  assert_array_equals(seen, [1, 2, 3]);
});
promise_test("break cancels", async () => {
  let cancelled = false;
  const stream = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel() { cancelled = true; } });
  for await (const _ of stream) break;
  assert_true(cancelled);
  assert_false(stream.locked);
});
promise_test("break with preventCancel", async () => {
  let cancelled = false;
  const stream = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel() { cancelled = true; } });
  for await (const _ of stream.values({ preventCancel: true })) break;
  assert_false(cancelled);
  assert_false(stream.locked);
});
promise_test("an error while iterating", async () => {
  const stream = new ReadableStream({ start(c) { c.enqueue(1); }, pull() { throw boom; } }, { highWaterMark: 0 });
  await promise_rejects_exactly(boom, all(stream));
});
test("an iteration locks", () => {
  const stream = of(1);
  stream.values();
  assert_true(stream.locked);
  assert_throws_js(TypeError, () => stream.values());
});
test("values is the async iterator", () => {
  assert_equals(ReadableStream.prototype.values, ReadableStream.prototype[Symbol.asyncIterator]);
});
promise_test("from an array", async () => assert_array_equals(await all(ReadableStream.from([1, 2])), [1, 2]));
promise_test("from a text", async () => assert_array_equals(await all(ReadableStream.from("ab")), ["a", "b"]));
promise_test("from promises", async () => {
  assert_array_equals(await all(ReadableStream.from([Promise.resolve(1), 2])), [1, 2]);
});
promise_test("from an async generator", async () => {
  async function* generate() { yield 1; yield 2; }
  assert_array_equals(await all(ReadableStream.from(generate())), [1, 2]);
});
promise_test("from a stream", async () => assert_array_equals(await all(ReadableStream.from(of(1, 2))), [1, 2]));
promise_test("from what throws", async () => {
  async function* generate() { yield 1; throw boom; }
  const reader = ReadableStream.from(generate()).getReader();
  assert_equals((await reader.read()).value, 1);
  await promise_rejects_exactly(boom, reader.read());
});
promise_test("cancel calls the iterator's return", async () => {
  let reason;
  const iterator = { next: async () => ({ value: 1, done: false }), return: async (why) => { reason = why; return {}; } };
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
  const [one, two] = new ReadableStream({ pull() { throw boom; } }).tee();
  await promise_rejects_exactly(boom, all(one));
  await promise_rejects_exactly(boom, all(two));
});
promise_test("tee cancels when both are cancelled", async () => {
  let reasons;
  const [one, two] = new ReadableStream({ cancel(why) { reasons = why; } }).tee();
  const first = one.cancel(1);
  assert_equals(reasons, undefined);
  await Promise.all([first, two.cancel(2)]);
  assert_array_equals(reasons, [1, 2]);
});
promise_test("tee of bytes copies them", async () => {
  const stream = new ReadableStream({ type: "bytes", start(c) { c.enqueue(bytes(1, 2)); c.close(); } });
  const [one, two] = stream.tee();
  const [first] = await all(one);
  first[0] = 9;
  assert_array_equals((await all(two))[0], [1, 2]);
});

// -- bytes
promise_test("a byte stream with a default reader", async () => {
  const stream = new ReadableStream({ type: "bytes", start(c) { c.enqueue(bytes(1, 2)); c.close(); } });
  const [chunk] = await all(stream);
  assert_true(chunk instanceof Uint8Array);
  assert_array_equals(chunk, [1, 2]);
});
promise_test("a BYOB reader fills the view", async () => {
  const stream = new ReadableStream({ type: "bytes", start(c) { c.enqueue(bytes(1, 2, 3)); c.close(); } });
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
  const stream = new ReadableStream({ type: "bytes", start(c) { c.enqueue(bytes(1)); } });
  const view = new Uint8Array(1);
  const read = stream.getReader({ mode: "byob" }).read(view);
  assert_equals(view.byteLength, 0);
  assert_array_equals((await read).value, [1]);
});
promise_test("enqueue takes the buffer away", async () => {
  const chunk = bytes(1, 2);
  new ReadableStream({ type: "bytes", start(c) { c.enqueue(chunk); } });
  assert_equals(chunk.byteLength, 0);
});
promise_test("a source answers a BYOB request", async () => {
  const stream = new ReadableStream({ type: "bytes", pull(controller) {
    const { view } = controller.byobRequest;
    view[0] = 7;
    controller.byobRequest.respond(1);
  } });
  const { value } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
  assert_array_equals(value, [7]);
});
promise_test("a source answers with a new view", async () => {
  const stream = new ReadableStream({ type: "bytes", pull(controller) {
    const { view } = controller.byobRequest;
    view[0] = 7;
    controller.byobRequest.respondWithNewView(view.subarray(0, 1));
  } });
  const { value } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
  assert_array_equals(value, [7]);
});
promise_test("BYOB with other kinds of views", async () => {
  const stream = new ReadableStream({ type: "bytes", start(c) { c.enqueue(bytes(1, 0, 2, 0, 3)); c.close(); } });
  const reader = stream.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint16Array(2));
  assert_true(value instanceof Uint16Array);
  assert_array_equals(value, [1, 2]);
});
promise_test("BYOB with a least number", async () => {
  let n = 0;
  const stream = new ReadableStream({ type: "bytes", pull(c) { c.enqueue(bytes(++n)); } });
  const { value } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(4), { min: 3 });
  assert_array_equals(value, [1, 2, 3]);
});
rejected("BYOB with an empty view", () => {
  return new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }).read(new Uint8Array(0));
});
rejected("BYOB without a view", () => new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }).read());
rejected("BYOB with a least number of nothing", () => {
  return new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }).read(new Uint8Array(1), { min: 0 });
});
promise_test("BYOB with more than the view holds", async () => {
  const reader = new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" });
  await promise_rejects_js(RangeError, reader.read(new Uint8Array(1), { min: 2 }));
});
refused("a byte stream takes no text", () => {
  new ReadableStream({ type: "bytes", start(c) { c.enqueue("a"); } });
});
refused("a byte stream takes no empty chunk", () => {
  new ReadableStream({ type: "bytes", start(c) { c.enqueue(bytes()); } });
});
promise_test("autoAllocateChunkSize", async () => {
  let size;
  const stream = new ReadableStream({ type: "bytes", autoAllocateChunkSize: 16, pull(c) {
    size = c.byobRequest.view.byteLength;
    c.byobRequest.view[0] = 5;
    c.byobRequest.respond(1);
  } });
  assert_array_equals((await stream.getReader().read()).value, [5]);
  assert_equals(size, 16);
});
refused("autoAllocateChunkSize of nothing", () => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 0 }));

// -- writing
promise_test("chunks are written in order", async () => {
  const seen = [];
  const writer = new WritableStream({ write(chunk) { seen.push(chunk); }, close() { seen.push("end"); } }).getWriter();
  writer.write("a");
  writer.write("b");
  assert_equals(await writer.close(), undefined);
  assert_array_equals(seen, ["a", "b", "end"]);
  assert_equals(await writer.closed, undefined);
});
promise_test("a write waits for the one before", async () => {
  let go;
  const seen = [];
  const writer = new WritableStream({ write(chunk) {
    seen.push(chunk);
    return new Promise((resolve) => { go = resolve; });
  } }).getWriter();
  writer.write("a");
  writer.write("b");
  await tick();
  assert_array_equals(seen, ["a"]);
  go();
  await tick();
  assert_array_equals(seen, ["a", "b"]);
});
promise_test("an error of write", async () => {
  const writer = new WritableStream({ write() { throw boom; } }).getWriter();
  await promise_rejects_exactly(boom, writer.write("a"));
  await promise_rejects_exactly(boom, writer.closed);
  await promise_rejects_exactly(boom, writer.write("b"));
});
promise_test("abort tells the sink why", async () => {
  let reason;
  const stream = new WritableStream({ abort(given) { reason = given; } });
  await stream.abort(boom);
  assert_equals(reason, boom);
  await promise_rejects_exactly(boom, stream.getWriter().closed);
});
promise_test("abort aborts the controller's signal", async () => {
  let signal;
  const stream = new WritableStream({ start(controller) { signal = controller.signal; } });
  assert_true(signal instanceof AbortSignal);
  const done = stream.abort(boom);
  assert_true(signal.aborted);
  assert_equals(signal.reason, boom);
  await done;
});
promise_test("desiredSize and ready of a writer", async () => {
  const writer = new WritableStream({ write: () => new Promise(() => {}) }, { highWaterMark: 1 }).getWriter();
  assert_equals(writer.desiredSize, 1);
  assert_equals(await writer.ready, undefined);
  writer.write("a");
  assert_equals(writer.desiredSize, 0);
  let ready = false;
  writer.ready.then(() => { ready = true; });
  await tick();
  assert_false(ready);
});
promise_test("controller.error of a sink", async () => {
  let control;
  const writer = new WritableStream({ start(controller) { control = controller; } }).getWriter();
  control.error(boom);
  await promise_rejects_exactly(boom, writer.write("a"));
  await promise_rejects_exactly(boom, writer.closed);
});
test("a writer locks", () => {
  const stream = new WritableStream();
  const writer = stream.getWriter();
  assert_true(stream.locked);
  assert_throws_js(TypeError, () => stream.getWriter());
  writer.releaseLock();
  assert_false(stream.locked);
});
promise_test("a released writer", async () => {
  const writer = new WritableStream().getWriter();
  writer.releaseLock();
  await promise_rejects_js(TypeError, writer.write("a"));
  await promise_rejects_js(TypeError, writer.close());
  await promise_rejects_js(TypeError, writer.closed);
  assert_throws_js(TypeError, () => writer.desiredSize);
});
rejected("a write after the end", async () => {
  const writer = new WritableStream().getWriter();
  writer.close();
  await writer.write("a");
});
rejected("a second end", async () => {
  const stream = new WritableStream();
  stream.close();
  await stream.close();
});
rejected("the end of a locked stream", () => {
  const stream = new WritableStream();
  stream.getWriter();
  return stream.close();
});
refused("a sink with a type", () => new WritableStream({ type: "bytes" }), RangeError);
refused("getWriter of no stream", () => WritableStream.prototype.getWriter.call({}));
rejected("abort of no stream", () => WritableStream.prototype.abort.call({}));

// -- pipes
promise_test("pipeTo", async () => {
  const seen = [];
  const to = new WritableStream({ write(chunk) { seen.push(chunk); }, close() { seen.push("end"); } });
  assert_equals(await of("a", "b").pipeTo(to), undefined);
  assert_array_equals(seen, ["a", "b", "end"]);
});
promise_test("pipeTo with preventClose", async () => {
  let closed = false;
  const to = new WritableStream({ close() { closed = true; } });
  await of("a").pipeTo(to, { preventClose: true });
  assert_false(closed || to.locked);
});
promise_test("an error of the source aborts the sink", async () => {
  let reason;
  const to = new WritableStream({ abort(given) { reason = given; } });
  await promise_rejects_exactly(boom, new ReadableStream({ start(c) { c.error(boom); } }).pipeTo(to));
  assert_equals(reason, boom);
});
promise_test("an error of the sink cancels the source", async () => {
  let reason;
  const from = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel(given) { reason = given; } });
  await promise_rejects_exactly(boom, from.pipeTo(new WritableStream({ write() { throw boom; } })));
  assert_equals(reason, boom);
});
promise_test("an error with preventAbort", async () => {
  let aborted = false;
  const to = new WritableStream({ abort() { aborted = true; } });
  const from = new ReadableStream({ start(c) { c.error(boom); } });
  await promise_rejects_exactly(boom, from.pipeTo(to, { preventAbort: true }));
  assert_false(aborted);
});
promise_test("a signal ends a pipe", async () => {
  const controller = new AbortController();
  let reason;
  let aborted;
  const from = new ReadableStream({ cancel(given) { reason = given; } });
  const to = new WritableStream({ abort(given) { aborted = given; } });
  const done = from.pipeTo(to, { signal: controller.signal });
  controller.abort(boom);
  await promise_rejects_exactly(boom, done);
  assert_equals(reason, boom);
  assert_equals(aborted, boom);
});
promise_test("a signal that was aborted before", async () => {
  await promise_rejects_dom("AbortError", of(1).pipeTo(new WritableStream(), { signal: AbortSignal.abort() }));
});
rejected("a signal that is none", () => of(1).pipeTo(new WritableStream(), { signal: 1 }));
rejected("pipeTo nothing", () => of(1).pipeTo());
rejected("pipeTo from a locked stream", () => {
  const stream = of(1);
  stream.getReader();
  return stream.pipeTo(new WritableStream());
});
rejected("pipeTo a locked stream", () => {
  const to = new WritableStream();
  to.getWriter();
  return of(1).pipeTo(to);
});
promise_test("pipeThrough", async () => {
  const twice = new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk * 2); } });
  assert_array_equals(await all(of(1, 2).pipeThrough(twice)), [2, 4]);
});
refused("pipeThrough of nothing", () => of(1).pipeThrough({}));
refused("pipeThrough of a locked stream", () => {
  const stream = of(1);
  stream.getReader();
  stream.pipeThrough(new TransformStream());
});

// -- transforms
promise_test("a transform of nothing passes on", async () => {
  assert_array_equals(await all(of(1, 2).pipeThrough(new TransformStream())), [1, 2]);
});
promise_test("start, transform and flush", async () => {
  const stream = new TransformStream({
    start(controller) { controller.enqueue("start"); },
    transform(chunk, controller) { controller.enqueue(chunk); controller.enqueue(chunk); },
    flush(controller) { controller.enqueue("flush"); },
  });
  assert_array_equals(await all(of(1).pipeThrough(stream)), ["start", 1, 1, "flush"]);
});
promise_test("an error of transform", async () => {
  const { readable, writable } = new TransformStream({ transform() { throw boom; } });
  const read = readable.getReader().read();
  await promise_rejects_exactly(boom, writable.getWriter().write(1));
  await promise_rejects_exactly(boom, read);
});
promise_test("terminate", async () => {
  const stream = new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk); controller.terminate(); } });
  const writer = stream.writable.getWriter();
  const reading = all(stream.readable);
  await writer.write(1);
  assert_array_equals(await reading, [1]);
  await promise_rejects_js(TypeError, writer.write(2));
});
promise_test("cancel of a transform", async () => {
  let reason;
  const { readable, writable } = new TransformStream({ cancel(given) { reason = given; } });
  await readable.cancel(boom);
  assert_equals(reason, boom);
  await promise_rejects_exactly(boom, writable.getWriter().closed);
});
promise_test("a transform waits for its reader", async () => {
  const { writable, readable } = new TransformStream();
  const writer = writable.getWriter();
  let written = false;
  writer.write(1).then(() => { written = true; });
  await tick();
  assert_false(written);
  assert_equals((await readable.getReader().read()).value, 1);
  await tick();
  assert_true(written);
});
refused("a transformer with a readableType", () => new TransformStream({ readableType: "bytes" }), RangeError);
refused("a transformer with a writableType", () => new TransformStream({ writableType: "bytes" }), RangeError);
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
  assert_array_equals((await all(readable)).flatMap((chunk) => [...chunk]), [1, 2]);
  await written;
});
promise_test("IdentityTransformStream waits for its reader", async () => {
  const { readable, writable } = new IdentityTransformStream();
  let written = false;
  writable.getWriter().write(bytes(1)).then(() => { written = true; });
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
  assert_array_equals((await all(readable)).flatMap((chunk) => [...chunk]), [1, 2, 3]);
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
    "cancel", "getReader", "locked", "pipeThrough", "pipeTo", "tee", "values",
  ]);
  assert_array_equals(Object.keys(ReadableStream), ["from"]);
});
test("the lengths of the constructors", () => {
  assert_array_equals([ReadableStream.length, WritableStream.length, TransformStream.length], [0, 0, 0]);
  assert_array_equals([CountQueuingStrategy.length, ReadableStreamDefaultReader.length], [1, 1]);
});
test("the names of the classes", () => {
  assert_array_equals([ReadableStream.name, WritableStreamDefaultWriter.name, FixedLengthStream.name],
    ["ReadableStream", "WritableStreamDefaultWriter", "FixedLengthStream"]);
});
test("streams have no own properties", () => {
  assert_array_equals(Reflect.ownKeys(of()), []);
});
promise_test("a then on Object.prototype is not called for read results", async () => {
  let called = 0;
  Object.defineProperty(Object.prototype, "then", { configurable: true, get() { called++; } });
  const read = of("a").getReader().read();
  delete Object.prototype.then;
  assert_object_equals(await read, { value: "a", done: false });
  assert_true(called <= 1);
});
promise_test("a replaced Promise.prototype.then is not called", async () => {
  const { then } = Promise.prototype;
  let called = false;
  Promise.prototype.then = function (...given) { called = true; return then.apply(this, given); };
  const [one] = of("a").tee();
  const read = one.getReader().read();
  Promise.prototype.then = then;
  assert_equals((await read).value, "a");
  assert_false(called);
});
