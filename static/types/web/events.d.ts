// Events and aborting. https://dom.spec.whatwg.org

/** What a listener of events may be. */
type EventListenerOrObject<E extends Event = Event> = ((event: E) => void) | { handleEvent(event: E): void };

interface EventInit {
  bubbles?: boolean;
  cancelable?: boolean;
  composed?: boolean;
}

/** Something that happened, as it is given to listeners. */
declare class Event {
  constructor(type: string, init?: EventInit);
  /** What kind of event it is, e.g. `"abort"`. */
  readonly type: string;
  /** Where it was dispatched. */
  readonly target: EventTarget | null;
  /** @deprecated the same as `target` */
  readonly srcElement: EventTarget | null;
  /** Whose listener is being called. */
  readonly currentTarget: EventTarget | null;
  /** The targets whose listeners are called. */
  composedPath(): EventTarget[];
  readonly eventPhase: number;
  /** Call no listeners of further targets; there are none here. */
  stopPropagation(): void;
  /** @deprecated use `stopPropagation()` */
  cancelBubble: boolean;
  /** Call no further listeners. */
  stopImmediatePropagation(): void;
  readonly bubbles: boolean;
  /** Whether `preventDefault()` has an effect. */
  readonly cancelable: boolean;
  /** @deprecated use `preventDefault()` */
  returnValue: boolean;
  /** Have `dispatchEvent()` answer false. */
  preventDefault(): void;
  /** Whether `preventDefault()` was called. */
  readonly defaultPrevented: boolean;
  readonly composed: boolean;
  /** When it was made, in milliseconds. */
  readonly timeStamp: number;
  /** @deprecated use the constructor */
  initEvent(type: string, bubbles?: boolean, cancelable?: boolean): void;
  readonly NONE: 0;
  readonly CAPTURING_PHASE: 1;
  readonly AT_TARGET: 2;
  readonly BUBBLING_PHASE: 3;
  static readonly NONE: 0;
  static readonly CAPTURING_PHASE: 1;
  static readonly AT_TARGET: 2;
  static readonly BUBBLING_PHASE: 3;
}

/** An event with a value of your own. */
declare class CustomEvent<T = any> extends Event {
  constructor(type: string, init?: EventInit & { detail?: T });
  /** The value that it was made with. */
  readonly detail: T;
  /** @deprecated use the constructor */
  initCustomEvent(type: string, bubbles?: boolean, cancelable?: boolean, detail?: T): void;
}

/** An event that tells of an error. */
declare class ErrorEvent extends Event {
  constructor(
    type: string,
    init?: EventInit & { message?: string; filename?: string; lineno?: number; colno?: number; error?: unknown },
  );
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
  /** What was thrown. */
  readonly error: any;
}

/** An event that carries a message. */
declare class MessageEvent<T = any> extends Event {
  constructor(
    type: string,
    init?: EventInit & { data?: T; origin?: string; lastEventId?: string; source?: EventTarget | null },
  );
  /** The message. */
  readonly data: T;
  readonly origin: string;
  readonly lastEventId: string;
  readonly source: EventTarget | null;
}

interface AddEventListenerOptions {
  capture?: boolean;
  /** Forget the listener after the first event. */
  once?: boolean;
  passive?: boolean;
  /** Forget the listener when this is aborted. */
  signal?: AbortSignal;
}

/** Something that events can be dispatched to. */
declare class EventTarget {
  constructor();
  /** Have `listener` called for events of this type. */
  addEventListener(
    type: string,
    listener: EventListenerOrObject<any> | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Have it not called any more. */
  removeEventListener(
    type: string,
    listener: EventListenerOrObject<any> | null,
    options?: boolean | { capture?: boolean },
  ): void;
  /** Call the listeners of an event; false where one has called `preventDefault()`. */
  dispatchEvent(event: Event): boolean;
}

/** Aborts what was given its signal. */
declare class AbortController {
  constructor();
  /** The signal to pass on. */
  readonly signal: AbortSignal;
  /** Abort; `reason` is an `AbortError` where nothing is given. */
  abort(reason?: any): void;
}

/** Tells that something is to stop: give it to `fetch`, a listener or `scheduler.wait`. */
declare class AbortSignal extends EventTarget {
  private constructor();
  /** A signal that is aborted already. */
  static abort(reason?: any): AbortSignal;
  /** A signal that aborts with a `TimeoutError` after so many milliseconds. */
  static timeout(milliseconds: number): AbortSignal;
  /** A signal that aborts with the first of these. */
  static any(signals: Iterable<AbortSignal>): AbortSignal;
  /** Whether it was aborted. */
  readonly aborted: boolean;
  /** Why it was aborted. */
  readonly reason: any;
  /** Throw the reason where it was aborted. */
  throwIfAborted(): void;
  /** Called when it is aborted. */
  onabort: ((event: Event) => void) | null;
}
