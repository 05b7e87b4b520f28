// Breakpoints beside the lines of the editor: where a step is called, a press stops the run before it.

import { toast } from "../base/toasts.js";
import { breakpointOf, includes } from "./breakpoints.js";

/** `{ update(scene, again), refusal(), toggleAtCursor() }`. */
export function mountGutter(page, debug) {
  const { source } = page;
  let editor = null;
  let shown = "";
  let before = {};

  /** The steps of what stands in the editor, by line. */
  const stepsAt = (line) => page.model.get().plan.filter((step) => step.line === line);

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
    return source.text().slice(0, source.cursor()).split("\n").length;
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
      const lines = page.can.run ? [...new Set(state.plan.map(({ line }) => line))] : [];
      const list = lines.map((line) => ({ line, on: state.plan.some((step) => step.line === line && includes(set, breakpointOf(step))) }));
      const look = JSON.stringify(list);
      if (look === shown) return;
      shown = look;
      editor.setBreakpoints(list, source.files().main);
    },
    refusal: () => (source.shown() === source.files().main && stepsAt(lineAtCursor()).length > 0 ? null : "There is no step.* call in the cursor's line."),
    toggleAtCursor: () => toggle(lineAtCursor()),
  };
}
