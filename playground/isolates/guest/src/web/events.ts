/**
 * Event, CustomEvent and EventTarget, for targets that have no parents.
 * https://dom.spec.whatwg.org/#events
 */
import * as console from "../console";
import { refuse } from "../encoder";
import * as p from "../primordials";
import { dictionary, need, shape } from "./webidl";

export interface EventInit {
  bubbles?: unknown;
  cancelable?: unknown;
  composed?: unknown;
}

interface Flags {
  target: EventTarget | null;
  current: EventTarget | null;
  phase: number;
  initialized: boolean;
  dispatching: boolean;
  stopped: boolean;
  stoppedAtOnce: boolean;
  canceled: boolean;
  passive: boolean;
  trusted: boolean;
}

const PHASES: [string, number][] = [
  ["NONE", 0],
  ["CAPTURING_PHASE", 1],
  ["AT_TARGET", 2],
  ["BUBBLING_PHASE", 3],
];
const AT_TARGET = 2;
let flagsOf: (event: Event) => Flags;
const trust = p.record() as unknown as PropertyDescriptor;
trust.enumerable = true;
trust.get = function isTrusted(this: Event): boolean {
  return flagsOf(this).trusted;
};

export class Event {
  #type: string;
  #bubbles: boolean;
  #cancelable: boolean;
  readonly #composed: boolean;
  readonly #time = p.clock();
  readonly #flags: Flags = {
    target: null,
    current: null,
    phase: 0,
    initialized: true,
    dispatching: false,
    stopped: false,
    stoppedAtOnce: false,
    canceled: false,
    passive: false,
    trusted: false,
  };

  static {
    flagsOf = (event) => event.#flags;
  }

  constructor(type: unknown, init?: unknown) {
    need(arguments.length, 1, "an Event");
    this.#type = `${type as string}`;
    const options = dictionary<EventInit>(init, "an Event's options");
    this.#bubbles = !!options.bubbles;
    this.#cancelable = !!options.cancelable;
    this.#composed = !!options.composed;
    p.defineProperty(this, "isTrusted", trust);
  }

  get type(): string {
    return this.#type;
  }

  get target(): EventTarget | null {
    return this.#flags.target;
  }

  get srcElement(): EventTarget | null {
    return this.#flags.target;
  }

  get currentTarget(): EventTarget | null {
    return this.#flags.current;
  }

  composedPath(): EventTarget[] {
    const { current } = this.#flags;
    return current === null ? [] : [current];
  }

  get eventPhase(): number {
    return this.#flags.phase;
  }

  stopPropagation(): void {
    this.#flags.stopped = true;
  }

  get cancelBubble(): boolean {
    return this.#flags.stopped;
  }

  set cancelBubble(value: unknown) {
    if (value) this.#flags.stopped = true;
  }

  stopImmediatePropagation(): void {
    this.#flags.stopped = this.#flags.stoppedAtOnce = true;
  }

  get bubbles(): boolean {
    return this.#bubbles;
  }

  get cancelable(): boolean {
    return this.#cancelable;
  }

  get returnValue(): boolean {
    return !this.#flags.canceled;
  }

  set returnValue(value: unknown) {
    if (!value) this.preventDefault();
  }

  preventDefault(): void {
    if (this.#cancelable && !this.#flags.passive) this.#flags.canceled = true;
  }

  get defaultPrevented(): boolean {
    return this.#flags.canceled;
  }

  get composed(): boolean {
    return this.#composed;
  }

  get timeStamp(): number {
    return this.#time;
  }

  initEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false): void {
    const flags = this.#flags;
    need(arguments.length, 1, "initEvent()");
    const text = `${type as string}`;
    if (flags.dispatching) return;
    this.#type = text;
    this.#bubbles = !!bubbles;
    this.#cancelable = !!cancelable;
    flags.initialized = true;
    flags.stopped = flags.stoppedAtOnce = flags.canceled = flags.trusted = false;
    flags.target = null;
  }
}
shape(Event, "Event");
p.define(Event, "length", 1, false);
for (const [name, value] of PHASES) {
  const constant = { value, enumerable: true };
  p.defineProperty(Event, name, constant);
  p.defineProperty(Event.prototype, name, constant);
}

