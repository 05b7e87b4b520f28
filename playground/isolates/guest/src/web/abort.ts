/** AbortController and AbortSignal. https://dom.spec.whatwg.org/#aborting-ongoing-activities */
import { Event, EventTarget } from "event-target-shim";
import * as p from "../primordials";

export { Event, EventTarget };

const KEY = {};
let abort: (signal: AbortSignal, reason: unknown) => void;

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown = undefined;
  onabort: ((event: unknown) => void) | null = null;

  static {
    abort = (signal, reason) => signal.#abort(reason);
  }

  constructor(key?: object) {
    if (key !== KEY) throw new p.NativeTypeError("an AbortSignal comes from an AbortController");
    super();
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(KEY);
    abort(signal, reason);
    return signal;
  }

  static timeout(ms: number): AbortSignal {
    const signal = new AbortSignal(KEY);
    const late = (): void => abort(signal, new p.NativeDOMException("it took too long", "TimeoutError"));
    setTimeout(late, ms);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const signal = new AbortSignal(KEY);
    for (const other of signals) {
      if (other.aborted) {
        abort(signal, other.reason);
        break;
      }
      other.addEventListener("abort", () => abort(signal, other.reason));
    }
    return signal;
  }

  #abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason === undefined ? new p.NativeDOMException("it was aborted", "AbortError") : reason;
    const event = new Event("abort");
    if (typeof this.onabort === "function") this.onabort(event);
    this.dispatchEvent(event);
  }
}

declare const setTimeout: (run: () => void, ms: number) => number;

const listen = p.uncurry(EventTarget.prototype.addEventListener) as (...given: unknown[]) => void;

/** Call `run` when a signal is aborted. */
export function onAbort(signal: AbortSignal, run: () => void): void {
  listen(signal, "abort", run);
}

export class AbortController {
  readonly signal = new AbortSignal(KEY);

  abort(reason?: unknown): void {
    abort(this.signal, reason);
  }
}
