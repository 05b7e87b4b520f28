// What the page knows, in one object, and who wants to hear of changes. Views draw once per frame, however much came in.

import { EMPTY, reduce } from "./store.js";

export function createModel(initial) {
  let state = { ...initial, log: EMPTY };
  let pending = [];
  let scheduled = false;
  const views = [];

  function draw() {
    scheduled = false;
    if (pending.length > 0) {
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

  return {
    get: () => state,
    /** Change parts of the state that are not the log. */
    set(patch) {
      state = { ...state, ...patch };
      schedule();
    },
    /** A committed log entry has arrived. */
    entry(entry) {
      pending.push(entry);
      schedule();
    },
    /** Forget the log: another session begins. */
    forget() {
      pending = [];
      state = { ...state, log: EMPTY };
      schedule();
    },
    /** Call `view(state)` after changes. */
    watch(view) {
      views.push(view);
      schedule();
    },
  };
}

/** The run that is looked at, or undefined: nothing chosen, or nothing heard of it yet. */
export const selectedRun = (state) => (state.selected === null ? undefined : state.log.runs[state.selected]);