export class CustomEvent extends Event {
  #detail: unknown;

  constructor(_type: unknown, init?: unknown) {
    super(...(arguments as unknown as [unknown, unknown]));
    this.#detail = dictionary<{ detail?: unknown }>(init, "an Event's options").detail ?? null;
  }

  get detail(): unknown {
    return this.#detail;
  }

  initCustomEvent(type: unknown, bubbles?: unknown, cancelable?: unknown, detail: unknown = null): void {
    need(arguments.length, 1, "initCustomEvent()");
    if (flagsOf(this).dispatching) return;
    this.initEvent(type, bubbles, cancelable);
    this.#detail = detail;
  }
}
shape(CustomEvent, "CustomEvent");
p.define(CustomEvent, "length", 1, false);

type Callback = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface Listener {
  readonly type: string;
  readonly callback: Callback;
  readonly capture: boolean;
  readonly once: boolean;
  readonly passive: boolean;
  removed: boolean;
}

interface ListenerOptions {
  capture?: unknown;
  once?: unknown;
  passive?: unknown;
  signal?: unknown;
}

/** What an AbortSignal does for listeners; `abort.ts` hands it in, and knows of us. */
interface Signals {
  isSignal(value: unknown): boolean;
  isAborted(signal: object): boolean;
  onAbort(signal: object, run: () => void): void;
}

let signals: Signals;
export function useSignals(given: Signals): void {
  signals = given;
}

let listenersOf: (target: EventTarget) => { list: Listener[] };

export class EventTarget {
  readonly #listeners = { list: p.list<Listener>() };

  static {
    listenersOf = (target) => target.#listeners;
  }

  addEventListener(type: unknown, callback: unknown, options?: unknown): void {
    const own = this.#listeners;
    need(arguments.length, 2, "addEventListener()");
    const name = `${type as string}`;
    const listener = callbackOf(callback);
    const given = optionsOf(options);
    const capture = !!given.capture;
    const once = !!given.once;
    const passive = !!given.passive;
    const { signal } = given;
    if (signal !== undefined && !signals.isSignal(signal)) {
      throw new p.NativeTypeError("a listener's signal is an AbortSignal");
    }
    if (listener === null || (signal !== undefined && signals.isAborted(signal as object))) return;
    if (find(own.list, name, listener, capture) !== undefined) return;
    const added: Listener = { type: name, callback: listener, capture, once, passive, removed: false };
    own.list[own.list.length] = added;
    if (signal !== undefined) signals.onAbort(signal as object, () => remove(own, added));
  }

  removeEventListener(type: unknown, callback: unknown, options?: unknown): void {
    const own = this.#listeners;
    need(arguments.length, 2, "removeEventListener()");
    const name = `${type as string}`;
    const listener = callbackOf(callback);
    const capture = !!optionsOf(options).capture;
    const found = listener === null ? undefined : find(own.list, name, listener, capture);
    if (found !== undefined) remove(own, found);
  }

  dispatchEvent(event: unknown): boolean {
    const own = this.#listeners;
    need(arguments.length, 1, "dispatchEvent()");
    if (!(event instanceof Event)) throw new p.NativeTypeError("dispatchEvent() needs an Event");
    const flags = flagsOf(event);
    if (flags.dispatching || !flags.initialized) {
      throw new p.NativeDOMException("the event is being dispatched already", "InvalidStateError");
    }
    flags.trusted = false;
    return dispatch(this, own, event);
  }
}
shape(EventTarget, "EventTarget");
refuse(EventTarget);
refuse(Event);

function callbackOf(value: unknown): Callback | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "function" || typeof value === "object") return value as Callback;
  throw new p.NativeTypeError("a listener is a function, or an object with a handleEvent()");
}

