/**
 * Steps whose callbacks begin in the turn that asks for them, and runs that go on before the host has
 * answered.
 *
 * A step that history does not hold is begun here at once, and the host told so. When nothing is left to do
 * in the turn and the callback has come to a value, while nothing else of the run is under way, the run is
 * given that value (a copy, as a replay gives it) and goes on: the host is told which time it was given with
 * it. Every other step becomes an ask of the host's whose first attempt has begun already. What leaves the
 * isolate meanwhile, the host holds back until what it depends on is durable.
 */
import { decode, encode } from "./codec";
import * as context from "./context";
import { now, out } from "./native";
import * as p from "./primordials";
import { askStep, askStored, decodeArguments, encodeError } from "./rpc";
import { type Ahead, close, open, Run, runOf, type Settle, settleStirred, stir } from "./runs";
import { defaults, resolved, type StepConfig } from "./step_config";
import { StepPromise, tracked } from "./steps";
import { stepResult } from "./stored";
import { send } from "./wire";

/** For how long one turn may run ahead, in ms; what is durable then is more than the host can see before. */
const AHEAD_MS = 20;
/** For how long one turn may replay. */
const REPLAY_MS = 50;
/** The longest result that a run goes on with before the host has seen it. */
const LONGEST_RESULT = 4096;
const LONGEST_NAME = 256;
/** The host's clock and ours are the same machine's, unless they are this far apart. */
const SAME_CLOCK_MS = 3_600_000;
const FORBIDDEN = /[\x00-\x1f\ud800-\udfff]/u;

/** A step whose callback was begun, and that the host does not know the outcome of. */
interface Attempt {
  /** Negative: the host's own numbers are not. */
  readonly id: number;
  readonly name: string;
  readonly count: number;
  readonly config: unknown;
  readonly callback: object;
  readonly settle: Settle;
  ok: string | undefined;
  error: string | undefined;
  /** Whether the host was asked for the rest of the step. */
  asked: boolean;
  isStream: boolean;
}

/** What was begun in this turn, by run, and of that what has ended, in that order. */
interface Begun {
  readonly attempts: Attempt[];
  readonly ended: Attempt[];
  head: number;
}

let last = 0;
let began = 0;

/** A turn begins. */
export function turnBegins(): void {
  began = now();
}

/** A run begins, in the context that is current. */
export function begin(ahead: Ahead): Run {
  return open(new Run(context.now(), ahead.now, ahead, askStored));
}

/** `step.do`: what history holds, a callback that is begun now, or an ask of the host's. */
export function doStep(
  run: Run,
  name: unknown,
  config: unknown,
  callback: object | undefined,
  rollback: unknown,
): StepPromise<unknown> {
  let settle: Settle;
  const promise: StepPromise<unknown> = new StepPromise<unknown>((resolve, reject) => {
    settle = tracked(context.now().root, { resolve, reject }, () => promise);
  });
  const args = (): unknown[] => [name, config, callback, rollback];
  if (context.now().inStep || typeof name !== "string") {
    askStep(run, "do", args(), settle!);
    return promise;
  }
  const count = run.count("do", name);
  const key = `do${count}:${name}`;
  if (callback !== undefined && run.recall(key, () => settle)) return promise;
  const may = callback !== undefined && rollback === undefined && mayBegin(run, key, name);
  const plain = may && plainConfig(config);
  if (plain) start(run, { name, count, config: plain.given, callback, settle: settle! }, plain.config);
  else askStep(run, "do", args(), settle!, count);
  if (run.left > 0) run.left--;
  return promise;
}

/** `step.sleep` and its like: what history holds, or an ask of the host's. */
export function waitStep(
  run: Run,
  kind: string,
  method: string,
  args: unknown[],
): Promise<unknown> {
  return new p.NativePromise((resolve, reject) => {
    const settle = { resolve, reject };
    const name = args[0];
    if (context.now().inStep || typeof name !== "string") {
      return askStep(run, method, args, settle);
    }
    const count = run.count(kind, name);
    if (run.recall(`${kind}${count}:${name}`, () => settle)) return;
    // what is past is told by what `Date.now()` says here; the host does not know which rows were delivered
    const told = method === "sleepUntil" ? [name, args[1], run.context.time] : args;
    askStep(run, method, told, settle, count);
  });
}

function mayBegin(run: Run, key: string, name: string): boolean {
  if (!run.eager || context.now() !== run.context || run.left <= 0) return false;
  if (now() - began > AHEAD_MS || run.isOpen(key)) return false;
  return name.length <= LONGEST_NAME && !p.regexpTest(FORBIDDEN, name);
}

interface Plain {
  /** What the host is given. */
  readonly given: unknown;
  readonly config: StepConfig;
}

function plainConfig(given: unknown): Plain | undefined {
  if (given === undefined) return { given, config: defaults() };
  const copy = p.attempt(() => decode(encode(given)));
  const config = copy === undefined ? undefined : resolved(copy);
  return config && { given: copy, config };
}

