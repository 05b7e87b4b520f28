// Breakpoints beside the lines of the editor: where a step is called, a press stops the run before it.

import { toast } from "../base/toasts.js";

/** `{ update(scene, again), refusal(), toggleAtCursor() }`. */
export function mountGutter(page, debug) {
  const { source } = page;
  let editor = null;
  let shown = "";
  let before = {};

  /** The steps of what stands in the editor, by line; those whose names are made as they run have none. */
  const stepsAt = (line) => page.model.get().plan.filter((step) => step.line === line);

  /** Answers false where no breakpoint can be. */
  function toggle(line) {
    const steps = stepsAt(line);
    if (steps.length === 0 || !page.can.run) return false;
    const named = steps.filter(({ pattern }) => pattern === null);
    if (named.length > 0) debug.toggle(named[0].name);
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
      const names = new Set([...debug.wishes.get().breakpoints, ...(debug.live()?.debug?.breakpoints ?? [])]);
      const lines = page.can.run ? [...new Set(state.plan.map(({ line }) => line))] : [];
      const list = lines.map((line) => ({ line, on: state.plan.some((step) => step.line === line && step.pattern === null && names.has(step.name)) }));
      const look = JSON.stringify(list);
      if (look === shown) return;
      shown = look;
      editor.setBreakpoints(list, source.files().main);
    },
    refusal: () => (source.shown() === source.files().main && stepsAt(lineAtCursor()).length > 0 ? null : "There is no step.* call in the cursor's line."),
    toggleAtCursor: () => toggle(lineAtCursor()),
  };
}
