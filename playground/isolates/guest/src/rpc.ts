/** Calls of the host's objects: what is asked, and what is answered. */
import { decode, encode } from "./codec";
import * as context from "./context";
import { Crossing } from "./crossing";
import type { DecodeHook } from "./decoder";
import { handedOut, release } from "./handed_out";
import { fatal, NotAValue } from "./not_a_value";
import * as p from "./primordials";
import { type Run, type Settle, stir, underWay } from "./runs";
import { here } from "./stacks";
import { incoming } from "./step_streams";
import { askWith, type Cancel, type Host, stub, stubOf, type StubShape } from "./stubs";
import { asError, bareError, errorText } from "./thrown";
import { type Answer, send } from "./wire";

interface Waiting {
  readonly context: context.Context;
  /** Where tenant code asked; nothing for steps, whose errors have a place of their own. */
  readonly place: string | undefined;
  /** What the arguments let out. */
  readonly out: number[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  /** The run whose step it is; nothing where it is no step, or of a run that does not run ahead. */
  readonly step?: Run;
  /** Takes the wire form of the answer as it is, and whether it is an error. */
  readonly raw?: (text: string, failed: boolean) => void;
}

const LONGEST_ERROR = 262144;
const waiting = new p.NativeMap<number, Waiting>();
let last = 0;

const decodeHook: DecodeHook = (tag, content) => {
  if (tag === "$stub") {
    const shape = content as StubShape;
    return p.hasOwn(shape, "stream") ? incoming(shape) : stub(shape);
  }
  if (tag === "$fn" || tag === "$target") {
    const found = handedOut(content as number);
    if (found !== undefined) return found;
    throw new p.NativeError("the function is gone");
  }
  throw new p.NativeTypeError(`${tag} has no meaning here`);
};

/** Decode what crossed. */
export const decodeArguments = (text: string): unknown => decode(text, decodeHook);

/** The wire form of a result, which may hold functions, targets, stubs and promises. */
export async function written(value: unknown): Promise<string> {
  try {
    return await new Crossing(value).write();
  } catch (error) {
    throw error instanceof NotAValue ? cloneError(error.message) : error;
  }
}

/** The wire form of whatever was thrown. */
export function encodeError(thrown: unknown): string {
  const error = thrown instanceof NotAValue ? fatal(thrown.message) : asError(thrown);
  const whole = p.attempt(() => encode(error));
  if (whole !== undefined && whole.length <= LONGEST_ERROR) return whole;
  return encode(bareError(errorText(error)));
}

function cloneError(message: string): Error {
  return new p.NativeDOMException(message, "DataCloneError");
}

/** Ask the engine, whose stub `engine` is, for a step. What cannot be asked is the workflow's mistake. */
export function askEngine(
  engine: object,
  method: string,
  args: unknown[],
  kind = p.NativePromise,
): Promise<unknown> {
  return askHost(stubOf(engine)!.host, method, args, undefined, kind, fatal);
}

/**
 * Ask the engine for a step of a run that runs ahead; `begun` is the first attempt, where that was begun
 * here.
 */
export function askStep(
  run: Run,
  method: string,
  args: unknown[],
  { resolve, reject }: Settle,
  count?: number,
  begun?: number,
): void {
  const asking = context.now();
  const id = ++last;
  const crossing = new Crossing(args);
  const refuse = (error: unknown): void => {
    if (!(error instanceof NotAValue)) return reject(error);
    reject(fatal(`An argument of ${method}() is not a value: ${error.message}`));
  };
  const put = (text: string): void => {
    const { out } = crossing;
    p.mapSet(waiting, id, { context: asking, place: undefined, out, resolve, reject, step: run });
    send({ t: "ask", id, owner: asking.id, target: run.engine, method, args: text, count, begun });
  };
  run.steps++;
  try {
    const text = crossing.write();
    if (typeof text === "string") return put(text);
    p.then(text, put, (error) => {
      run.steps--;
      refuse(error);
    });
  } catch (error) {
    run.steps--;
    refuse(error);
  }
}

/** Ask the engine for a value of a run's history that did not come with the call. */
export function askStored(run: Run, row: number): void {
  const id = ++last;
  const raw = (text: string, failed: boolean): void => run.fetched(row, text, failed);
  const none = (): void => undefined;
  const { context } = run;
  const out = p.list<number>();
  p.mapSet(waiting, id, { context, place: undefined, out, resolve: none, reject: none, raw });
  send({ t: "ask", id, owner: run.context.id, target: run.engine, method: "stored", args: `j[${row}]` });
}

/** The object of the host's that answers for the network: a worker's `globalOutbound`. */
const OUTBOUND: Host = { id: -1, refs: 1 };
/** The object of the host's that does what the runtime itself cannot. */
const RUNTIME: Host = { id: 0, refs: 1 };

/** Ask the host for something of the runtime's own. */
export const askRuntime = (method: string, args: unknown[]): Promise<unknown> =>
  askHost(RUNTIME, method, args);

/** Ask the host for something of the network. */
export const askOutbound = (method: string, args: unknown[], cancel?: Cancel): Promise<unknown> =>
  askHost(OUTBOUND, method, args, cancel);

function askHost(
  host: Host,
  method: string,
  args: unknown[],
  cancelled?: Cancel,
  kind = p.NativePromise,
  refusal = cloneError,
): Promise<unknown> {
  const asking = context.now();
  return new kind((resolve, reject) => {
    const id = ++last;
    const place = refusal === fatal ? undefined : here();
    const crossing = new Crossing(args);
    let wanted = true;
    if (cancelled !== undefined) {
      cancelled((reason) => {
        wanted = false;
        cancel(id, reason, reject);
      });
    }
    const refuse = (error: unknown): void => {
      if (!(error instanceof NotAValue)) return reject(error);
      reject(refusal(`An argument of ${method}() is not a value: ${error.message}`));
    };
    const put = (text: string): void => {
      if (!wanted) return crossing.takeBack();
      p.mapSet(waiting, id, { context: asking, place, out: crossing.out, resolve, reject });
      if (place !== undefined) underWay(asking.root, 1);
      send({ t: "ask", id, owner: asking.id, target: host.id, method, args: text });
    };
    let text: string | Promise<string>;
    try {
      text = crossing.write();
    } catch (error) {
      return refuse(error);
    }
    if (typeof text === "string") put(text);
    else p.then(text, put, refuse);
  });
}
askWith(askHost);

function cancel(id: number, reason: unknown, reject: (reason: unknown) => void): void {
  const found = p.mapGet(waiting, id) as Waiting | undefined;
  if (found !== undefined) {
    p.mapDelete(waiting, id);
    if (found.place !== undefined) underWay(found.context.root, -1);
    release(found.out);
    send({ t: "cancel", id });
  }
  reject(reason);
}

/** The host has answered an ask. Of what the arguments let out it goes on using what `keep` says. */
export function answered({ id, ok, error, time, keep }: Answer): void {
  const found = p.mapGet(waiting, id) as Waiting | undefined;
  if (found === undefined) return;
  p.mapDelete(waiting, id);
  if (found.raw !== undefined) return found.raw(ok ?? error!, ok === undefined);
  const deliver = (): void => {
    const { time: before } = found.context;
    context.enter(found.context, before !== undefined && !(time! > before) ? before : time);
    try {
      if (ok !== undefined) found.resolve(decodeArguments(ok));
      else found.reject(placed(decodeArguments(error!), found.place));
    } catch (reason) {
      found.reject(reason);
    }
    // not before: what was let out may have come back
    if (found.out.length > 0) releaseBut(found.out, keep);
  };
  const { step } = found;
  if (step === undefined) {
    if (found.place !== undefined) underWay(found.context.root, -1);
    return deliver();
  }
  step.steps--;
  stir(step);
  step.arrive(deliver);
}

/** An error of elsewhere, as one that was thrown where it was asked for. */
function placed(error: unknown, place: string | undefined): unknown {
  if (place !== undefined && p.isThrowable(error)) p.define(error, "stack", place, false);
  return error;
}

function releaseBut(out: number[], keep: number[] | undefined): void {
  if (keep === undefined) return release(out);
  const kept = new p.NativeSet<number>();
  for (let i = 0; i < keep.length; i++) p.setAdd(kept, keep[i]!);
  for (let i = 0; i < out.length; i++) if (!p.setHas(kept, out[i]!)) release(p.list(out[i]!));
}

/** Forget the asks of a call which was given up. */
export function forget(root: number): void {
  p.mapForEach(waiting, (item, id) => {
    if ((item as Waiting).context.root === root) p.mapDelete(waiting, id);
  });
}
