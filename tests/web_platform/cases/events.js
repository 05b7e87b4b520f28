// The facts of https://dom.spec.whatwg.org/#events
const heard = (target, type, options) => {
  const events = [];
  target.addEventListener(type, (event) => events.push(event), options);
  return events;
};

test("an Event has what it was made with", () => {
  const event = new Event("a", { bubbles: true, cancelable: true, composed: true });
  assert_equals(event.type, "a");
  assert_true(event.bubbles);
  assert_true(event.cancelable);
  assert_true(event.composed);
  assert_false(event.defaultPrevented);
  assert_true(event.returnValue);
  assert_false(event.isTrusted);
  assert_equals(event.target, null);
  assert_equals(event.currentTarget, null);
  assert_equals(event.eventPhase, Event.NONE);
  assert_true(event.timeStamp > 0);
  assert_array_equals(event.composedPath(), []);
});
test("an Event's defaults", () => {
  const event = new Event("");
  assert_equals(event.type, "");
  assert_false(event.bubbles || event.cancelable || event.composed);
});
test("an Event needs a type", () => assert_throws_js(TypeError, () => new Event()));
test("an Event is made with new", () => assert_throws_js(TypeError, () => Event("a")));
test("an Event's type is a text", () => assert_equals(new Event(null).type, "null"));
test("an Event's options are an object", () => assert_throws_js(TypeError, () => new Event("a", 1)));
test("an Event's options may be null", () => assert_false(new Event("a", null).bubbles));
test("isTrusted is an own property that stays", () => {
  const { get, configurable, set } = Object.getOwnPropertyDescriptor(new Event("a"), "isTrusted");
  assert_equals(typeof get, "function");
  assert_equals(set, undefined);
  assert_false(configurable);
  assert_equals(get, Object.getOwnPropertyDescriptor(new Event("b"), "isTrusted").get);
});
test("an Event's constants", () => {
  const event = new Event("a");
  assert_array_equals(
    [event.NONE, Event.CAPTURING_PHASE, Event.AT_TARGET, event.BUBBLING_PHASE],
    [0, 1, 2, 3],
  );
});
test("preventDefault needs a cancelable event", () => {
  const event = new Event("a");
  event.preventDefault();
  assert_false(event.defaultPrevented);
  const other = new Event("a", { cancelable: true });
  other.preventDefault();
  assert_true(other.defaultPrevented);
  assert_false(other.returnValue);
});
test("returnValue prevents the default when it is set to false", () => {
  const event = new Event("a", { cancelable: true });
  event.returnValue = true;
  assert_false(event.defaultPrevented);
  event.returnValue = false;
  assert_true(event.defaultPrevented);
  event.returnValue = true;
  assert_true(event.defaultPrevented);
});
test("cancelBubble says that the propagation was stopped", () => {
  const event = new Event("a");
  assert_false(event.cancelBubble);
  event.stopPropagation();
  assert_true(event.cancelBubble);
  event.cancelBubble = false;
  assert_true(event.cancelBubble);
});
test("initEvent begins anew", () => {
  const event = new Event("a", { cancelable: true });
  event.preventDefault();
  event.initEvent("b", true, false);
  assert_array_equals([event.type, event.bubbles, event.cancelable], ["b", true, false]);
  assert_false(event.defaultPrevented);
  assert_throws_js(TypeError, () => event.initEvent());
});
test("the classes' texts", () => {
  assert_equals(String(new Event("a")), "[object Event]");
  assert_equals(String(new CustomEvent("a")), "[object CustomEvent]");
  assert_equals(String(new EventTarget()), "[object EventTarget]");
  assert_equals(Event.length, 1);
  assert_equals(EventTarget.length, 0);
});

