/** `WorkflowEntrypoint`, and the `step` that `run` is given. */
import { attempt, define } from "./codec";
import * as p from "./primordials";
import { fatal } from "./rpc";

/** Base class of a tenant's workflows. */
export class WorkflowEntrypoint {
  protected readonly ctx: unknown;
  protected readonly env: unknown;

  constructor(ctx: unknown, env: unknown) {
    this.ctx = ctx;
    this.env = env;
  }
}

/** Base class of a tenant's other entrypoints. */
export class WorkerEntrypoint {
  protected readonly ctx: unknown;
  protected readonly env: unknown;

  constructor(ctx: unknown, env: unknown) {
    this.ctx = ctx;
    this.env = env;
  }
}

/** Thrown in a step to stop its retries. */
export class NonRetryableError extends Error {
  constructor(message?: string, name = "NonRetryableError") {
    super(message);
    define(this, "name", name, false);
  }
}

/** The engine's side of `step`. */
export type StepStub = Record<"do" | "sleep" | "sleepUntil" | "waitForEvent", (...args: unknown[]) => Promise<unknown>>;

/** The durable steps of one run. Every call is an ask of the host's engine. */
export class WorkflowStep {
  readonly #engine: StepStub;

  constructor(engine: StepStub) {
    this.#engine = engine;
  }

  /** Run a callback durably: `do(name, callback)`, `do(name, config, callback)`, each with rollback options at the end. */
  async do(name: unknown, ...rest: unknown[]): Promise<unknown> {
    const [config, callback, rollback] = typeof rest[0] === "function" ? [undefined, rest[0], rest[1]] : rest;
    if (typeof callback !== "function") {
      throw fatal(`Step "${attempt(() => `${name as string}`) ?? "?"}" requires a callback function`);
    }
    return this.#engine.do(name, config ?? undefined, callback, rollback);
  }

  /** Sleep durably. */
  async sleep(name: unknown, duration: unknown): Promise<void> {
    await this.#engine.sleep(name, duration);
  }

  /** Sleep durably until a moment. */
  async sleepUntil(name: unknown, when: unknown): Promise<void> {
    await this.#engine.sleepUntil(name, when);
  }

  /** Wait durably for an event. */
  async waitForEvent(name: unknown, options: unknown): Promise<unknown> {
    return this.#engine.waitForEvent(name, options);
  }
}

/** Freeze a value and all that it holds, so that a write throws instead of being lost on replay. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || p.isView(value)) return value;
  if ((Object.isFrozen as (value: unknown) => boolean)(value) && p.keys(value).length > 0) return value;
  p.freeze(value);
  const names = p.ownKeys(value);
  for (let i = 0; i < names.length; i++) deepFreeze((value as Record<PropertyKey, unknown>)[names[i]!]);
  return value;
}
