// Breakpoints beside the lines of the editor: where a step is called, a press stops the run before it.

import { toast } from "../base/toasts.js";
import { breakpointOf, includes } from "./breakpoints.js";

/** `{ update(scene, again), refusal(), toggleAtCursor() }`. */
export function mountGutter(page, debug) {
  const { source } = page;
  let editor = null;
  const shown = new Map(); // by file, what its gutter shows
  let files = "";
  let before = {};

  /** The file of the editor that a step of the plan stands in. */
  const fileOf = ({ module }) => module ?? source.files().main;

  /** The steps in a line of the file that is shown. */
  const stepsAt = (line) => page.model.get().plan.filter((step) => step.line === line && fileOf(step) === source.shown());

  /** Answers false where no breakpoint can be. */
  function toggle(line) {
    const steps = stepsAt(line);
    if (steps.length === 0 || !page.can.run) return false;
    const [named] = steps.map(breakpointOf).filter((each) => each !== null);
    if (named !== undefined) debug.toggle(named);
    else toast("The name of this step is made as it runs. Stop before every step instead.", { action: { label: "Do that", run: () => debug.change({ everyStep: true }) } });
    return true;
  }

  function lineAtCursor() {
    const text = source.content(source.shown());
    return typeof text === "string" ? text.slice(0, source.cursor()).split("\n").length : 0;
  }

  return {
    update({ state, live }, again = false) {
      if (editor === null) {
        editor = source.editor();
        if (editor === null) return;
        editor.listen({ onGutter: toggle });
      }
      const of = [state.plan, live?.debug, debug.wishes.get()];
      if (!again && of.every((each, at) => each === before[at])) return;
      before = of;
      const set = [...debug.wishes.get().breakpoints, ...(debug.live()?.debug?.breakpoints ?? [])];
      const names = editor.documents.names();
      if (names.toSorted().join() !== files) shown.clear(); // one that was there before may be another now
      files = names.toSorted().join();
      for (const name of names) {
        const steps = page.can.run ? state.plan.filter((step) => fileOf(step) === name) : [];
        const on = (line) => steps.some((step) => step.line === line && includes(set, breakpointOf(step)));
        const list = [...new Set(steps.map(({ line }) => line))].map((line) => ({ line, on: on(line) }));
        const look = JSON.stringify(list);
        if (look === (shown.get(name) ?? "[]")) continue;
        shown.set(name, look);
        editor.setBreakpoints(list, name);
      }
    },
    refusal: () => (stepsAt(lineAtCursor()).length > 0 ? null : "There is no step.* call in the cursor's line."),
    toggleAtCursor: () => toggle(lineAtCursor()),
  };
}
