/**
 * The runs that are under way here: what history holds of each, and what is still to come.
 *
 * A replay is given the completions of its steps with the call, in the order of their commits. It answers the
 * steps that are among them itself: each completion is delivered when nothing is left to do, so that it is
 * followed by the microtasks that it causes and by nothing else. One that `run` has not asked for yet holds
 * up later ones, until it is asked for or nothing is under way that could ask for it.
 */
import type { Context } from "./context";
import * as p from "./primordials";
import type { Owner } from "./wire";

/**
 * A completion: the step's key, when it was committed (epoch ms), its value (null: to be asked for), 1 if it
 * failed.
 */
type Row = [key: string, time: number, value: string | null, failed?: number];

/** What a run is given to run ahead with. */
export interface Ahead {
  /** The number of the host's object that is asked for steps. */
  readonly engine: number;
  /** The host's time, in epoch ms. */
  readonly now: number;
  /** How many more `do` steps may be started than history holds. */
  readonly left: number;
  /** Whether callbacks are begun before the host has said so. */
  readonly eager?: boolean;
  readonly rows?: Row[];
  /** The keys of `do` steps that were started and have no outcome. */
  readonly open?: string[];
}

/** How a promise is settled. */
export interface Settle {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** What delivers a completion: its wire form, and whether it is an error. */
type Deliver = (settle: Settle, text: string, failed: boolean) => void;

export class Run {
  /** What is under way at the host for this run, but steps; and timers. */
  asks = 0;
  /** Steps that the host was asked for and has not answered. */
  steps = 0;
  left: number;
  /** The host's object that is asked for steps. */
  readonly engine: number;
  readonly eager: boolean;
  /** Something may have to be done for it once nothing else is left to do. */
  stirred = false;
  over = false;
  /** What was begun here in this turn: `ahead.ts` says what that is. */
  begun: object | undefined = undefined;
  private readonly counts = new p.NativeMap<string, number>();
  private readonly places: Map<string, number> | undefined;
  private readonly open: Set<string> | undefined;
  private readonly rows: Row[];
  /** Who waits for each row. */
  private readonly waiting = p.list<Settle | undefined>();
  /** The rows that were asked for and not delivered yet, in the order of commits, from `head` on. */
  private readonly asked = p.list<number>();
  private head = 0;
  /** The first row that was neither asked for nor passed over. */
  private next = 0;
  /** Answers of the host's that came before their turn. */
  private readonly later = p.list<() => void>();
  private first = 0;
  /** Which rows were asked for, as pairs of a first one and how many, since that was last told. */
  private order = p.list<number>();

  constructor(
    readonly context: Context,
    readonly now: number,
    ahead: Ahead,
    private readonly fetch: (run: Run, row: number) => void,
  ) {
    this.left = ahead.left;
    this.engine = ahead.engine;
    this.eager = ahead.eager === true;
    this.rows = ahead.rows ?? p.list();
    const { rows } = this;
    if (rows.length > 0) {
      this.places = new p.NativeMap<string, number>();
      for (let i = 0; i < rows.length; i++) p.mapSet(this.places, rows[i]![0], i);
    }
    const { open } = ahead;
    if (open !== undefined) {
      this.open = new p.NativeSet<string>();
      for (let i = 0; i < open.length; i++) p.setAdd(this.open, open[i]!);
    }
  }

  /** How often this kind and name were asked for, this time included. */
  count(kind: string, name: string): number {
    const key = `${kind}:${name}`;
    const count = ((p.mapGet(this.counts, key) as number | undefined) ?? 0) + 1;
    p.mapSet(this.counts, key, count);
    return count;
  }

  /** Whether the step has begun before, without an outcome. */
  isOpen(key: string): boolean {
    return this.open !== undefined && p.setHas(this.open, key);
  }

  /** Ask history for a step; false where it holds no outcome of it. */
  recall(key: string, settle: () => Settle): boolean {
    const row = this.places && (p.mapGet(this.places, key) as number | undefined);
    if (row === undefined || this.waiting[row] !== undefined) return false;
    this.waiting[row] = settle();
    if (this.rows[row]![2] === null) this.fetch(this, row);
    let at = this.asked.length;
    while (at > this.head && this.asked[at - 1]! > row) at--;
    for (let i = this.asked.length; i > at; i--) this.asked[i] = this.asked[i - 1]!;
    this.asked[at] = row;
    this.note(row);
    stir(this);
    return true;
  }

