// One row of the checklist: a step that is planned, going on, or over.

import { countDown, countUp, still } from "../base/countdown.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { duration, oneLine, remaining } from "../base/format.js";
import { glyph, STATE_LABELS } from "../run/pill.js";
import { stepActions } from "../run/step_actions.js";
import { SETTLED } from "../state/store.js";
import { until } from "../state/why.js";

const KIND_LABELS = { do: null, sleep: "sleep", wait: "event", rollback: "rollback" };

/**
 * `{ element, update(row, selected, run) }`; `row.held` is since when the run is paused, `run` is what things may be done to.
 * `onSelect(row)` is called when it is pressed; `panelIn(root)` mounts a step's panel (panel/step_panel.js), `onAct` as in
 * step_actions.js.
 */
export function stepRow(row, { onSelect, panelIn, onAct }) {
  let shown = { row: null, selected: null };
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
  const panel = panelIn(detail);
  const actions = stepActions(onAct);
  const element = h("li", { class: "step" }, h("div", { class: "step-line" }, button, actions.element), detail);

  function update(next, selected, run) {
    const same = shown.row !== null && ["step", "plan", "missed", "held"].every((part) => shown.row[part] === next[part]);
    drawGroup(element, next.group);
    if (!same) draw(next);
    if (!same || shown.selected !== selected) {
      element.classList.toggle("selected", selected);
      button.setAttribute("aria-expanded", String(selected));
      detail.hidden = !selected;
      if (!selected) panel.update(null);
    }
    if (selected) panel.update(next);
    actions.update(next.step, run, selected);
    shown = { row: next, selected };
  }

  function draw({ step, plan, missed, held }) {
    const now = step?.state ?? (missed ? "missed" : "planned");
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
    fill(tags, tagsOf(step, plan, missed && step === null));
    drawTime(time, place, step, held ?? null);
    drawNote(note, step);
  }

  return { element, button, update };
}

function tagsOf(step, plan, missed) {
  const kind = KIND_LABELS[step?.kind ?? plan.kind];
  return [
    missed && h("span", { class: "tag missed", text: "not reached" }),
    kind && h("span", { class: "tag", text: kind }),
    step !== null && step.count > 1 && h("span", { class: "tag count", text: `×${step.count}`, title: `call ${step.count} of this name` }),
    step !== null && wasSkipped(step) && h("span", { class: "tag skipped", text: "skipped", title: "A wait of this step was ended by hand" }),
    step !== null && step.attempts.length > 1 && attemptDots(step),
  ];
}

/** Whether its sleep, or a delay between two attempts, was ended by hand. */
const wasSkipped = (step) => step.skipped === true || step.attempts.some((attempt) => attempt.skipped === true);

/** One bar per attempt; of many, the last ones. */
function attemptDots(step) {
  const last = step.attempts.slice(-8);
  const bars = last.map(({ state }) => h("span", { class: "attempt-bar", data: { state } }));
  const label = `${step.attempts.length} attempts`;
  return h("span", { class: "attempts", title: label }, bars, h("span", { class: "attempts-count", text: `${step.attempts.length}×` }));
}

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
      return ["error", errorText(failed), h("span", { class: "step-next", text: retryText(step) })];
    case "running":
      return step.attempts.length > 1 ? ["plain", `attempt ${step.attempts.at(-1).number}${limitText(step)}`] : ["none"];
    case "sleeping":
      return ["none"];
    case "waiting":
      return ["plain", "for an event of type ", h("code", { text: step.eventType ?? "" })];
    case "failed":
      return ["error", errorText(step.error)];
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
  return ["value", icon("chevron"), h("code", { text: oneLine(value) })];
}

const errorText = (error) => (error ? `${error.name ?? "Error"}: ${error.message ?? ""}` : "failed");

function limitText(step) {
  const limit = step.config?.retries?.limit;
  return typeof limit === "number" && limit < 1000 ? ` of up to ${limit + 1}` : "";
}

const retryText = (step) => `attempt ${step.attempts.length + 1}${limitText(step)} next`;

function drawGroup(element, group) {
  element.classList.toggle("grouped", group !== null);
  element.classList.toggle("group-first", group?.first === true);
  element.classList.toggle("group-last", group?.last === true);
  if (group?.first) element.dataset.group = group.label;
  else delete element.dataset.group;
}