test("a CustomEvent has a detail", () => {
  const detail = {};
  const event = new CustomEvent("a", { detail, cancelable: true });
  assert_equals(event.detail, detail);
  assert_true(event.cancelable);
  assert_true(event instanceof Event);
  assert_equals(new CustomEvent("a").detail, null);
  assert_equals(new CustomEvent("a", { detail: undefined }).detail, null);
  assert_throws_js(TypeError, () => new CustomEvent());
});
test("initCustomEvent sets a detail", () => {
  const event = new CustomEvent("a");
  event.initCustomEvent("b", true, true, 5);
  assert_array_equals([event.type, event.bubbles, event.cancelable, event.detail], ["b", true, true, 5]);
});
test("an ErrorEvent has what it was made with", () => {
  const error = new Error("no");
  const event = new ErrorEvent("error", { message: "m", filename: "f", lineno: 3, colno: 4.7, error });
  assert_array_equals(
    [event.message, event.filename, event.lineno, event.colno, event.error, event.type],
    ["m", "f", 3, 4, error, "error"],
  );
  const bare = new ErrorEvent("error");
  assert_array_equals([bare.message, bare.filename, bare.lineno, bare.error], ["", "", 0, undefined]);
});
test("a MessageEvent has what it was made with", () => {
  const event = new MessageEvent("message", { data: 1, origin: "o", lastEventId: "i" });
  assert_array_equals([event.data, event.origin, event.lastEventId, event.source], [1, "o", "i", null]);
  assert_equals(new MessageEvent("message").data, null);
  assert_equals(String(event), "[object MessageEvent]");
});

