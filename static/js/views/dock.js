// The panel of the selected step, below views that do not open steps in themselves.

import { fill, h, icon, setText } from "../base/dom.js";

/** `{ update(scene or null) }` in `root`. */
export function createDock(root, page) {
  const name = h("h3", { class: "dock-title" });
  const close = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close the step", on: { click: () => page.selectStep(null) } }, icon("cross"));
  const body = h("div", { class: "dock-body step-detail" });
  fill(root, h("header", { class: "dock-head" }, name, close), body);
  const panel = page.stepPanel.mount(body);
  let shown = null;
  return {
    update(scene) {
      const step = scene?.run?.steps.find(({ key }) => key === scene.step) ?? null;
      if (step !== null) panel.update({ step, plan: null });
      else if (shown !== null) panel.update(null);
      if (step === shown) return;
      shown = step;
      root.hidden = step === null;
      if (step !== null) setText(name, step.name);
    },
  };
}
