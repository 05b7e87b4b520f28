// What can be done with one step: end its wait now, or begin the run anew from it.

import { canSkip, refusals, restartPoint } from "../state/abilities.js";
import { fill, h, icon } from "../base/dom.js";
import { toast } from "../base/toasts.js";

const SETTLE_MS = 700; // for which an answered press waits at most for the log to show what came of it

/** `{ element, update(step, run, open) }`: `run` undefined where nothing may be done. `onAct(action, runId, detail)`. */
export function stepActions(onAct) {
  const element = h("div", { class: "step-actions", hidden: true });
  let drawn = null;

  function act(action, id, detail) {
    return async ({ currentTarget: button }) => {
      const refusal = button.getAttribute("aria-description");
      if (refusal !== null) return toast(refusal);
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      const answer = await onAct(action, id, detail);
      setTimeout(() => button.removeAttribute("aria-busy"), answer === null ? 0 : SETTLE_MS);
    };
  }

  function skip(step, run, refusal) {
    const about = { "aria-description": refusal, "aria-disabled": refusal === null ? null : "true" };
    const title = refusal ?? (step.state === "sleeping" ? "End this sleep now" : "Make the next attempt now");
    const props = { type: "button", class: "button small", "aria-label": `Skip the wait of ${step.name}`, title, ...about };
    return h("button", { ...props, on: { click: act("skip", run.id, step.key) } }, icon("skip"), h("span", { text: "Skip" }));
  }

  function again(step, run, point, spoken) {
    const props = { type: "button", "aria-label": `Restart from ${step.name}`, title: "Run again from here; what began before this step is kept" };
    const press = { click: act("restart", run.id, point) };
    if (!spoken) return h("button", { ...props, class: "button ghost small icon-only", on: press }, icon("restart"));
    return h("button", { ...props, class: "button small", on: press }, icon("restart"), h("span", { text: "Restart" }));
  }

  return {
    element,
    update(step, run, open) {
      const point = step === null || run === undefined ? null : restartPoint(step);
      const skippable = step !== null && run !== undefined && canSkip(step);
      const refusal = skippable ? refusals(run).skip : null;
      const spoken = open || (step !== null && (step.state === "failed" || step.state === "timed_out"));
      const look = JSON.stringify([run?.id, step?.key, step?.started, skippable, refusal, point, spoken, skippable && step.attempts.length]);
      if (look === drawn) return;
      drawn = look;
      element.hidden = point === null && !skippable;
      element.classList.toggle("below", point !== null && spoken);
      fill(element, skippable && skip(step, run, refusal), point !== null && again(step, run, point, spoken));
    },
  };
}
