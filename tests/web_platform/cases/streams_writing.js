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

// -- writing
promise_test("chunks are written in order", async () => {
  const seen = [];
  const writer = new WritableStream({
    write(chunk) {
      seen.push(chunk);
    },
    close() {
      seen.push("end");
    },
  }).getWriter();
  writer.write("a");
  writer.write("b");
  assert_equals(await writer.close(), undefined);
  assert_array_equals(seen, ["a", "b", "end"]);
  assert_equals(await writer.closed, undefined);
});
promise_test("a write waits for the one before", async () => {
  let go;
  const seen = [];
  const writer = new WritableStream({
    write(chunk) {
      seen.push(chunk);
      return new Promise((resolve) => {
        go = resolve;
      });
    },
  }).getWriter();
  writer.write("a");
  writer.write("b");
  await tick();
  assert_array_equals(seen, ["a"]);
  go();
  await tick();
  assert_array_equals(seen, ["a", "b"]);
});
promise_test("an error of write", async () => {
  const writer = new WritableStream({
    write() {
      throw boom;
    },
  }).getWriter();
  await promise_rejects_exactly(boom, writer.write("a"));
  await promise_rejects_exactly(boom, writer.closed);
  await promise_rejects_exactly(boom, writer.write("b"));
});
promise_test("abort tells the sink why", async () => {
  let reason;
  const stream = new WritableStream({
    abort(given) {
      reason = given;
    },
  });
  await stream.abort(boom);
  assert_equals(reason, boom);
  await promise_rejects_exactly(boom, stream.getWriter().closed);
});
promise_test("abort aborts the controller's signal", async () => {
  let signal;
  const stream = new WritableStream({
    start(controller) {
      signal = controller.signal;
    },
  });
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
  writer.ready.then(() => {
    ready = true;
  });
  await tick();
  assert_false(ready);
});
promise_test("controller.error of a sink", async () => {
  let control;
  const writer = new WritableStream({
    start(controller) {
      control = controller;
    },
  }).getWriter();
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
  const to = new WritableStream({
    write(chunk) {
      seen.push(chunk);
    },
    close() {
      seen.push("end");
    },
  });
  assert_equals(await of("a", "b").pipeTo(to), undefined);
  assert_array_equals(seen, ["a", "b", "end"]);
});
promise_test("pipeTo with preventClose", async () => {
  let closed = false;
  const to = new WritableStream({
    close() {
      closed = true;
    },
  });
  await of("a").pipeTo(to, { preventClose: true });
  assert_false(closed || to.locked);
});
promise_test("an error of the source aborts the sink", async () => {
  let reason;
  const to = new WritableStream({
    abort(given) {
      reason = given;
    },
  });
  await promise_rejects_exactly(
    boom,
    new ReadableStream({
      start(c) {
        c.error(boom);
      },
    }).pipeTo(to),
  );
  assert_equals(reason, boom);
});
promise_test("an error of the sink cancels the source", async () => {
  let reason;
  const from = new ReadableStream({
    pull(c) {
      c.enqueue(1);
    },
    cancel(given) {
      reason = given;
    },
  });
  await promise_rejects_exactly(
    boom,
    from.pipeTo(
      new WritableStream({
        write() {
          throw boom;
        },
      }),
    ),
  );
  assert_equals(reason, boom);
});
promise_test("an error with preventAbort", async () => {
  let aborted = false;
  const to = new WritableStream({
    abort() {
      aborted = true;
    },
  });
  const from = new ReadableStream({
    start(c) {
      c.error(boom);
    },
  });
  await promise_rejects_exactly(boom, from.pipeTo(to, { preventAbort: true }));
  assert_false(aborted);
});
promise_test("a signal ends a pipe", async () => {
  const controller = new AbortController();
  let reason;
  let aborted;
  const from = new ReadableStream({
    cancel(given) {
      reason = given;
    },
  });
  const to = new WritableStream({
    abort(given) {
      aborted = given;
    },
  });
  const done = from.pipeTo(to, { signal: controller.signal });
  controller.abort(boom);
  await promise_rejects_exactly(boom, done);
  assert_equals(reason, boom);
  assert_equals(aborted, boom);
});
promise_test("a signal that was aborted before", async () => {
  await promise_rejects_dom(
    "AbortError",
    of(1).pipeTo(new WritableStream(), { signal: AbortSignal.abort() }),
  );
});
rejected("a signal that is none", () => of(1).pipeTo(new WritableStream(), { signal: 1 }));
test("the length of pipeTo", () => assert_equals(ReadableStream.prototype.pipeTo.length, 1));
rejected("pipeTo of no stream", () => ReadableStream.prototype.pipeTo.call({}, new WritableStream()));
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
  const twice = new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk * 2);
    },
  });
  assert_array_equals(await all(of(1, 2).pipeThrough(twice)), [2, 4]);
});
refused("pipeThrough of nothing", () => of(1).pipeThrough({}));
refused("pipeThrough of a locked stream", () => {
  const stream = of(1);
  stream.getReader();
  stream.pipeThrough(new TransformStream());
});