test("a listener is called with the event", () => {
  const target = new EventTarget();
  const event = new Event("a");
  let seen;
  target.addEventListener("a", function (given) {
    seen = [this, given, given.target, given.currentTarget, given.srcElement, given.eventPhase];
    assert_array_equals(given.composedPath(), [target]);
  });
  assert_true(target.dispatchEvent(event));
  assert_array_equals(seen, [target, event, target, target, target, 2]);
  assert_equals(event.target, target);
  assert_equals(event.currentTarget, null);
  assert_equals(event.eventPhase, 0);
});
test("a listener is added once", () => {
  const target = new EventTarget();
  let calls = 0;
  const listener = () => calls++;
  target.addEventListener("a", listener);
  target.addEventListener("a", listener, { once: true });
  target.addEventListener("a", listener, true);
  target.dispatchEvent(new Event("a"));
  assert_equals(calls, 2);
});
test("a listener that is null is none", () => {
  const target = new EventTarget();
  target.addEventListener("a", null);
  target.addEventListener("a", undefined);
  target.removeEventListener("a", null);
  assert_true(target.dispatchEvent(new Event("a")));
});
test("a listener is no text", () => {
  assert_throws_js(TypeError, () => new EventTarget().addEventListener("a", "alert()"));
});
test("addEventListener needs two arguments", () => {
  assert_throws_js(TypeError, () => new EventTarget().addEventListener("a"));
});
test("an object with handleEvent listens", () => {
  const target = new EventTarget();
  const listener = {
    handleEvent(event) {
      this.seen = event.type;
    },
  };
  target.addEventListener("a", listener);
  target.dispatchEvent(new Event("a"));
  assert_equals(listener.seen, "a");
});
test("handleEvent is looked up when it is needed", () => {
  const target = new EventTarget();
  const listener = {};
  target.addEventListener("a", listener);
  let calls = 0;
  listener.handleEvent = () => calls++;
  target.dispatchEvent(new Event("a"));
  assert_equals(calls, 1);
});
test("a listener once", () => {
  const target = new EventTarget();
  const events = heard(target, "a", { once: true });
  target.dispatchEvent(new Event("a"));
  target.dispatchEvent(new Event("a"));
  assert_equals(events.length, 1);
});
test("a listener once that dispatches again is called once", () => {
  const target = new EventTarget();
  let calls = 0;
  const listener = () => {
    calls++;
    target.dispatchEvent(new Event("a"));
  };
  target.addEventListener("a", listener, { once: true });
  target.dispatchEvent(new Event("a"));
  assert_equals(calls, 1);
});
test("a passive listener prevents nothing", () => {
  const target = new EventTarget();
  target.addEventListener("a", (event) => event.preventDefault(), { passive: true });
  assert_true(target.dispatchEvent(new Event("a", { cancelable: true })));
  target.addEventListener("a", (event) => event.preventDefault());
  assert_false(target.dispatchEvent(new Event("a", { cancelable: true })));
});
test("capturing listeners come first", () => {
  const target = new EventTarget();
  const order = [];
  target.addEventListener("a", () => order.push("bubbling"));
  target.addEventListener("a", () => order.push("capturing"), { capture: true });
  target.dispatchEvent(new Event("a"));
  assert_array_equals(order, ["capturing", "bubbling"]);
});
test("a listener is removed", () => {
  const target = new EventTarget();
  let calls = 0;
  const listener = () => calls++;
  target.addEventListener("a", listener, { passive: true });
  target.removeEventListener("a", listener, true);
  target.dispatchEvent(new Event("a"));
  target.removeEventListener("a", listener, { once: true });
  target.dispatchEvent(new Event("a"));
  assert_equals(calls, 1);
});
test("a listener that is removed meanwhile is not called", () => {
  const target = new EventTarget();
  let calls = 0;
  const second = () => calls++;
  target.addEventListener("a", () => target.removeEventListener("a", second));
  target.addEventListener("a", second);
  target.dispatchEvent(new Event("a"));
  assert_equals(calls, 0);
});
test("a listener that is added meanwhile is not called", () => {
  const target = new EventTarget();
  let calls = 0;
  target.addEventListener("a", () => target.addEventListener("a", () => calls++));
  target.dispatchEvent(new Event("a"));
  assert_equals(calls, 0);
});
test("stopImmediatePropagation stops at once", () => {
  const target = new EventTarget();
  target.addEventListener("a", (event) => event.stopImmediatePropagation());
  const events = heard(target, "a");
  target.dispatchEvent(new Event("a"));
  assert_equals(events.length, 0);
});
test("stopPropagation lets the others of a phase go on", () => {
  const target = new EventTarget();
  target.addEventListener("a", (event) => event.stopPropagation());
  const events = heard(target, "a");
  target.dispatchEvent(new Event("a"));
  assert_equals(events.length, 1);
});
test("a listener that throws does not stop the others", () => {
  const target = new EventTarget();
  target.addEventListener("a", () => {
    throw new Error("no");
  });
  const events = heard(target, "a");
  assert_true(target.dispatchEvent(new Event("a")));
  assert_equals(events.length, 1);
});
test("an event that is being dispatched is not dispatched", () => {
  const target = new EventTarget();
  let caught;
  target.addEventListener("a", (event) => {
    try {
      target.dispatchEvent(event);
    } catch (error) {
      caught = error;
    }
  });
  target.dispatchEvent(new Event("a"));
  assert_equals(caught.name, "InvalidStateError");
});
test("an event is dispatched again", () => {
  const target = new EventTarget();
  const events = heard(target, "a");
  const event = new Event("a");
  target.dispatchEvent(event);
  target.dispatchEvent(event);
  assert_equals(events.length, 2);
});
test("dispatchEvent needs an Event", () => {
  assert_throws_js(TypeError, () => new EventTarget().dispatchEvent({ type: "a" }));
  assert_throws_js(TypeError, () => new EventTarget().dispatchEvent());
});
test("a type is matched by its letters", () => {
  const target = new EventTarget();
  const events = heard(target, "A");
  target.dispatchEvent(new Event("a"));
  assert_equals(events.length, 0);
});
test("a listener's signal removes it", () => {
  const target = new EventTarget();
  const controller = new AbortController();
  const events = heard(target, "a", { signal: controller.signal });
  target.dispatchEvent(new Event("a"));
  controller.abort();
  target.dispatchEvent(new Event("a"));
  assert_equals(events.length, 1);
});
test("a listener whose signal is aborted is not added", () => {
  const target = new EventTarget();
  const events = heard(target, "a", { signal: AbortSignal.abort() });
  target.dispatchEvent(new Event("a"));
  assert_equals(events.length, 0);
});
test("a listener's signal is an AbortSignal", () => {
  const add = (signal) => new EventTarget().addEventListener("a", () => {}, { signal });
  assert_throws_js(TypeError, () => add(null));
  assert_throws_js(TypeError, () => add({}));
});
test("a class may extend EventTarget", () => {
  class Emitter extends EventTarget {
    emit() {
      return this.dispatchEvent(new CustomEvent("a", { detail: 1 }));
    }
  }
  const emitter = new Emitter();
  const events = heard(emitter, "a");
  emitter.emit();
  assert_equals(events[0].detail, 1);
});
test("a class may extend Event", () => {
  class Mine extends Event {
    extra = 2;
  }
  const target = new EventTarget();
  const events = heard(target, "a");
  target.dispatchEvent(new Mine("a"));
  assert_equals(events[0].extra, 2);
});
test("methods need their objects", () => {
  assert_throws_js(TypeError, () => EventTarget.prototype.addEventListener.call({}, "a", () => {}));
  assert_throws_js(TypeError, () => Event.prototype.preventDefault.call({}));
  assert_throws_js(TypeError, () => Object.getOwnPropertyDescriptor(Event.prototype, "type").get.call({}));
});
