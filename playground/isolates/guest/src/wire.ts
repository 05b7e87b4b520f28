/** What host and guest say to each other: one JSON text a message. See `playground/isolates/README.md`. */

/** The id of a call or of an invocation of a function: whose work the guest is doing. */
export type Owner = number;

export type FromHost =
  | { t: "load"; main: string; env: string }
  | { t: "call"; id: Owner; entry: string | null; method: string; args: string; run?: string }
  | { t: "invoke"; id: Owner; fn: number; args: string; step?: object; attempt?: number }
  | { t: "answer"; id: number; ok?: string; error?: string }
  | { t: "timer"; id: number }
  | { t: "release"; fns: number[] }
  | { t: "abort"; id: Owner };

declare const out: (text: string) => void;
const say = out;

/** Put a message into the turn's answer. Strings in it must be strings: nothing of a tenant's is called. */
export function send(message: Record<string, unknown>): void {
  // `message` is a literal of ours; with a null prototype no `toJSON` of a tenant's is found
  setPrototypeOf(message, null);
  say(stringify(message));
}

import { setPrototypeOf, stringify } from "./primordials";