function start(
  run: Run,
  step: { name: string; count: number; config: unknown; callback: object; settle: Settle },
  config: StepConfig,
): void {
  const { name, count } = step;
  const id = --last;
  const attempt: Attempt = { ...step, id, ok: undefined, error: undefined, asked: false, isStream: false };
  let of = run.begun as Begun | undefined;
  if (of === undefined) run.begun = of = { attempts: p.list(), ended: p.list(), head: 0 };
  of.attempts[of.attempts.length] = attempt;
  stir(run);
  const given = step.config === undefined ? undefined : encode(step.config);
  const more = given === undefined ? "" : `,"config":${p.stringify(given)}`;
  const what = `"owner":${run.context.id},"name":${p.stringify(name)},"count":${count}`;
  out(`{"t":"begun","id":${id},${what},"at":${time(run)}${more}}`);
  context.begin(id, run.context.root, undefined, true);
  void drive(run, attempt, { step: { name, count }, attempt: 1, config });
  context.enter(run.context);
}

/** Call the callback and take down what it comes to. Nobody waits for this. */
async function drive(run: Run, attempt: Attempt, told: object): Promise<void> {
  let text: string;
  try {
    const value = await p.reflectApply(attempt.callback as () => unknown, undefined, [told]);
    const result = stepResult(value, `The result of step "${attempt.name}"`);
    attempt.isStream = result.isStream;
    text = result.text;
  } catch (reason) {
    return ended(run, attempt, undefined, reason);
  }
  ended(run, attempt, text);
}

function ended(run: Run, attempt: Attempt, ok: string | undefined, reason?: unknown): void {
  attempt.ok = ok;
  if (ok === undefined) attempt.error = encodeError(reason);
  if (attempt.asked) return sayResult(attempt);
  const of = run.begun as Begun | undefined;
  if (of === undefined) return; // the run was given up
  of.ended[of.ended.length] = attempt;
  stir(run);
}

function sayResult({ id, ok, error }: Attempt): void {
  send(ok === undefined ? { t: "result", id, error } : { t: "result", id, ok });
}

/** The host's time, as well as it is known here; never before that of the last completion. */
function time(run: Run): number {
  const known = run.context.time ?? run.now;
  const base = known > run.now ? known : run.now;
  const here = now();
  return here >= base && here - base < SAME_CLOCK_MS ? here : base;
}

/** Nothing is left to do: deliver what comes next. Whether anything was. */
export const settled = (): boolean => settleStirred(settleRun);

function settleRun(run: Run): boolean {
  if (run.isDue) {
    if (now() - began > REPLAY_MS) {
      send({ t: "yield", id: run.context.id });
      return false;
    }
    context.enter(run.context);
    run.pass((settle, text, failed) => {
      context.enter(run.context);
      deliver(settle, text, failed);
    });
    return true;
  }
  const of = run.begun as Begun | undefined;
  if (of !== undefined) {
    if (goOn(run, of)) return true;
    askForRest(run, of);
  }
  const order = run.takeOrder();
  if (order !== undefined) send({ t: "replayed", id: run.context.id, order });
  return false;
}

/** The host lets a replay go on. */
export function go(root: number): void {
  const run = runOf(root);
  if (run !== undefined) stir(run);
}

function goOn(run: Run, of: Begun): boolean {
  const attempt = of.ended[of.head];
  if (attempt === undefined || attempt.ok === undefined || attempt.isStream) return false;
  if (attempt.ok.length > LONGEST_RESULT) return false;
  const alone = of.ended.length === of.attempts.length && run.steps === 0 && run.asks === 0 && run.isCurrent;
  if (!alone || now() - began > AHEAD_MS) return false;
  if (++of.head === of.ended.length) run.begun = undefined;
  const at = time(run);
  out(`{"t":"did","id":${attempt.id},"ok":${p.stringify(attempt.ok)},"at":${at}}`);
  context.enter(run.context, at);
  deliver(attempt.settle, attempt.ok, false);
  return true;
}

/** Leave to the host what was begun here: first what has ended. */
function askForRest(run: Run, of: Begun): void {
  run.begun = undefined;
  context.enter(run.context);
  for (let i = of.head; i < of.ended.length; i++) askFor(run, of.ended[i]!);
  for (let i = 0; i < of.attempts.length; i++) {
    const attempt = of.attempts[i]!;
    if (attempt.ok === undefined && attempt.error === undefined) askFor(run, attempt);
  }
}

function askFor(run: Run, attempt: Attempt): void {
  const { name, config, callback, settle, count, id } = attempt;
  attempt.asked = true;
  askStep(run, "do", [name, config, callback, undefined], settle, count, id);
  if (attempt.ok !== undefined || attempt.error !== undefined) sayResult(attempt);
}

function deliver({ resolve, reject }: Settle, text: string, failed: boolean): void {
  try {
    if (failed) reject(decodeArguments(text));
    else resolve(decodeArguments(text));
  } catch (reason) {
    reject(reason);
  }
}

/**
 * The call is over, or was given up. What it was asked for of history is told before its result is, and what
 * was begun in the turn in which it threw is left to the host: that ends before the instance does.
 */
export function forget(root: number): void {
  const run = runOf(root);
  if (run === undefined) return;
  const order = run.takeOrder();
  if (order !== undefined) send({ t: "replayed", id: root, order });
  const of = run.begun as Begun | undefined;
  if (of !== undefined) askForRest(run, of);
  close(run);
}
