/**
 * Whose work is being done.
 *
 * A turn delivers one message and runs until nothing is left to do, so all that happens in it belongs to
 * the owner of that message. What is answered later (an ask, a timer) remembers its owner and restores it.
 */
import type { Owner } from "./wire";
import { Random } from "./random";

export interface Context {
  readonly id: Owner;
  /** The call that this belongs to: a run for its steps' callbacks, itself for a call. */
  readonly root: Owner;
  /** Where `Math.random` draws: from a seed in `run`, from real entropy elsewhere. */
  readonly random: Random;
}

const nobody: Context = { id: null, root: null, random: new Random() };
let current = nobody;

/** Whose work is being done. */
export const now = (): Context => current;

/** What follows in this turn is the work of a new call. With a seed, its randomness repeats. */
export function begin(id: number, root: Owner, seed?: string): void {
  current = { id, root, random: new Random(seed) };
}

/** What follows in this turn is that context's work; nobody's, where none is given. */
export function enter(context: Context = nobody): void {
  current = context;
}
