/** A turn: one message in, what it causes until nothing is left to do. */
import * as console from "./console";
import * as context from "./context";
import { encode } from "./codec";
import * as entrypoints from "./entrypoints";
import * as p from "./primordials";
import * as rpc from "./rpc";
import * as timers from "./timers";
import { type FromHost, send } from "./wire";
import { deepFreeze } from "./workflow";

/** How modules are evaluated. */
let importModule: (name: string) => Promise<Record<string, unknown>>;

/** Deliver one message. */
export function turn(text: string): void {
  const message = p.parse(text) as FromHost;
  switch (message.t) {
    case "call":
      return call(message);
    case "invoke":
      return invoke(message);
    case "answer":
      return rpc.answered(message.id, message.ok, message.error);
    case "timer":
      return fire(message.id);
    case "release":
      return rpc.release(message.fns);
    case "abort":
      rpc.forget(message.id);
      timers.forget(message.id);
      return context.close(message.id);
    case "load":
      return load(message);
  }
}

/** Evaluate with what `import()` gives; `index.ts` hands it in, since it must not be bundled away. */
export function importWith(run: typeof importModule): void {
  importModule = run;
}

function load(message: Extract<FromHost, { t: "load" }>): void {
  context.enter(undefined);
  p.then(
    importModule(`./${message.main}`),
    (main) => {
      entrypoints.provide(main, deepFreeze(rpc.decodeArguments(message.env)));
      send({ t: "loaded", exports: p.setPrototypeOf(p.getOwnPropertyNames(main), null) });
    },
    (reason) => send({ t: "failed", error: rpc.encodeError(reason) }),
  );
}

function call(message: Extract<FromHost, { t: "call" }>): void {
  context.enter(context.open(message.id, message.id, message.run));
  const work = settle(() => {
    const args = rpc.decodeArguments(message.args) as unknown[];
    return entrypoints.call(message.entry, message.method, args);
  });
  // a run's output is a value; what other methods give may hold functions and targets
  finish(message.id, work, message.run === undefined ? rpc.encodeArguments : (value) => encode(value));
}

function invoke(message: Extract<FromHost, { t: "invoke" }>): void {
  const found = rpc.functionOf(message.fn);
  context.enter(context.open(message.id, found?.root ?? message.id));
  const work = settle(() => {
    if (found === undefined) throw new p.NativeError("the function is gone");
    return p.reflectApply(found.fn, undefined, rpc.decodeArguments(message.args) as unknown[]);
  });
  finish(message.id, work, message.step === undefined ? rpc.encodeArguments : (value) => encode(value));
}

function settle(run: () => unknown): Promise<unknown> {
  return new p.NativePromise((resolve) => resolve(run()));
}

function finish(id: number, work: Promise<unknown>, write: (value: unknown) => string): void {
  p.then(
    work,
    (value) => {
      let ok: string;
      try {
        ok = write(value);
      } catch (error) {
        return fail(id, error);
      }
      send({ t: "result", id, ok });
      context.close(id);
    },
    (reason) => fail(id, reason),
  );
}

function fail(id: number, reason: unknown): void {
  send({ t: "result", id, error: rpc.encodeError(reason) });
  context.close(id);
}

function fire(id: number): void {
  try {
    timers.due(id);
  } catch (error) {
    console.line("exception", "error", console.shown(error));
  }
}

