// The panel of the selected step, below views that do not open steps in themselves.

import { fill, h, icon, setText } from "../base/dom.js";
import { glyph, STATE_LABELS } from "../run/pill.js";
import { stepActions } from "../run/step_actions.js";
import { mergeRows } from "../state/rows.js";

/** `{ update(scene or null) }` in `root`. What can be done with the step stays in sight, however long its panel is. */
export function createDock(root, page) {
  const mark = h("span", { class: "dock-glyph" });
  const name = h("h3", { class: "dock-title" });
  const state = h("span", { class: "dock-state" });
  const actions = stepActions(page.act);
  const close = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close the step", on: { click: () => page.selectStep(null) } }, icon("cross"));
  const body = h("div", { class: "dock-body step-detail" });
  fill(root, h("header", { class: "dock-head" }, mark, name, state, actions.element, close), body);
  const panel = page.stepPanel.mount(body);
  let shown = { step: null, plan: null, row: null };

  function update(scene) {
    const step = scene?.run?.steps.find(({ key }) => key === scene.step) ?? null;
    root.hidden = step === null;
    if (step === null) {
      if (shown.step !== null) panel.update(null);
      shown = { step: null, plan: null, row: null };
      return;
    }
    const { run, live, plan } = scene;
    if (step !== shown.step || plan !== shown.plan) {
      const row = mergeRows(plan, [step]).find((each) => each.step === step) ?? { step, plan: null };
      shown = { step, plan, row };
      drawHead(step);
    }
    panel.update(shown.row);
    actions.update(step, page.can.run && run === live ? run : undefined, true);
  }

  function drawHead(step) {
    setText(name, step.name);
    setText(state, STATE_LABELS[step.state] ?? step.state);
    if (mark.dataset.state === step.state) return;
    mark.dataset.state = step.state;
    fill(mark, glyph(step.state).element);
  }

  return { update };
}
