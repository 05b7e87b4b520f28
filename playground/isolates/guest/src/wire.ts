/**
 * What host and guest say to each other: one JSON text a message. Values in them are texts in wire form.
 *
 * Host to guest: one message is one turn. It is delivered, then the guest runs until it has nothing left to
 * do, and what it said meanwhile is the turn's answer. Guest to host: `loaded {exports}` and `failed
 * {error}` once, `result {id, ok | error}` for a call or an invocation, `ask {id, owner, target, method,
 * args}` for a method of a host's object, `log {owner, kind, level, message, time}`, `timer {id, owner,
 * ms}`, `untimer {id}`, `drop {stubs}` for host objects that cannot be reached any more.
 */
import * as p from "./primordials";

/** The id of a call or of an invocation of a function: whose work the guest is doing. Null: nobody's. */
export type Owner = number | null;

export interface Load {
  readonly t: "load";
  readonly main: string;
  readonly env: string;
}

export interface Call {
  readonly t: "call";
  readonly id: number;
  /** The export's name; null for the default one. */
  readonly entry: string | null;
  readonly method: string;
  readonly args: string;
  /** For a workflow's `run`: what its randomness is made from. */
  readonly run?: string;
}

export interface Invoke {
  readonly t: "invoke";
  readonly id: number;
  /** The function's number, as `$fn` said it. */
  readonly fn: number;
  readonly args: string;
  /** The step whose callback it is, or null. */
  readonly step?: { readonly name: string } | null;
}

export type FromHost =
  | Load
  | Call
  | Invoke
  | { readonly t: "answer"; readonly id: number; readonly ok?: string; readonly error?: string }
  | { readonly t: "timer"; readonly id: number }
  | { readonly t: "release"; readonly fns: number[] }
  | { readonly t: "abort"; readonly id: number };

declare const out: (text: string) => void;
const say = out;

/** Put a message into the turn's answer. Its fields are our own data: nothing of a tenant's is called. */
export function send(message: Record<string, unknown>): void {
  // without a prototype no `toJSON` of a tenant's is found
  say(p.stringify(p.setPrototypeOf(message, null)));
}
