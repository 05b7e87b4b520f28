/**
 * Whose work is being done.
 *
 * A turn delivers one message and runs until nothing is left to do, so all that happens in it belongs to the owner of that
 * message. What is answered later (an ask, a timer) remembers its owner and restores it.
 */
import type { Owner } from "./wire";
import { Random } from "./random";
import { NativeMap, mapDelete, mapGet, mapSet } from "./primordials";

export interface Call {
  readonly id: Owner;
  /** The call that this belongs to: a run for its steps' callbacks, itself for a call. */
  readonly root: Owner;
  /** Where its randomness comes from: seeded outside step callbacks, real inside. */
  readonly random: Random;
}

const calls = new NativeMap<Owner, Call>();
const nobody: Call = { id: 0, root: 0, random: new Random() };
let current: Call = nobody;

/** The call whose work is being done. */
export const now = (): Call => current;

/** A call begins. `seed` makes its randomness repeatable. */
export function open(id: Owner, root: Owner, seed?: string): Call {
  const call: Call = { id, root, random: seed === undefined ? new Random() : new Random(seed) };
  mapSet(calls, id, call);
  return call;
}

/** The open call with that id. */
export const find = (id: Owner): Call | undefined => mapGet(calls, id) as Call | undefined;

/** A call has ended or is forgotten. */
export function close(id: Owner): void {
  mapDelete(calls, id);
}

/** What follows in this turn is that call's work. */
export function enter(call: Call | undefined): void {
  current = call ?? nobody;
}
