/**
 * `setTimeout` and its like. The host holds the clock: a timer is a message there and, when it is due, one
 * back.
 */
import * as console from "./console";
import * as context from "./context";
import * as p from "./primordials";
import { underWay } from "./runs";
import type { Callable } from "./visibility";
import { send } from "./wire";

interface Timer {
  readonly context: context.Context;
  readonly run: Callable;
  readonly args: unknown[];
  readonly every: number | undefined;
}

const LONGEST_MS = 2 ** 31 - 1;
const timers = new p.NativeMap<number, Timer>();
let last = 0;

function start(run: unknown, ms: unknown, args: unknown[], repeat: boolean): number {
  if (typeof run !== "function") {
    const given = typeof run === "string" ? "a string, which would be code" : `${typeof run}`;
    throw new p.NativeTypeError(`a timer needs a function to call, not ${given}`);
  }
  const wanted = +(ms as number);
  const delay = wanted > 0 ? (wanted < LONGEST_MS ? wanted : LONGEST_MS) : 0;
  const id = ++last;
  const owner = context.now();
  const every = repeat ? delay || 1 : undefined;
  p.mapSet(timers, id, { context: owner, run: run as Callable, args, every });
  underWay(owner.root, 1);
  send({ t: "timer", id, owner: owner.id, ms: delay });
  return id;
}

/** Call `run` after so many ms, whatever became of `setTimeout`; the timer's number. */
export const after = (ms: number, run: () => void): number => start(run, ms, p.list(), false);

/** Forget a timer. */
export function clear(id: unknown): void {
  const number = typeof id === "number" || typeof id === "string" ? +id : 0;
  const timer = number ? (p.mapGet(timers, number) as Timer | undefined) : undefined;
  if (timer === undefined) return;
  p.mapDelete(timers, number);
  underWay(timer.context.root, -1);
  send({ t: "untimer", id: number });
}

/** A timer is due. */
export function due(id: number): void {
  const timer = p.mapGet(timers, id) as Timer | undefined;
  if (timer === undefined) return;
  context.enter(timer.context);
  if (timer.every === undefined) {
    p.mapDelete(timers, id);
    underWay(timer.context.root, -1);
  } else send({ t: "timer", id, owner: timer.context.id, ms: timer.every });
  guarded(() => p.reflectApply(timer.run, globalThis, timer.args));
}

/** Run what nobody waits for; what it throws becomes a line in the log. */
function guarded(run: () => unknown): void {
  try {
    run();
  } catch (reason) {
    console.uncaught(reason);
  }
}

const microtask = p.NativePromise.resolve();

function queueMicrotask(run: unknown): void {
  if (typeof run !== "function") throw new p.NativeTypeError("a microtask is a function");
  p.then(microtask, () => guarded(run as Callable));
}

/** Forget the timers of a call which was given up. */
export function forget(root: number): void {
  p.mapForEach(timers, (timer, id) => {
    if ((timer as Timer).context.root === root) p.mapDelete(timers, id);
  });
}

/** Put the timer functions on `target`. */
export function install(target: object): void {
  const put = (name: string, length: number, run: Callable): void => {
    p.define(run, "name", name, false);
    p.define(run, "length", length, false);
    p.define(target, name, run);
  };
  put("setTimeout", 1, (run, ms, ...args) => start(run, ms, args, false));
  put("setInterval", 1, (run, ms, ...args) => start(run, ms, args, true));
  put("clearTimeout", 0, (id) => clear(id));
  put("clearInterval", 0, (id) => clear(id));
  put("queueMicrotask", 1, (run) => queueMicrotask(run));
  put("reportError", 1, (...args) => {
    if (args.length === 0) throw new p.NativeTypeError("reportError() needs an argument");
    console.uncaught(args[0]);
  });
}
