// How a run ended.

import { fill, h, icon } from "../base/dom.js";
import { errorBlock } from "./error_view.js";
import { duration, plural } from "../base/format.js";
import { runValue } from "../panel/output.js";
import { FINISHED } from "../state/store.js";

/** `{ update(run) }`; `onStep(key)` shows a step; `page` as in page.js. */
export function mountResult(root, ways) {
  let shown = null;
  let known = false; // whether the code was, which errors are explained by
  return {
    update(run) {
      const same = shown === run || (shown !== null && shown?.id === run?.id && shown?.status === run?.status && shown?.ended === run?.ended);
      if (same && (run?.status !== "errored" || known === ways.page.places.known())) return;
      shown = run;
      known = ways.page.places.known();
      root.replaceChildren();
      if (run !== undefined && FINISHED.has(run.status)) fill(root, CARDS[run.status](run, ways));
    },
  };
}

const CARDS = {
  complete: (run, { page }) => card("good", "check", "Complete", summary(run), runValue("Output", run.output, { run, of: "output", page, name: "output" })),
  errored: (run, { onStep, page }) => card("bad", "cross", "Failed", summary(run), errorBlock(run.error ?? { message: "no error was recorded" }, page.places), culprit(run, onStep), undone(run, page.places)),
  terminated: (run, { page }) =>
    card("flat", "stop", "Terminated", summary(run), h("p", { class: "detail-text", text: "Stopped from outside. Steps that were committed stay in the journal." }), undone(run, page.places)),
};

function card(kind, name, title, facts, ...content) {
  return h(
    "section",
    { class: `result ${kind}`, "aria-label": `Result: ${title}` },
    h("header", { class: "result-head" }, h("span", { class: "result-icon" }, icon(name)), h("h2", { class: "result-title", text: title }), h("span", { class: "result-facts", text: facts })),
    h("div", { class: "result-body" }, content),
  );
}

function summary(run) {
  const steps = run.steps.filter((step) => step.kind !== "rollback");
  const retries = run.steps.reduce((sum, step) => sum + Math.max(0, step.attempts.length - 1), 0);
  const parts = [`in ${duration(run.ended - run.created)}`, plural(steps.length, "step")];
  if (retries > 0) parts.push(plural(retries, "retry", "retries"));
  return parts.join(" · ");
}

/** How the rollback went, where there was one. */
function undone(run, places) {
  if (run.rollback === null) return null;
  const handlers = run.steps.filter((step) => step.kind === "rollback");
  const done = handlers.filter((step) => step.state === "completed").length;
  const { state, error } = run.rollback;
  const text = {
    completed: handlers.length === 0 ? "Rolled back: no finished step had anything to undo." : `Rolled back: ${plural(done, "step")} undone${done > 1 ? ", the latest first" : ""}.`,
    failed: `The rollback failed: ${done} of ${plural(handlers.length, "step")} undone, and it ended there.`,
    stopped: `The rollback was cut short: ${done} of ${plural(handlers.length, "step")} undone.`,
  }[state];
  const kind = state === "completed" ? "undo" : "warning";
  return h("div", { class: "undone", data: { state } }, h("p", {}, icon(kind), h("span", { text })), error && errorBlock(error, places));
}

/** The last step that failed with the run's own message, as a way to it. */
function culprit(run, onStep) {
  const step = run.steps.findLast((each) => each.error !== null && each.error.message === run.error?.message);
  if (step === undefined) return null;
  const press = () => onStep(step.key);
  return h("p", { class: "culprit" }, "It came from the step ", h("button", { type: "button", class: "link", text: step.name, on: { click: press } }), ".");
}
