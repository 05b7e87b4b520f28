/** `setTimeout` and its like. The host holds the clock: a timer is a message there and, when it is due, one back. */
import { define } from "./codec";
import * as context from "./context";
import * as p from "./primordials";
import { send } from "./wire";

interface Timer {
  readonly call: context.Call;
  readonly run: (...args: unknown[]) => unknown;
  readonly args: unknown[];
  readonly every: number | undefined;
}

const timers = new p.NativeMap<number, Timer>();
let next = 1;
const LONGEST_MS = 2 ** 31 - 1;

function start(run: unknown, ms: unknown, args: unknown[], repeat: boolean): number {
  if (typeof run !== "function") throw new p.NativeTypeError("a timer needs a function");
  const wanted = +(ms as number);
  const delay = wanted > 0 ? (wanted < LONGEST_MS ? wanted : LONGEST_MS) : 0;
  const id = next++;
  const call = context.now();
  p.mapSet(timers, id, { call, run: run as Timer["run"], args, every: repeat ? delay || 1 : undefined });
  send({ t: "timer", id, owner: call.id, ms: delay });
  return id;
}

function clear(id: unknown): void {
  if (typeof id === "number" && p.mapHas(timers, id)) {
    p.mapDelete(timers, id);
    send({ t: "untimer", id });
  }
}

/** A timer is due. */
export function due(id: number): void {
  const timer = p.mapGet(timers, id) as Timer | undefined;
  if (timer === undefined) return;
  context.enter(timer.call);
  if (timer.every === undefined) p.mapDelete(timers, id);
  else send({ t: "timer", id, owner: timer.call.id, ms: timer.every });
  p.reflectApply(timer.run, undefined, timer.args);
}

/** Forget the timers of a call which was given up. */
export function forget(root: number): void {
  p.mapForEach(timers, (timer, id) => {
    if ((timer as Timer).call.root === root) p.mapDelete(timers, id);
  });
}

/** Put the timer functions on `target`. */
export function install(target: object): void {
  define(target, "setTimeout", (run: unknown, ms?: unknown, ...args: unknown[]) => start(run, ms, args, false), false);
  define(target, "setInterval", (run: unknown, ms?: unknown, ...args: unknown[]) => start(run, ms, args, true), false);
  define(target, "clearTimeout", (id?: unknown) => clear(id), false);
  define(target, "clearInterval", (id?: unknown) => clear(id), false);
}
