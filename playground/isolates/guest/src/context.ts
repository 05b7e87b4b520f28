/**
 * Whose work is being done.
 *
 * A turn delivers one message, which begins the work of its owner, and runs until nothing is left to do. What
 * an `await` or a `then` goes on with is the work of whoever called it, also in a turn that is another's; what is
 * answered later (an ask, a timer) remembers its owner and restores it.
 */
import { freeze, onOwner, own } from "./native";
import { Random } from "./random";
import type { Owner } from "./wire";

export interface Context {
  readonly id: Owner;
  /** The call that this belongs to: a run for its steps' callbacks, itself for a call. */
  readonly root: Owner;
  /** Whether it is a step's callback, or a function that one let out: no step may begin there. */
  readonly inStep: boolean;
  /** Where `Math.random` draws: from a seed in `run`, from real entropy elsewhere. */
  readonly random: Random;
  /** What `Date` says, in epoch ms: in `run`, when the last completion was delivered. Undefined: real time. */
  time: number | undefined;
}

/** What makes a `run` repeat itself. */
export interface Replayed {
  readonly seed: string;
  readonly time: number | undefined;
}

class Made implements Context {
  private drawn: Random | undefined = undefined;

  constructor(
    readonly id: Owner,
    readonly root: Owner,
    readonly inStep: boolean,
    private readonly seed: string | undefined,
    public time: number | undefined,
  ) {}

  get random(): Random {
    return (this.drawn ??= new Random(this.seed));
  }
}

const nobody: Context = new Made(null, null, false, undefined, undefined);
let current = nobody;

/** Whose work is being done. */
export const now = (): Context => current;

/** What follows in this turn is the work of a new call. With `run`, its time and randomness repeat. */
export function begin(id: number, root: Owner, run?: Replayed, inStep = false): void {
  enter(new Made(id, root, inStep, run?.seed, run?.time));
}

/** What follows is that context's work; nobody's, where none is given. `time` moves its clock. */
export function enter(context: Context = nobody, time = context.time): void {
  context.time = time;
  own(context);
  entered(context);
}

function entered(context: Context = nobody): void {
  current = context;
  freeze(context.time, context.id);
}
onOwner(entered as (owner: object | undefined) => void);
