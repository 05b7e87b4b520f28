// The facts of https://dom.spec.whatwg.org/#aborting-ongoing-activities
test("a signal that is not aborted", () => {
  const { signal } = new AbortController();
  assert_false(signal.aborted);
  assert_equals(signal.reason, undefined);
  assert_equals(signal.throwIfAborted(), undefined);
  assert_true(signal instanceof EventTarget);
});
test("a controller's signal is always the same", () => {
  const controller = new AbortController();
  assert_equals(controller.signal, controller.signal);
  assert_equals(String(controller), "[object AbortController]");
  assert_equals(String(controller.signal), "[object AbortSignal]");
});
test("aborting gives an AbortError", () => {
  const controller = new AbortController();
  controller.abort();
  const { signal } = controller;
  assert_true(signal.aborted);
  assert_true(signal.reason instanceof DOMException);
  assert_equals(signal.reason.name, "AbortError");
  assert_equals(signal.reason.code, 20);
  assert_throws_exactly(signal.reason, () => signal.throwIfAborted());
});
test("aborting with a reason", () => {
  const controller = new AbortController();
  controller.abort("why");
  assert_equals(controller.signal.reason, "why");
  assert_throws_exactly("why", () => controller.signal.throwIfAborted());
});
test("aborting with undefined is aborting without a reason", () => {
  const controller = new AbortController();
  controller.abort(undefined);
  assert_equals(controller.signal.reason.name, "AbortError");
});
test("aborting with null", () => {
  const controller = new AbortController();
  controller.abort(null);
  assert_equals(controller.signal.reason, null);
});
test("aborting again does nothing", () => {
  const controller = new AbortController();
  let events = 0;
  controller.signal.addEventListener("abort", () => events++);
  controller.abort(1);
  controller.abort(2);
  assert_equals(controller.signal.reason, 1);
  assert_equals(events, 1);
});
test("the abort event", () => {
  const controller = new AbortController();
  let seen;
  controller.signal.addEventListener("abort", (event) => {
    seen = [event.type, event.target, event.isTrusted, event.bubbles, event.cancelable];
  });
  controller.abort();
  assert_array_equals(seen, ["abort", controller.signal, true, false, false]);
});
test("signal.onabort", () => {
  const controller = new AbortController();
  const { signal } = controller;
  assert_equals(signal.onabort, null);
  const order = [];
  signal.addEventListener("abort", () => order.push("first"));
  signal.onabort = () => order.push("replaced");
  signal.addEventListener("abort", () => order.push("last"));
  signal.onabort = function () {
    order.push(this === signal);
  };
  controller.abort();
  assert_array_equals(order, ["first", true, "last"]);
});
test("signal.onabort takes functions and nothing else", () => {
  const { signal } = new AbortController();
  signal.onabort = 5;
  assert_equals(signal.onabort, null);
  const handler = () => {};
  signal.onabort = handler;
  assert_equals(signal.onabort, handler);
  signal.onabort = null;
  assert_equals(signal.onabort, null);
});
test("nobody makes a signal", () => assert_throws_js(TypeError, () => new AbortSignal()));
test("AbortSignal.abort", () => {
  assert_true(AbortSignal.abort().aborted);
  assert_equals(AbortSignal.abort().reason.name, "AbortError");
  assert_equals(AbortSignal.abort(0).reason, 0);
});
promise_test("AbortSignal.timeout", async () => {
  const signal = AbortSignal.timeout(2);
  assert_false(signal.aborted);
  const event = await new Promise((resolve) => (signal.onabort = resolve));
  assert_equals(event.target, signal);
  assert_equals(signal.reason.name, "TimeoutError");
  assert_equals(signal.reason.code, 23);
});
promise_test("AbortSignal.timeout works whatever became of setTimeout", async () => {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = () => assert_unreached();
  try {
    await new Promise((resolve) => AbortSignal.timeout(0).addEventListener("abort", resolve));
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});
test("AbortSignal.timeout needs a number of ms", () => {
  for (const wrong of [-1, NaN, Infinity, "x", 2 ** 53]) {
    assert_throws_js(TypeError, () => AbortSignal.timeout(wrong));
  }
  assert_throws_js(TypeError, () => AbortSignal.timeout());
});
test("AbortSignal.any follows each of its signals", () => {
  const [one, two] = [new AbortController(), new AbortController()];
  const any = AbortSignal.any([one.signal, two.signal]);
  assert_false(any.aborted);
  two.abort("two");
  assert_true(any.aborted);
  assert_equals(any.reason, "two");
  one.abort("one");
  assert_equals(any.reason, "two");
});
test("AbortSignal.any of nothing is never aborted", () => assert_false(AbortSignal.any([]).aborted));
test("AbortSignal.any of one that is aborted", () => {
  const { signal } = new AbortController();
  assert_equals(AbortSignal.any([signal, AbortSignal.abort(1), AbortSignal.abort(2)]).reason, 1);
});
test("AbortSignal.any of others that were made so", () => {
  const controller = new AbortController();
  const any = AbortSignal.any([AbortSignal.any([controller.signal]), controller.signal]);
  let events = 0;
  any.onabort = () => events++;
  controller.abort("why");
  assert_equals(any.reason, "why");
  assert_equals(events, 1);
});
test("all that follow are aborted before anybody hears of it", () => {
  const controller = new AbortController();
  const first = AbortSignal.any([controller.signal]);
  const second = AbortSignal.any([first]);
  const order = [];
  controller.signal.addEventListener("abort", () => order.push(`source ${first.aborted} ${second.aborted}`));
  first.addEventListener("abort", () => order.push("first"));
  second.addEventListener("abort", () => order.push("second"));
  controller.abort();
  assert_array_equals(order, ["source true true", "first", "second"]);
});
test("AbortSignal.any needs signals", () => {
  assert_throws_js(TypeError, () => AbortSignal.any());
  assert_throws_js(TypeError, () => AbortSignal.any(5));
  assert_throws_js(TypeError, () => AbortSignal.any([{}]));
  assert_throws_js(TypeError, () => AbortSignal.any([null]));
});
test("AbortSignal.any takes any iterable", () => {
  assert_true(AbortSignal.any(new Set([AbortSignal.abort()])).aborted);
});
test("a handler that throws does not keep the others from hearing", () => {
  const controller = new AbortController();
  let heard = false;
  controller.signal.onabort = () => {
    throw new Error("no");
  };
  controller.signal.addEventListener("abort", () => (heard = true));
  controller.abort();
  assert_true(heard);
});
test("a signal's getters need a signal", () => {
  const { get } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted");
  assert_throws_js(TypeError, () => get.call({}));
  assert_throws_js(TypeError, () => AbortController.prototype.abort.call({}));
});
