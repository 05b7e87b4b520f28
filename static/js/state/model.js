// What the page knows, in one object, and who wants to hear of changes. Views draw once per frame, however much came in; what came
// in while somebody presses something is drawn after that.

import { isPressing, whenReleased } from "../base/press.js";
import { countUpTo, createPast } from "./past.js";
import { DELETED, EMPTY, reduce } from "./store.js";

/** A model of `initial` (what is not the log) and an empty log. */
export function createModel(initial) {
  let state = { ...initial, log: EMPTY };
  let pending = [];
  let scheduled = false;
  const views = [];
  const journals = new Map(); // the entries of each run, in the order of their commit
  const past = createPast();

  function draw() {
    scheduled = false;
    if (pending.length > 0 && isPressing()) whenReleased(schedule);
    else if (pending.length > 0) {
      const log = reduce(state.log, pending);
      pending = [];
      state = { ...state, log };
    }
    for (const view of views) view(state);
  }

  function schedule() {
    if (scheduled) return;
    scheduled = true;
    // a hidden tab gets no frames, but its title and its announcements should go on
    if (document.hidden) setTimeout(draw, 200);
    else requestAnimationFrame(draw);
  }

  function keep(entry) {
    if (entry.type === DELETED) return journals.delete(entry.instance);
    const journal = journals.get(entry.instance);
    if (journal === undefined) journals.set(entry.instance, [entry]);
    else if (entry.seq > journal.at(-1).seq) journal.push(entry);
  }

  return {
    get: () => state,
    /** Change parts of the state that are not the log. */
    set(patch) {
      state = { ...state, ...patch };
      schedule();
    },
    /** A committed log entry has arrived. */
    entry(entry) {
      keep(entry);
      pending.push(entry);
      schedule();
    },
    /** Forget the log: another session begins. */
    forget() {
      pending = [];
      journals.clear();
      state = { ...state, log: EMPTY };
      schedule();
    },
    /** The committed entries of a run, in order; grows in place, so keep what you have read by its length. */
    journal: (id) => journals.get(id) ?? [],
    /** The selected run as it is shown: as it is now, or as it was at `state.moment` (the seq of an entry). */
    shown() {
      const { selected, moment } = state;
      if (moment === null || selected === null) return selectedRun(state);
      return past.at(selected, journals.get(selected) ?? [], moment);
    },
    /** When what is shown was so (epoch ms): the time of the entry at `state.moment`, or null: now. */
    shownAt() {
      const { selected, moment } = state;
      const journal = moment === null || selected === null ? [] : (journals.get(selected) ?? []);
      return journal[countUpTo(journal, moment) - 1]?.time ?? null;
    },
    /** Call `view(state)` after changes. */
    watch(view) {
      views.push(view);
      schedule();
    },
  };
}

/** The run that is looked at as it is now, or undefined: nothing chosen, or nothing heard of it yet. */
const selectedRun = (state) => (state.selected === null ? undefined : state.log.runs[state.selected]);
