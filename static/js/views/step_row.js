// One row of the checklist: a step that is planned, going on, or over.

import { countDown, countUp, shownNow, still } from "../base/countdown.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { duration, errorText, oneLine, remaining } from "../base/format.js";
import { cutSize } from "../base/json_kinds.js";
import { glyph, STATE_LABELS } from "../run/pill.js";
import { stepActions } from "../run/step_actions.js";
import { attemptStrip } from "./attempt_strip.js";
import { SETTLED } from "../state/store.js";
import { until } from "../state/why.js";

const KIND_LABELS = { do: null, sleep: "sleep", wait: "event", rollback: "rollback" };

/**
 * `{ element, update(row, selected, run, held, depth, stopped) }`, in `element`; `held` is since when the run is paused, `run` is what
 * things may be done to; `stopped`: whether the run is stopped before this step.
 * `onSelect(row)` is called when it is pressed; `panelIn(root)` mounts a step's panel (panel/step_panel.js), `onAct` as in
 * step_actions.js.
 */
export function stepRow({ onSelect, panelIn, onAct }, element = h("li")) {
  let shown = { row: null, selected: null, held: null, stopped: false };
  let panel = null;
  const place = h("span", { class: "step-glyph" });
  const name = h("span", { class: "step-name" });
  const tags = h("span", { class: "step-tags" });
  const time = h("span", { class: "step-time" });
  const note = h("span", { class: "step-note" });
  const state = h("span", { class: "visually-hidden" });
  const button = h(
    "button",
    { type: "button", class: "step-row", "aria-expanded": "false", on: { click: () => onSelect(shown.row) } },
    place,
    h("span", { class: "step-main" }, h("span", { class: "step-head" }, name, tags, state, time), note),
  );
  const detail = h("div", { class: "step-detail", hidden: true });
  const actions = stepActions(onAct);
  element.className = "step";
  element.replaceChildren(h("div", { class: "step-line" }, button, actions.element), detail);

  function update(next, selected, run, held = null, depth = 0, stopped = false) {
    const same = shown.row !== null && shown.held === held && shown.stopped === stopped && ["step", "plan", "missed", "passed"].every((part) => shown.row[part] === next[part]);
    if (element.dataset.depth !== String(depth)) element.dataset.depth = String(Math.min(depth, 6));
    if (!same) draw(next, held, stopped);
    if (!same || shown.selected !== selected) {
      element.classList.toggle("selected", selected);
      button.setAttribute("aria-expanded", String(selected));
      detail.hidden = !selected;
      if (!selected) panel?.update(null);
    }
    if (selected) (panel ??= panelIn(detail)).update(next);
    actions.update(next.step, run, selected);
    shown = { row: next, selected, held, stopped };
  }

  function draw({ step, plan, missed, passed }, held, stopped) {
    const now = step?.state ?? (missed || passed ? "missed" : "planned");
    if (element.dataset.state !== now || place.childElementCount === 0) {
      element.dataset.state = now;
      const mark = glyph(now);
      place.replaceChildren(mark.element);
      place.share = mark.share;
    }
    element.dataset.kind = step?.kind ?? plan.kind;
    setText(name, step?.name || plan?.name || "(no name)");
    name.title = name.textContent;
    setText(state, `, ${STATE_LABELS[now] ?? now}`);
    fill(tags, stopped && h("span", { class: "tag held", text: "stopped here", title: "The run is stopped before this step" }), tagsOf(step, plan, now === "missed" ? notReached(plan, passed) : null));
    drawTime(time, place, step, held);
    drawNote(note, step);
  }

  return { element, button, update };
}

/** Why a planned step has no part in the run. */
function notReached(plan, passed) {
  const inner = (plan.frames ?? []).at(-1);
  if (passed && inner?.handler) return "not needed";
  if (passed && inner?.kind === "choice") return "branch not taken";
  return passed ? "passed by" : "not reached";
}

