// The console: every line with its time, level and step; follows the tail until somebody scrolls up.

import { copyButton } from "../base/clipboard.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { followTail } from "../base/follow_tail.js";
import { clockTime } from "../base/format.js";

const CHUNK = 40;
const SHOWN_AT_MOST = 5000;
const LEVELS = [
  ["all", "All levels", () => true],
  ["info", "Info and above", (line) => line.level !== "debug" && line.level !== "trace"],
  ["warn", "Warnings and errors", (line) => line.level === "warn" || isError(line)],
  ["error", "Errors", (line) => isError(line)],
];

const isError = (line) => line.level === "error" || line.kind === "exception";
const stepName = (key) => key.split(":").slice(2).join(":");

/** `{ update(run, stepKey or null) }`; `onClear()` drops the step filter, `onStep(key)` selects a step. */
export function mountLogs(root, { onClear, onStep }) {
  const chip = h("button", { type: "button", class: "chip", hidden: true, on: { click: onClear } });
  const level = h("select", { class: "select small", "aria-label": "Levels", on: { change: () => draw() } });
  LEVELS.forEach(([value, label]) => level.append(h("option", { value, text: label })));
  const count = h("span", { class: "console-count" });
  const body = h("div", { class: "console-lines", role: "log", "aria-live": "off", "aria-label": "Console lines", tabindex: "0" });
  const tail = h("button", { type: "button", class: "button small follow", hidden: true, on: { click: () => end.follow() } }, icon("follow"), h("span", { text: "Follow" }));
  const empty = h("p", { class: "console-empty" });
  fill(
    root,
    h(
      "div",
      { class: "panel-head console-head" },
      h("h2", { class: "panel-title", text: "Console" }),
      count,
      chip,
      h("div", { class: "panel-actions" }, level, copyButton(() => lines().map(asText).join("\n"))),
    ),
    h("div", { class: "console-body" }, body, empty, tail),
  );
  const end = followTail(body, { onChange: (following) => (tail.hidden = following) });

  let run;
  let step = null;
  let drawn = { run: null, step: null, level: null, count: 0 };

  const lines = () => {
    const [, , keep] = LEVELS.find(([value]) => value === level.value);
    return (run?.logs ?? []).filter((line) => (step === null || line.step === step) && keep(line));
  };

  function update(nextRun, nextStep) {
    if (nextRun?.logs === run?.logs && nextRun?.id === run?.id && nextStep === step) return;
    run = nextRun;
    step = nextStep;
    draw();
  }

  function draw() {
    const all = lines();
    const anew = drawn.run !== run?.id || drawn.step !== step || drawn.level !== level.value || all.length < drawn.count;
    const from = anew ? Math.max(0, all.length - SHOWN_AT_MOST) : drawn.count;
    if (anew) {
      body.replaceChildren();
      if (from > 0) body.append(h("p", { class: "console-cut", text: `${from} earlier lines are not shown; Copy has them.` }));
      end.follow();
    }
    for (let at = from; at < all.length; at += 1) chunk().append(lineView(all[at], step === null, onStep));
    drawn = { run: run?.id, step, level: level.value, count: all.length };
    setText(count, all.length === 0 ? "" : String(all.length));
    chip.hidden = step === null;
    if (step !== null) fill(chip, icon("filter"), h("span", { text: stepName(step) }), icon("cross"));
    if (step !== null) chip.setAttribute("aria-label", `Only lines of ${stepName(step)}; show all`);
    drawEmpty(all.length);
    end.pin();
  }

  /** Lines stand in blocks that the browser lays out only when they come into view. */
  function chunk() {
    const last = body.lastElementChild;
    if (last?.classList.contains("console-chunk") && last.childElementCount < CHUNK) return last;
    const block = h("div", { class: "console-chunk" });
    body.append(block);
    return block;
  }

  function drawEmpty(shown) {
    empty.hidden = shown > 0;
    if (shown > 0) return;
    if (run !== undefined && run.logs.length > 0) setText(empty, "No lines match the filter.");
    else setText(empty, "What your code says with console.log() appears here, each line with the step that wrote it.");
  }

  draw();
  return { update };
}

function lineView(line, withStep, onStep) {
  const level = line.kind === "exception" ? "error" : line.level;
  return h(
    "div",
    { class: "line", data: { level } },
    h("span", { class: "line-time", text: clockTime(line.time) }),
    h("span", { class: "line-level", text: level }),
    h("span", { class: "line-text", text: line.message }),
    withStep && line.step !== null && h("button", { type: "button", class: "line-step", title: `Only lines of ${stepName(line.step)}`, on: { click: () => onStep(line.step) } }, stepName(line.step), line.attempt > 1 ? h("span", { class: "line-attempt", text: ` #${line.attempt}` }) : null),
  );
}

const asText = (line) =>
  `${clockTime(line.time)} ${line.level.toUpperCase().padEnd(5)} ${line.step === null ? "" : `[${stepName(line.step)}] `}${line.message}`;
