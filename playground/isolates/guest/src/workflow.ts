/** `WorkflowEntrypoint`, and the `event` and the `step` that `run` is given. */
import { doStep, waitStep } from "./ahead";
import * as context from "./context";
import { refuse } from "./encoder";
import * as p from "./primordials";
import { askEngine } from "./rpc";
import type { Run } from "./runs";
import { StepPromise, track } from "./steps";
import { stopsRetries } from "./thrown";

/** Base class of a tenant's workflows. */
export class WorkflowEntrypoint {
  protected readonly ctx: unknown;
  protected readonly env: unknown;

  constructor(ctx: unknown, env: unknown) {
    p.define(this, "ctx", ctx, false);
    p.define(this, "env", env, false);
  }
}

/** Base class of a tenant's other entrypoints. */
export class WorkerEntrypoint extends WorkflowEntrypoint {}

/** Thrown in a step to stop its retries. */
export class NonRetryableError extends Error {
  constructor(message?: string, name = "NonRetryableError") {
    super(message);
    p.define(this, "name", name, false);
    stopsRetries(this);
  }
}

/**
 * The durable steps of one run. They run ahead where the host lets them; otherwise every call is an ask of
 * the host's engine, which also checks the arguments.
 */
export class WorkflowStep {
  readonly #run: Run | undefined;
  readonly #engine: object | undefined;

  constructor(run: Run | undefined, engine: object | undefined) {
    this.#run = run;
    this.#engine = engine;
  }

  /**
   * Run a callback durably: `do(name, callback)`, `do(name, config, callback)`, rollback options at the
   * end.
   */
  do(name: unknown, ...rest: unknown[]): Promise<unknown> {
    const first = typeof rest[0] === "function" ? 0 : 1;
    const config = first === 0 ? undefined : rest[0];
    const callback = typeof rest[first] === "function" ? rest[first] : undefined;
    const rollback = rest[first + 1];
    if (this.#run !== undefined) return doStep(this.#run, name, config, callback, rollback);
    const step = askEngine(this.#engine!, "do", [name, config, callback, rollback], StepPromise);
    track(context.now().root, step);
    return step;
  }

  /** Sleep durably. */
  sleep(name: unknown, duration: unknown): Promise<unknown> {
    return this.#wait("sleep", "sleep", [name, duration]);
  }

  /** Sleep durably until a moment. */
  sleepUntil(name: unknown, when: unknown): Promise<unknown> {
    return this.#wait("sleep", "sleepUntil", [name, when]);
  }

  /** Wait durably for an event. */
  waitForEvent(name: unknown, options: unknown): Promise<unknown> {
    return this.#wait("wait", "waitForEvent", [name, options]);
  }

  #wait(kind: string, method: string, args: unknown[]): Promise<unknown> {
    return this.#run !== undefined
      ? waitStep(this.#run, kind, method, args)
      : askEngine(this.#engine!, method, args);
  }
}

refuse(WorkflowStep);
refuse(WorkflowEntrypoint);

function refuseWrite(): never {
  throw new p.NativeTypeError("the event cannot be changed: a replay would not see it");
}

/** A prototype like `of`, whose methods that write throw. */
function readOnly(of: object, writes: (name: string) => boolean): object {
  const made = p.create(of) as object;
  for (const name of p.getOwnPropertyNames(of)) if (writes(name)) p.define(made, name, refuseWrite, false);
  return p.freeze(made);
}

const WRITES = ["set", "add", "delete", "clear"];
const writesMap = (name: string): boolean => WRITES.includes(name);
const READ_ONLY = new p.NativeMap<object, object>();
p.mapSet(READ_ONLY, Map.prototype, readOnly(Map.prototype, writesMap));
p.mapSet(READ_ONLY, Set.prototype, readOnly(Set.prototype, writesMap));
p.mapSet(READ_ONLY, Date.prototype, readOnly(Date.prototype, (name) => p.slice(name, 0, 3) === "set"));

/** Freeze a value and all that it holds, so that a write throws instead of being lost on replay. */
export function deepFreeze<T>(value: T): T {
  freezeAll(value, new p.NativeSet());
  return value;
}

function freezeAll(value: unknown, seen: Set<unknown>): void {
  if (typeof value !== "object" || value === null || p.isView(value) || p.setHas(seen, value)) return;
  p.setAdd(seen, value);
  const prototype = p.getPrototypeOf(value) as object | null;
  const instead = prototype === null ? undefined : (p.mapGet(READ_ONLY, prototype) as object | undefined);
  if (instead !== undefined) p.setPrototypeOf(value, instead);
  if (prototype === p.MapPrototype) {
    p.mapForEach(value as Map<unknown, unknown>, (item: unknown, name: unknown) => {
      freezeAll(name, seen);
      freezeAll(item, seen);
    });
  } else if (prototype === p.SetPrototype) {
    p.setForEach(value as Set<unknown>, (item: unknown) => freezeAll(item, seen));
  }
  p.freeze(value);
  const names = p.ownKeys(value);
  for (let i = 0; i < names.length; i++) freezeAll((value as Record<PropertyKey, unknown>)[names[i]!], seen);
}
