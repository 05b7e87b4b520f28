// The module cloudflare:workers as it is here: what a workflow is made of.

declare module "cloudflare:workers" {
  /** The context of an entrypoint. */
  type Context = ExecutionContext;

  /**
   * Base class of a workflow: extend it and write `run(event, step)`.
   *
   * `run()` starts again from the top after a crash, a sleep or a restart; steps that are done answer from the
   * journal then and do not run twice.
   */
  export abstract class WorkflowEntrypoint<Env = Cloudflare.Env, Params = any> {
    constructor(ctx: Context, env: Env);
    /** The context of this run. */
    protected ctx: Context;
    /** The bindings of the tenant, e.g. `this.env.WORKFLOWS`. */
    protected env: Env;
    /** What the workflow does. What it returns is the run's output. */
    run(event: WorkflowEvent<Params>, step: WorkflowStep): Promise<unknown>;
  }

  /** Base class of another entrypoint: its methods can be called over RPC, `fetch` takes requests. */
  export abstract class WorkerEntrypoint<Env = Cloudflare.Env, Props = any> {
    constructor(ctx: Context, env: Env);
    /** The context of this call. */
    protected ctx: Context;
    /** The bindings of the tenant. */
    protected env: Env;
    /** Answer a request. */
    fetch?(request: Request): Response | Promise<Response>;
  }

  /** Base class of objects that cross an isolate's wall as what they are, instead of being copied. */
  export abstract class RpcTarget {}

  /** Something on the other side of an isolate's wall: its methods answer promises. */
  export class RpcStub<T = unknown> {
    constructor(target: T);
    /** Another stub of the same thing, which lives on when this one is let go. */
    dup(): RpcStub<T>;
    /** Let go of what is on the other side. */
    [Symbol.dispose](): void;
  }

  /** What a call over RPC answers: a promise whose members can be called before it is there. */
  export class RpcPromise<T = unknown> extends Promise<T> {}

  /** The bindings of the tenant, also outside of entrypoints. */
  export const env: Cloudflare.Env;

  /** What started a run. It is frozen: what is written to it would be lost on replay, so a write throws. */
  export interface WorkflowEvent<T = any> {
    /** What the run was created with (`params`, or the payload of the page); undefined where nothing was given. */
    readonly payload: Readonly<T>;
    /** When the instance was created. */
    readonly timestamp: Date;
    /** The id of the instance. */
    readonly instanceId: string;
    /** The name of the workflow. */
    readonly workflowName: string;
    /** Where a schedule has fired: which one, and for when. */
    readonly schedule?: { readonly cron: string; readonly scheduledTime: number };
  }

  /** What an event brought that `step.waitForEvent` has waited for. */
  export interface WorkflowStepEvent<T = any> {
    /** What was sent with the event. */
    payload: Readonly<T>;
    /** The type of the event. */
    type: string;
    /** When the event came. */
    timestamp: Date;
  }

  type Unit = "ms" | "second" | "minute" | "hour" | "day" | "week" | "month" | "year";

  /** Milliseconds, or text such as `"30 seconds"`, `"1 hour"`, `"2 weeks"`. At most 365 days. */
  export type WorkflowDuration = number | `${number}${" " | ""}${Unit | `${Exclude<Unit, "ms">}s`}`;
  /** How long to sleep: milliseconds, or text such as `"30 seconds"`. At most 365 days. */
  export type WorkflowSleepDuration = WorkflowDuration;
  /** How long to wait before the next attempt. */
  export type WorkflowDelayDuration = WorkflowDuration;
  /** How long one attempt may take, or a wait. */
  export type WorkflowTimeoutDuration = WorkflowDuration;

  /** How the delay grows: `constant` stays, `linear` times the attempt, `exponential` doubles each time. */
  export type WorkflowBackoff = "constant" | "linear" | "exponential";

  /** Asked once after each failed attempt for the delay before the next one; it has 5 seconds to answer. */
  export type WorkflowDelayFunction = (failed: {
    /** The context of the attempt that failed. */
    ctx: WorkflowStepContext;
    /** What it threw. */
    error: Error;
  }) => WorkflowDuration | Promise<WorkflowDuration>;

  /** How a failed attempt is tried again. */
  export interface WorkflowRetries {
    /** How many times a failed attempt is tried again: 5 means six attempts. At most 10,000. */
    limit: number;
    /** How long to wait before trying again, or a function that says so after each failure. */
    delay: WorkflowDelayDuration | WorkflowDelayFunction;
    /** How the delay grows with each attempt; `exponential` where nothing is said. */
    backoff?: WorkflowBackoff;
  }

