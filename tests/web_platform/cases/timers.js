// The facts of https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers, and scheduler.wait
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

promise_test("a timer's arguments", async () => {
  assert_array_equals(await new Promise((resolve) => setTimeout((...args) => resolve(args), 0, 1, "b")), [
    1,
    "b",
  ]);
});
promise_test("a timer's this is globalThis", async () => {
  const found = await new Promise((resolve) => {
    setTimeout(function () {
      resolve(this);
    });
  });
  assert_equals(found, globalThis);
});
test("a timer is a number from 1", () => {
  const [one, two] = [setTimeout(() => {}), setTimeout(() => {})];
  assert_true(Number.isInteger(one) && one >= 1);
  assert_equals(two, one + 1);
  clearTimeout(one);
  clearTimeout(two);
});
promise_test("timers go off in order of their times", async () => {
  const order = [];
  const done = new Promise((resolve) => setTimeout(() => resolve(order.push("late")), 12));
  setTimeout(() => order.push("soon"), 1);
  setTimeout(() => order.push("now"), 0);
  await done;
  assert_array_equals(order, ["now", "soon", "late"]);
});
promise_test("timers of one time go off in their order", async () => {
  const order = [];
  for (let i = 0; i < 5; i++) setTimeout(() => order.push(i), 1);
  await wait(8);
  assert_array_equals(order, [0, 1, 2, 3, 4]);
});
function immediate(name, ms) {
  promise_test(name, async () => {
    const before = Date.now();
    await wait(ms);
    assert_true(Date.now() - before < 1000);
  });
}
immediate("no time", undefined);
immediate("a negative time", -5);
immediate("NaN", NaN);
immediate("minus infinity", -Infinity);
immediate("a text", "1");
immediate("a text that is no number", "x");
immediate("null", null);
immediate("a fraction", 0.9);
promise_test("a timer that is cleared does not go off", async () => {
  clearTimeout(setTimeout(() => assert_unreached(), 1));
  await wait(6);
});
promise_test("clearInterval clears timeouts too", async () => {
  clearInterval(setTimeout(() => assert_unreached(), 1));
  clearTimeout(String(setTimeout(() => assert_unreached(), 1)));
  await wait(6);
});
test("clearing what is no timer does nothing", () => {
  for (const id of [undefined, null, -1, 0, 1e9, NaN, "x", {}]) assert_equals(clearTimeout(id), undefined);
});
promise_test("an interval goes off again and again", async () => {
  let times = 0;
  await new Promise((resolve) => {
    const id = setInterval(
      (by) => {
        times += by;
        if (times === 6) resolve(clearInterval(id));
      },
      1,
      2,
    );
  });
  await wait(6);
  assert_equals(times, 6);
});
promise_test("an interval that throws goes on", async () => {
  let times = 0;
  await new Promise((resolve) => {
    const id = setInterval(() => {
      if (++times === 2) resolve(clearInterval(id));
      throw new Error("expected by this case");
    }, 1);
  });
  assert_equals(times, 2);
});
promise_test("microtasks come before timers", async () => {
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => resolve(order.push("timer")));
    queueMicrotask(() => order.push("microtask"));
    Promise.resolve().then(() => order.push("promise"));
    order.push("first");
  });
  assert_array_equals(order, ["first", "microtask", "promise", "timer"]);
});
promise_test("a microtask that throws does not stop the others", async () => {
  let reached = false;
  queueMicrotask(() => {
    throw new Error("expected by this case");
  });
  queueMicrotask(() => (reached = true));
  await wait(0);
  assert_true(reached);
});
test("code in a text is refused", () => {
  try {
    setTimeout("globalThis.x = 1", 0);
    assert_unreached();
  } catch (error) {
    assert_equals(error.constructor, TypeError);
    assert_true(error.message.includes("a string"));
  }
});
test("what is no function is refused", () => {
  for (const run of [setTimeout, setInterval, queueMicrotask]) {
    assert_throws_js(TypeError, () => run());
    assert_throws_js(TypeError, () => run({}));
    assert_throws_js(TypeError, () => run(null));
  }
});
test("the functions' names and lengths", () => {
  const found = ["setTimeout", "setInterval", "clearTimeout", "clearInterval", "queueMicrotask"].map(
    (name) => {
      return `${globalThis[name].name}/${globalThis[name].length}`;
    },
  );
  assert_array_equals(found, [
    "setTimeout/1",
    "setInterval/1",
    "clearTimeout/0",
    "clearInterval/0",
    "queueMicrotask/1",
  ]);
});

promise_test("scheduler.wait waits", async () => {
  const before = Date.now();
  assert_equals(await scheduler.wait(5), undefined);
  assert_true(Date.now() - before >= 4);
});
promise_test("scheduler.wait is given up with its signal", async () => {
  const controller = new AbortController();
  const waiting = scheduler.wait(60_000, { signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await promise_rejects_exactly(reason, waiting);
});
promise_test("scheduler.wait with a signal that is aborted", async () => {
  await promise_rejects_dom("AbortError", scheduler.wait(60_000, { signal: AbortSignal.abort() }));
});
promise_test("scheduler.wait needs a time, and a signal that is one", async () => {
  await promise_rejects_js(TypeError, scheduler.wait());
  await promise_rejects_js(TypeError, scheduler.wait(1, { signal: {} }));
});
