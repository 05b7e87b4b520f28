// What the page knows, in one object, and who wants to hear of changes. What came in while somebody presses something is drawn after that.

import { isPressing, whenReleased } from "../base/press.js";
import { createDrawing } from "./drawing.js";
import { countUpTo, createPast } from "./past.js";
import { DELETED, EMPTY, reduce } from "./store.js";

const QUEUED = "workflow_queued";
const QUEUED_MS = 30; // for which a run that is created is not drawn: what it does first comes along mostly, and is drawn with it

/** A model of `initial` (what is not the log) and an empty log. */
export function createModel(initial) {
  let state = { ...initial, log: EMPTY };
  let pending = [];
  let queued = null; // a timer, while nothing came in but runs that are created
  const views = [];
  const drawing = createDrawing(draw);
  const journals = new Map(); // the entries of each run, in the order of their commit
  const past = createPast();

  function draw() {
    if (pending.length > 0 && isPressing()) whenReleased(drawing.later);
    else if (pending.length > 0 && queued === null) {
      const log = reduce(state.log, pending);
      pending = [];
      state = { ...state, log };
    }
    for (const view of views) view(state);
  }

  /** Something came in. */
  function heard({ type }) {
    if (type === QUEUED && pending.length === 1) queued = setTimeout(ready, QUEUED_MS);
    else if (type !== QUEUED || queued === null) ready();
  }

  function ready() {
    clearTimeout(queued);
    queued = null;
    drawing.soon();
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
      drawing.later();
    },
    /** A committed log entry has arrived. */
    entry(entry) {
      keep(entry);
      pending.push(entry);
      heard(entry);
    },
    /** Forget the log: another session begins. */
    forget() {
      clearTimeout(queued);
      queued = null;
      pending = [];
      journals.clear();
      state = { ...state, log: EMPTY };
      drawing.later();
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
      drawing.later();
    },
  };
}

/** The run that is looked at as it is now, or undefined: nothing chosen, or nothing heard of it yet. */
const selectedRun = (state) => (state.selected === null ? undefined : state.log.runs[state.selected]);
