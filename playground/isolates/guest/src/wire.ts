/**
 * What host and guest say to each other: one JSON text a message. Values in them are texts in wire form.
 *
 * Host to guest: one message is one turn. It is delivered, then the guest runs until it has nothing left to
 * do, and what it said meanwhile is the turn's answer. Guest to host: `loaded {exports}` and `failed
 * {error}` once, `result {id, ok | error}` for a call or an invocation, `ask {id, owner, target, method,
 * args}` for a method of a host's object, `cancel {id}` for an ask whose answer is not wanted any more, `log
 * {owner, kind, level, message, time}`, `timer {id, owner, ms}`, `untimer {id}`, `drop {stubs}` for host
 * objects that cannot be reached any more.
 *
 * Of a run that runs ahead the guest also says `begun {id, owner, name, count, config, at}`, where it has begun the
 * first attempt of a step by itself; `did {id, ok, at}`, where the run has gone on with the result; an `ask` with
 * `begun`, where the host is to see to the rest; `replayed {id, order}`, which steps of history were asked for; and
 * `yield {id}`, where there is more to replay: the host answers with `go {id}`.
 *
 * Quoting a long value into JSON and reading that costs more than the value does. One of the host's follows the
 * message after a line's end, and `rest` names the field that it belongs to. One of the guest's is the message's
 * `value`, as the JSON that it is but for its first character, which is `kind`; `rest` names the field here too.
 */
import { out } from "./native";
import * as p from "./primordials";
import type { Ahead } from "./runs";
import type { TenantModule } from "./tenant_modules";

/** The id of a call or of an invocation of a function: whose work the guest is doing. Null: nobody's. */
export type Owner = number | null;

export interface Load {
  readonly t: "load";
  readonly main: string;
  readonly env: string;
  readonly modules: Record<string, TenantModule>;
}

export interface Call {
  readonly t: "call";
  readonly id: number;
  /** The export's name; null for the default one. */
  readonly entry: string | null;
  readonly method: string;
  readonly args: string;
  /** What the entrypoint was made with: `ctx.props`, in wire form. */
  readonly props?: string;
  /** For a workflow's `run`: what its randomness is made from. */
  readonly run?: string;
  /** For a workflow's `run`: what its clock says, in epoch ms. */
  readonly time?: number;
  /** For a workflow's `run`: what it runs ahead with; it does not where there is nothing. */
  readonly ahead?: Ahead;
}

export interface Invoke {
  readonly t: "invoke";
  readonly id: number;
  /** The number of the function or target, as `$fn` or `$target` said it. */
  readonly fn: number;
  /** A target's method, or `get:name` for one of its properties; absent where a function is called. */
  readonly method?: string | null;
  readonly args: string;
  /** The step whose callback it is, or null. */
  readonly step?: { readonly kind: string; readonly name: string } | null;
}

export interface Answer {
  readonly t: "answer";
  readonly id: number;
  readonly ok?: string;
  readonly error?: string;
  /** What the host goes on holding of the functions and targets in the arguments. */
  readonly keep?: number[];
  /** What the clock of the `run` that asked says from now on, in epoch ms. */
  readonly time?: number;
}

export type FromHost =
  | Load
  | Call
  | Invoke
  | Answer
  | { readonly t: "timer"; readonly id: number }
  | { readonly t: "go"; readonly id: number }
  | { readonly t: "release"; readonly fns: number[] }
  | { readonly t: "abort"; readonly id: number };

/** From how many characters on a value is long. */
const LONG = 4096;

/** Put a message into the turn's answer. Its fields are our own data: nothing of a tenant's is called. */
export function send(message: Record<string, unknown>): void {
  // without a prototype no `toJSON` of a tenant's is found
  p.setPrototypeOf(message, null);
  const name = message["t"] === "ask" ? "args" : message["t"] === "result" ? "ok" : "";
  const value = message[name];
  if (typeof value !== "string" || value.length <= LONG) return out(p.stringify(message));
  p.deleteProperty(message, name);
  message["rest"] = name;
  message["kind"] = value[0];
  out(p.stringify(message), value);
}