/** Under which condition a step is planned, where it is in one arm of a choice. */
function conditionOf(plan) {
  const inner = (plan?.frames ?? []).at(-1);
  if (inner?.handler) return "if it fails";
  if (inner?.kind !== "choice") return null;
  return { yes: `if ${inner.label}`, no: `if not ${inner.label}` }[inner.armLabel] ?? inner.armLabel;
}

function tagsOf(step, plan, missed) {
  const condition = step === null ? conditionOf(plan) : null;
  const kind = KIND_LABELS[step?.kind ?? plan.kind];
  return [
    missed && h("span", { class: "tag missed", text: missed }),
    condition && h("span", { class: "tag condition", text: condition, title: condition }),
    kind && h("span", { class: "tag", text: kind }),
    step !== null && step.count > 1 && h("span", { class: "tag count", text: `×${step.count}`, title: `call ${step.count} of this name` }),
    step !== null && wasSkipped(step) && h("span", { class: "tag skipped", text: "skipped", title: "A wait of this step was ended before its time" }),
    step !== null && step.pinned && h("span", { class: "tag pinned", text: "pinned", title: "This output was set by hand: the step was not called" }),
    step !== null && befell(step) && h("span", { class: "tag fault", text: "fault", title: "A fault was injected into an attempt" }),
    step !== null && step.attempts.length > 1 && attemptStrip(step, shownNow()),
  ];
}

/** Whether its sleep, or a delay between two attempts, was ended by hand or by a faster clock. */
const wasSkipped = (step) => Boolean(step.skipped) || step.attempts.some((attempt) => attempt.skipped);

const befell = (step) => step.attempts.some(({ fault }) => fault !== undefined);

function drawTime(time, place, step, held) {
  still(time);
  const goesOn = step === null ? null : until(step);
  if (step === null) setText(time, "");
  else if (goesOn !== null && held !== null) setText(time, `${remaining(goesOn - held)} left`);
  else if (goesOn !== null) {
    const from = step.state === "retrying" ? step.attempts.at(-1).ended : step.started;
    countDown(time, goesOn, { from, onShare: place.share });
  } else if (SETTLED.has(step.state)) setText(time, duration((step.ended ?? step.started) - step.started));
  else countUp(time, step.attempts.at(-1)?.started ?? step.started);
}

function drawNote(note, step) {
  const [kind, ...parts] = noteOf(step);
  note.dataset.kind = kind;
  note.hidden = parts.length === 0;
  fill(note, parts);
}

/** What stands below the name: `[kind, …nodes]`. */
function noteOf(step) {
  if (step === null) return ["none"];
  const failed = step.attempts.at(-1)?.error;
  switch (step.state) {
    case "retrying":
      return ["error", failedText(failed), h("span", { class: "step-next", text: retryText(step) })];
    case "running":
      return step.attempts.length > 1 ? ["plain", `attempt ${step.attempts.at(-1).number}${limitText(step)}`] : ["none"];
    case "sleeping":
      return ["none"];
    case "waiting":
      return ["plain", "for an event of type ", h("code", { text: step.eventType ?? "" })];
    case "failed":
      return ["error", failedText(step.error)];
    case "timed_out":
      return ["error", `no event of type ${step.eventType ?? ""} came in time`];
    case "completed":
      return completedNote(step);
    default:
      return ["none"];
  }
}

function completedNote(step) {
  if (step.kind === "sleep") return ["none"];
  const value = step.kind === "wait" ? step.payload : step.output;
  if (value === undefined) return ["none"];
  return ["value", icon("chevron"), h("code", { text: cutSize(value) === null ? oneLine(value) : value.slice(0, 200) })];
}

const failedText = (error) => (error ? errorText(error) : "failed");

function limitText(step) {
  const limit = step.config?.retries?.limit;
  return typeof limit === "number" && limit < 1000 ? ` of up to ${limit + 1}` : "";
}

const retryText = (step) => `attempt ${step.attempts.length + 1}${limitText(step)} next`;
