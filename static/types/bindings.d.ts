// What a tenant's entrypoints are given: bindings and contexts, by the global names that Workers' types have.

declare namespace Cloudflare {
  /** The bindings of a tenant here. */
  interface Env {
    /** Creates and finds instances of the workflow. */
    WORKFLOWS: Workflow;
  }
}

/** A module's default export: the front door, which takes requests. */
interface ExportedHandler<Env = Cloudflare.Env, QueueMessage = unknown, CfHostMetadata = unknown, Props = any> {
  /** Answer a request. Run and the API send `{ id, payload }` here; create an instance of it. */
  fetch?(request: Request, env: Env, ctx: ExecutionContext<Props>): Response | Promise<Response>;
}

/** The context of a request or a run. */
interface ExecutionContext<Props = any> {
  /** Keep the isolate until the promise is settled. */
  waitUntil(promise: Promise<any>): void;
  /** There for compatibility; it does nothing here. */
  passThroughOnException(): void;
  /** What the caller has configured for this entrypoint. */
  readonly props: Props;
  /** The entrypoints of this module, by name. */
  readonly exports: any;
}

/** A service binding: another entrypoint. */
interface Fetcher {
  /** Send a request to it. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
}

/** Creates and finds instances of a workflow. */
interface Workflow<Params = any> {
  /**
   * Create an instance; it is on disk when this answers.
   *
   * An `id` that is taken throws `instance.already_exists`.
   */
  create(options?: WorkflowInstanceCreateOptions<Params>): Promise<WorkflowInstance>;
  /** Create 1 to 100 instances; all are checked before any is created. */
  createBatch(batch: WorkflowInstanceCreateOptions<Params>[]): Promise<WorkflowInstance[]>;
  /** Find an instance; throws `instance.not_found` where there is none. */
  get(id: string): Promise<WorkflowInstance>;
  /** Remove an instance and all that it stores; its id is free again. */
  delete(id: string): Promise<void>;
  /** Remove 1 to 100 instances; answers which are gone, and why others are not. */
  deleteBatch(ids: string[]): Promise<{
    deleted: { id: string }[];
    errors: { id: string; code: number; message: string }[];
  }>;
}

/** What an instance is created from. */
interface WorkflowInstanceCreateOptions<Params = any> {
  /** 1 to 100 of letters, digits, `_` and `-`, not starting with `-`; a UUID where nothing is said. */
  id?: string;
  /** What the run gets as `event.payload`: whatever structured clone takes, up to 1 MiB. */
  params?: Params;
  /** How long a finished instance is kept; 30 days where nothing is said. */
  retention?: {
    /** After it has succeeded. */
    successRetention?: number | string;
    /** After it has failed. */
    errorRetention?: number | string;
  };
}

/** What an instance does; `waiting` means for a sleep, an event or a retry. */
type WorkflowInstanceStatusName =
  | "queued"
  | "running"
  | "waiting"
  | "waitingForPause"
  | "paused"
  | "errored"
  | "terminated"
  | "complete";

/** How an instance is doing. */
interface InstanceStatus {
  /** `complete`, `errored` and `terminated` are final. */
  status: WorkflowInstanceStatusName;
  /** What `run()` returned; null before. */
  output: any;
  /** What it failed with; null otherwise. */
  error: { name: string; message: string } | null;
  /** How undoing went, where steps were undone. */
  rollback?: { outcome: "complete" | "failed"; error: { name: string; message: string } | null };
}

/** One instance of a workflow. */
interface WorkflowInstance {
  /** The id of the instance. */
  readonly id: string;
  /** How the instance is doing, with its output or error. */
  status(): Promise<InstanceStatus>;
  /** Pause it, when the callbacks in flight have ended. */
  pause(): Promise<void>;
  /** Go on after a pause; deadlines move by its length. */
  resume(): Promise<void>;
  /** End it; with `rollback` its steps are undone. Throws where it is finished. */
  terminate(options?: { rollback?: boolean }): Promise<void>;
  /** Run again with the same params: from the top, or from a step, where what started before it is kept. */
  restart(options?: {
    from?: {
      /** The step's name. */
      name: string;
      /** Which of the steps of this name, from 1. */
      count?: number;
      /** Its kind; `do` where nothing is said. */
      type?: "do" | "sleep" | "waitForEvent";
    };
  }): Promise<void>;
  /** Remove it and all that it stores. */
  delete(): Promise<void>;
  /** Send an event to it; it is kept until somebody waits for one of its type. */
  sendEvent(event: { type: string; payload?: unknown }): Promise<void>;
  /** Follow its events, from after `cursor`. */
  subscribe(options?: { cursor?: number; filter?: string[] }): Promise<any>;
}
