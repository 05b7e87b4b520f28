/** AbortController and AbortSignal. https://dom.spec.whatwg.org/#aborting-ongoing-activities */
import * as p from "../primordials";
import * as timers from "../timers";
import { Event, EventTarget, fire, handlerAttribute, useSignals } from "./events";
import { illegal, need, shape } from "./webidl";

const KEY = {};
const MOST_MS = 2 ** 53 - 1;
let stateOf: (signal: unknown) => State | undefined;

interface State {
  aborted: boolean;
  reason: unknown;
  /** What to do before the event is fired. */
  steps: (() => void)[];
  /** The signals that `any` made of this one and others; of those that are made so, the originals. */
  dependents: AbortSignal[];
  sources: AbortSignal[] | undefined;
}

export class AbortSignal extends EventTarget {
  readonly #state: State = {
    aborted: false,
    reason: undefined,
    steps: p.list(),
    dependents: p.list(),
    sources: undefined,
  };

  static {
    stateOf = (signal) =>
      typeof signal === "object" && signal !== null && #state in signal ? signal.#state : undefined;
  }

  constructor(key?: object) {
    if (key !== KEY)
      throw new p.NativeTypeError("Illegal constructor: an AbortController makes AbortSignals");
    super();
  }

  get aborted(): boolean {
    return this.#state.aborted;
  }

  get reason(): unknown {
    return this.#state.reason;
  }

  throwIfAborted(): void {
    if (this.#state.aborted) throw this.#state.reason;
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(KEY);
    const state = stateOf(signal)!;
    state.aborted = true;
    state.reason = reasonOf(reason);
    return signal;
  }

  static timeout(ms: unknown): AbortSignal {
    need(arguments.length, 1, "AbortSignal.timeout()");
    const delay = p.floor(+(ms as number));
    if (!(delay >= 0 && delay <= MOST_MS)) throw new p.NativeTypeError("the timeout is not a number of ms");
    const signal = new AbortSignal(KEY);
    timers.after(delay, () => {
      abort(signal, new p.NativeDOMException("The operation was aborted due to timeout", "TimeoutError"));
    });
    return signal;
  }

  static any(signals: unknown): AbortSignal {
    need(arguments.length, 1, "AbortSignal.any()");
    if (typeof signals !== "object" || signals === null) {
      throw new p.NativeTypeError("AbortSignal.any() needs a list of signals");
    }
    const given = [...(signals as Iterable<unknown>)];
    for (let i = 0; i < given.length; i++) {
      if (stateOf(given[i]) === undefined) throw new p.NativeTypeError("a signal is not an AbortSignal");
    }
    const made = new AbortSignal(KEY);
    const state = stateOf(made)!;
    for (let i = 0; i < given.length; i++) {
      const one = stateOf(given[i])!;
      if (!one.aborted) continue;
      state.aborted = true;
      state.reason = one.reason;
      return made;
    }
    const sources = (state.sources = p.list<AbortSignal>());
    for (let i = 0; i < given.length; i++) {
      const originals = stateOf(given[i])!.sources;
      if (originals === undefined) follow(made, sources, given[i] as AbortSignal);
      else for (let k = 0; k < originals.length; k++) follow(made, sources, originals[k]!);
    }
    return made;
  }
}
shape(AbortSignal, "AbortSignal");
handlerAttribute(AbortSignal, "abort");

function follow(made: AbortSignal, sources: AbortSignal[], source: AbortSignal): void {
  for (let i = 0; i < sources.length; i++) if (sources[i] === source) return;
  sources[sources.length] = source;
  const { dependents } = stateOf(source)!;
  dependents[dependents.length] = made;
}

function reasonOf(reason: unknown): unknown {
  if (reason !== undefined) return reason;
  return new p.NativeDOMException("This operation was aborted", "AbortError");
}

function abort(signal: AbortSignal, reason: unknown): void {
  const state = stateOf(signal)!;
  if (state.aborted) return;
  state.aborted = true;
  state.reason = reasonOf(reason);
  const following = p.list<AbortSignal>();
  const { dependents } = state;
  for (let i = 0; i < dependents.length; i++) {
    const dependent = stateOf(dependents[i])!;
    if (dependent.aborted) continue;
    dependent.aborted = true;
    dependent.reason = state.reason;
    following[following.length] = dependents[i]!;
  }
  state.dependents = p.list();
  tell(signal, state);
  for (let i = 0; i < following.length; i++) tell(following[i]!, stateOf(following[i])!);
}

function tell(signal: AbortSignal, state: State): void {
  const { steps } = state;
  state.steps = p.list();
  for (let i = 0; i < steps.length; i++) steps[i]!();
  fire(signal, new Event("abort"));
}

/** Call `run` when a signal is aborted, before its listeners. */
export function onAbort(signal: object, run: () => void): void {
  const { steps } = stateOf(signal)!;
  steps[steps.length] = run;
}

useSignals({
  isSignal: (value) => stateOf(value) !== undefined,
  isAborted: (signal) => stateOf(signal)!.aborted,
  onAbort,
});

/** Whether a value is a signal. */
export const isSignal = (value: unknown): value is AbortSignal => stateOf(value) !== undefined;

export class AbortController {
  readonly #signal = new AbortSignal(KEY);

  get signal(): AbortSignal {
    return #signal in this ? this.#signal : illegal("AbortController");
  }

  abort(reason?: unknown): void {
    abort(this.#signal, reason);
  }
}
shape(AbortController, "AbortController");