function optionsOf(value: unknown): ListenerOptions {
  if (typeof value !== "object" && typeof value !== "function") return { capture: value };
  return (value ?? {}) as ListenerOptions;
}

function find(list: Listener[], type: string, callback: Callback, capture: boolean): Listener | undefined {
  for (let i = 0; i < list.length; i++) {
    const one = list[i]!;
    if (one.type === type && one.callback === callback && one.capture === capture) return one;
  }
  return undefined;
}

/** A new list, as the old one may be in the middle of a dispatch. */
function remove(from: { list: Listener[] }, listener: Listener): void {
  listener.removed = true;
  const left = p.list<Listener>();
  for (let i = 0; i < from.list.length; i++) {
    if (from.list[i] !== listener) left[left.length] = from.list[i]!;
  }
  from.list = left;
}

/** Fire an event of the runtime's own at a target. */
export function fire(target: EventTarget, event: Event): boolean {
  flagsOf(event).trusted = true;
  return dispatch(target, listenersOf(target), event);
}

function dispatch(target: EventTarget, own: { list: Listener[] }, event: Event): boolean {
  const flags = flagsOf(event);
  flags.dispatching = true;
  flags.target = flags.current = target;
  flags.phase = AT_TARGET;
  for (const capture of [true, false]) {
    const { list } = own;
    const { length } = list;
    for (let i = 0; i < length && !flags.stoppedAtOnce; i++) {
      const listener = list[i]!;
      if (listener.removed || listener.type !== event.type || listener.capture !== capture) continue;
      if (listener.once) remove(own, listener);
      flags.passive = listener.passive;
      run(listener.callback, target, event);
      flags.passive = false;
    }
    if (flags.stopped) break;
  }
  flags.phase = 0;
  flags.current = null;
  flags.dispatching = flags.stopped = flags.stoppedAtOnce = false;
  return !flags.canceled;
}

function run(callback: Callback, target: EventTarget, event: Event): void {
  try {
    if (typeof callback === "function") {
      p.reflectApply(callback, target, p.list(event));
      return;
    }
    const handle = callback.handleEvent as unknown;
    if (typeof handle !== "function") throw new p.NativeTypeError("the listener has no handleEvent()");
    p.reflectApply(handle as (event: Event) => unknown, callback, p.list(event));
  } catch (reason) {
    console.uncaught(reason);
  }
}

type Handler = ((event: Event) => unknown) | null;

/** Give a class the attribute `on…` of an event: a listener that stands where it was first set. */
export function handlerAttribute(kind: { prototype: object }, type: string): void {
  const handlers = new p.NativeWeakMap<object, { handler: Handler }>();
  const accessors = {
    get(this: EventTarget): Handler {
      listenersOf(this);
      return (p.weakGet(handlers, this) as { handler: Handler } | undefined)?.handler ?? null;
    },
    set(this: EventTarget, value: unknown): void {
      const own = listenersOf(this);
      const isHandler = typeof value === "function" || (typeof value === "object" && value !== null);
      let kept = p.weakGet(handlers, this) as { handler: Handler } | undefined;
      if (kept === undefined) {
        if (!isHandler) return;
        const made: { handler: Handler } = (kept = { handler: null });
        p.weakSet(handlers, this, made);
        const callback = (event: Event): void => {
          if (typeof made.handler !== "function") return;
          if (p.reflectApply(made.handler, event.currentTarget, p.list(event)) === false)
            event.preventDefault();
        };
        const rest = { capture: false, once: false, passive: false, removed: false };
        own.list[own.list.length] = { type, callback, ...rest };
      }
      kept.handler = isHandler ? (value as Handler) : null;
    },
  };
  const { get, set } = accessors;
  p.define(get, "name", `get on${type}`, false);
  p.define(set, "name", `set on${type}`, false);
  p.defineProperty(kind.prototype, `on${type}`, { get, set, enumerable: true, configurable: true });
}