  /** The host has sent the value of a row. */
  fetched(row: number, text: string, failed: boolean): void {
    this.rows[row]![2] = text;
    if (failed) this.rows[row]![3] = 1;
    stir(this);
  }

  /** The host has answered a step: `deliver` is called when it is its turn. */
  arrive(deliver: () => void): void {
    if (this.isCurrent) return deliver();
    this.later[this.later.length] = deliver;
    stir(this);
  }

  /** Whether nothing waits for its turn, and nothing that is to come could be before what is new. */
  get isCurrent(): boolean {
    return this.hasPassed && this.head >= this.asked.length && this.first >= this.later.length;
  }

  /** Whether a new completion need not wait for one that history holds. */
  private get hasPassed(): boolean {
    while (this.next < this.rows.length && this.waiting[this.next] !== undefined) this.next++;
    return this.next >= this.rows.length || this.asks === 0;
  }

  /** Whether there is a completion whose turn it is, now that nothing is left to do. */
  get isDue(): boolean {
    if (this.head < this.asked.length) {
      const row = this.asked[this.head]!;
      if (this.rows[row]![2] === null) return false;
      return this.hasPassed || this.next > row;
    }
    return this.first < this.later.length && this.hasPassed;
  }

  /** Deliver the completion whose turn it is. */
  pass(deliver: Deliver): void {
    if (this.head < this.asked.length) {
      const row = this.asked[this.head++]!;
      if (this.next <= row) this.next = row + 1;
      // not taken apart as a list: that would ask the tenant's iterators
      const told = this.rows[row]!;
      const time = told[1], text = told[2], failed = told[3];
      this.rows[row]![2] = null; // its memory may be needed
      if (!(time <= this.context.time!)) this.context.time = time;
      return deliver(this.waiting[row]!, text!, failed === 1);
    }
    const next = this.later[this.first]!;
    this.first++;
    next();
  }

  /** Which rows were asked for since the last time: pairs of the first one and how many follow each other. */
  takeOrder(): number[] | undefined {
    if (this.order.length === 0) return undefined;
    const { order } = this;
    this.order = p.list();
    return order;
  }

  private note(row: number): void {
    const { order } = this;
    const { length } = order;
    if (length > 0 && order[length - 2]! + order[length - 1]! === row) order[length - 1]!++;
    else {
      order[length] = row;
      order[length + 1] = 1;
    }
  }
}

const runs = new p.NativeMap<Owner, Run>();
let stirred = p.list<Run>();

/** A run begins. */
export function open(run: Run): Run {
  p.mapSet(runs, run.context.id, run);
  return run;
}

/** The run that a call is, where it runs ahead. */
export const runOf = (root: Owner): Run | undefined => p.mapGet(runs, root) as Run | undefined;

/** That run is over, or was given up. */
export function close(run: Run): void {
  run.over = true;
  p.mapDelete(runs, run.context.id);
}

/** Look at the run once nothing is left to do. */
export function stir(run: Run): void {
  if (run.stirred) return;
  run.stirred = true;
  stirred[stirred.length] = run;
}

/** Do for stirred runs what `settle` does, until it says that there is something to do again. */
export function settleStirred(settle: (run: Run) => boolean): boolean {
  while (stirred.length > 0) {
    const run = stirred[0]!;
    if (!run.over && settle(run)) return true;
    run.stirred = false;
    const rest = p.list<Run>();
    for (let i = 1; i < stirred.length; i++) rest[i - 1] = stirred[i]!;
    stirred = rest;
  }
  return false;
}

/** Something of a call begins (1) or ends (-1) that is under way outside of it: an ask, a timer. */
export function underWay(root: Owner, change: 1 | -1): void {
  const run = runOf(root);
  if (run === undefined) return;
  run.asks += change;
  if (change < 0) stir(run);
}
