/** A turn: one message in, what it causes until nothing is left to do. */
import * as ahead from "./ahead";
import { encode } from "./codec";
import * as context from "./context";
import * as entrypoints from "./entrypoints";
import { giveUp } from "./native";
import * as p from "./primordials";
import * as rpc from "./rpc";
import * as steps from "./steps";
import { stepResult, stored } from "./stored";
import * as tenantModules from "./tenant_modules";
import * as timers from "./timers";
import * as handedOut from "./handed_out";
import type { Call, FromHost, Invoke, Load } from "./wire";
import { send } from "./wire";

type ImportModule = (name: string) => Promise<Record<string, unknown>>;

let importModule: ImportModule;

/** Evaluate modules with what `import()` gives; `index.ts` hands it in. */
export function importWith(run: ImportModule): void {
  importModule = run;
}

/** A message, and the long value that came with it. */
function read(text: string, rest: string | undefined): FromHost {
  // a field that is not there must not be found on a prototype that tenant code has changed
  const message = p.setPrototypeOf(p.parse(text) as object, null) as Record<string, unknown>;
  if (rest !== undefined) message[message["rest"] as string] = rest;
  return message as unknown as FromHost;
}

/** Deliver one message. */
export function turn(text: string, rest?: string): void {
  const message = read(text, rest);
  ahead.turnBegins();
  switch (message.t) {
    case "call":
      return call(message);
    case "invoke":
      return invoke(message);
    case "answer":
      return rpc.answered(message);
    case "timer":
      return timers.due(message.id);
    case "go":
      return ahead.go(message.id);
    case "release":
      return handedOut.release(message.fns);
    case "abort":
      ahead.forget(message.id);
      rpc.forget(message.id);
      handedOut.forget(message.id);
      steps.forget(message.id);
      return timers.forget(message.id);
    case "load":
      return load(message);
  }
}

function load(message: Load): void {
  context.enter();
  tenantModules.provide(message.modules);
  entrypoints.bind(rpc.decodeArguments(message.env) as Record<string, unknown>);
  p.then(
    importModule(`./${message.main}`),
    (main) => {
      entrypoints.provide(main);
      tenantModules.settle();
      send({ t: "loaded", exports: p.setPrototypeOf(p.getOwnPropertyNames(main), null) });
    },
    (reason) => send({ t: "failed", error: rpc.encodeError(reason) }),
  );
}

function call(message: Call): void {
  const { run, time } = message;
  context.begin(message.id, message.id, run === undefined ? undefined : { seed: run, time });
  const args = (): unknown[] => rpc.decodeArguments(message.args) as unknown[];
  if (run !== undefined) {
    const running = message.ahead && ahead.begin(message.ahead);
    const ran = settle(() => entrypoints.run(message, args(), running));
    const work = new p.NativePromise<unknown>((resolve, reject) => {
      const ended = (value: unknown): void => {
        p.then(steps.finished(message.id), () => resolve(value), reject);
      };
      p.then(ran, ended, (reason) => {
        steps.forget(message.id);
        reject(reason);
      });
    });
    return finish(message.id, work, (value) => stored(value, "The workflow's output"));
  }
  const work = settle(() => entrypoints.call(message, args()));
  finish(message.id, written(work), asItIs);
}

function invoke(message: Invoke): void {
  const from = handedOut.originOf(message.fn);
  const inStep = message.step !== undefined || from?.inStep === true;
  context.begin(message.id, from?.root ?? message.id, undefined, inStep);
  const work = settle(() => {
    return handedOut.invoke(message.fn, message.method, rpc.decodeArguments(message.args) as unknown[]);
  });
  const step = message.step;
  if (step?.kind === "rollback") finish(message.id, work, () => encode(undefined));
  else if (step) finish(message.id, work, (value) => stepResult(value, `The result of step "${step.name}"`).text);
  else finish(message.id, written(work), asItIs);
}

/** The wire form of what `work` comes to. `then` would look for the `then` of what it is given back. */
async function written(work: Promise<unknown>): Promise<string> {
  return await rpc.written(await work);
}

const asItIs = (text: unknown): string => text as string;

/** A promise of what `run` gives or throws, now or later. */
async function settle(run: () => unknown): Promise<unknown> {
  return await run();
}

function finish(id: number, work: Promise<unknown>, write: (value: unknown) => string): void {
  p.then(
    work,
    (value) => {
      let ok: string;
      try {
        ok = write(value);
      } catch (error) {
        return failed(id, error);
      }
      ahead.forget(id);
      send({ t: "result", id, ok });
    },
    (reason) => failed(id, reason),
  );
}

/** Say what was thrown. Where memory is wanting even for that, whoever waits must not wait for ever. */
function failed(id: number, reason: unknown): void {
  ahead.forget(id);
  try {
    send({ t: "result", id, error: rpc.encodeError(reason) });
  } catch {
    giveUp();
  }
}