  /**
   * How a step is run. The configuration of the first attempt stays: a changed one applies to steps that have not
   * begun.
   */
  export interface WorkflowStepConfig {
    /** How failed attempts are tried again; 5 times, 1 second, exponential where nothing is said. */
    retries?: WorkflowRetries;
    /** How long one attempt may take, waits between attempts not counted; 10 minutes where nothing is said. */
    timeout?: WorkflowTimeoutDuration;
    /** `"output"`: the result is kept for replay, and shown nowhere. */
    sensitive?: "output";
  }

  /** What a step's callback is told of the attempt. */
  export interface WorkflowStepContext {
    step: {
      /** The step's name. */
      name: string;
      /** How many times a step of this name was asked for so far in this run, from 1. */
      count: number;
    };
    /** Which attempt this is, from 1. */
    attempt: number;
    /** The configuration with all defaults, times in milliseconds; no `delay` where that is a function. */
    config: {
      retries: { limit: number; delay?: number; backoff: WorkflowBackoff };
      timeout: number;
      sensitive?: "output";
    };
  }

  /** How to undo a step when the run fails later, or is terminated with rollback. */
  export interface WorkflowRollbackOptions<T = any> {
    /**
     * Undo the step. Handlers are called in reverse order of start, also for steps that failed, as durable steps
     * with retries; bear being called twice.
     */
    rollback: (undone: {
      /** The context of the step's last attempt. */
      ctx: WorkflowStepContext;
      /** What the run failed with. */
      error: Error;
      /** The step's result; undefined where it failed or was under way. */
      output: T | undefined;
      /** The step's name. */
      stepName: string;
    }) => unknown;
    /** How the handler is tried, as for steps. */
    rollbackConfig?: WorkflowStepConfig;
  }

  /** The durable steps of a run: each is committed to the journal when it is done, and a replay answers it from there. */
  export abstract class WorkflowStep {
    /**
     * Run a callback durably: its result is kept, and a replay answers it without calling the callback again.
     * A callback that throws is tried again; make what it does outside bear being done twice.
     *
     * @param name 1 to 256 characters; steps are told apart by it, so no time of day and nothing random in it
     * @param callback what the step does; it may return what structured clone takes, up to 1 MiB, or a stream of bytes
     * @param rollback how to undo the step when the run fails later
     * @example
     * const order = await step.do('charge', async () => charge(event.payload.amount));
     */
    do<T>(
      name: string,
      callback: (context: WorkflowStepContext) => T | Promise<T>,
      rollback?: WorkflowRollbackOptions<T>,
    ): Promise<T>;
    /**
     * Run a callback durably, with retries and a timeout of its own.
     *
     * @param name 1 to 256 characters; steps are told apart by it, so no time of day and nothing random in it
     * @param config `retries`, `timeout` for one attempt, `sensitive`
     * @param callback what the step does; it may return what structured clone takes, up to 1 MiB, or a stream of bytes
     * @param rollback how to undo the step when the run fails later
     * @example
     * const retries = { limit: 3, delay: '2 seconds', backoff: 'linear' };
     * const slot = await step.do('book', { retries }, async ({ attempt }) => book(attempt));
     */
    do<T>(
      name: string,
      config: WorkflowStepConfig,
      callback: (context: WorkflowStepContext) => T | Promise<T>,
      rollback?: WorkflowRollbackOptions<T>,
    ): Promise<T>;
    /**
     * Sleep durably, for up to 365 days: nothing stays in memory. The end is computed once and never again.
     *
     * @param name 1 to 256 characters
     * @param duration milliseconds, or text such as `'30 seconds'`
     */
    sleep(name: string, duration: WorkflowSleepDuration): Promise<void>;
    /**
     * Sleep durably until a moment. One that has passed throws when it is first reached, and never on replay.
     *
     * @param name 1 to 256 characters
     * @param when a `Date`, or milliseconds since 1970
     */
    sleepUntil(name: string, when: Date | number): Promise<void>;
    /**
     * Wait durably for an event: an approval, a webhook, an answer. One that came before is kept and taken; after
     * `timeout` it throws `WorkflowTimeoutError`, which can be caught.
     *
     * @param name 1 to 256 characters
     * @param options `type` of the event (letters, digits, `_` and `-`), and `timeout`: 24 hours where nothing is said
     */
    waitForEvent<T = any>(
      name: string,
      options: {
        /** Which events to wait for: 1 to 100 of letters, digits, `_` and `-`. */
        type: string;
        /** How long to wait; 24 hours where nothing is said. */
        timeout?: WorkflowTimeoutDuration;
      },
    ): Promise<WorkflowStepEvent<T>>;
  }
}

/** The same module by its neutral name. */
declare module "workers" {
  export * from "cloudflare:workers";
}

declare module "cloudflare:workflows" {
  /** Thrown in a step to stop its retries at once; the step fails with it. */
  export class NonRetryableError extends Error {
    constructor(message?: string, name?: string);
  }
}

/** The same module by its neutral name. */
declare module "workflows" {
  export * from "cloudflare:workflows";
}
