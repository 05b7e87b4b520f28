// What the run was given and what it has done so far, live: its steps with what they came to. Nothing here can be changed.

import { fill, h, icon } from "../base/dom.js";
import { duration, errorText } from "../base/format.js";
import { peek, plainView } from "./plain_view.js";

const MARKS = {
  completed: ["check", "done"],
  failed: ["cross", "failed"],
  timed_out: ["clock", "timed out"],
  stopped: ["stop", "stopped"],
  waiting: ["hand", "waits"],
  sleeping: ["clock", "sleeps"],
  retrying: ["retry", "tries again"],
  running: ["play", "runs"],
};
const ENDS = {
  complete: "The run is complete.",
  errored: "The run has failed.",
  terminated: "The run was ended.",
  paused: "The run is paused by its owner.",
  waitingForPause: "The run is about to be paused.",
};

let rows = new Map();
let frame = null;

/** Show the run, or nothing where the link does not open it any more. */
export function showStory(card, view, run) {
  card.hidden = view === null || run === null || run === undefined;
  if (card.hidden) return;
  frame ??= build(card);
  frame.given(run);
  const next = new Map();
  for (const step of run.steps) {
    const before = rows.get(step.key);
    next.set(step.key, before?.step === step ? before : row(step, step.key === view.run.step, before));
  }
  const same = next.size === rows.size && [...next].every(([key, each]) => rows.get(key) === each);
  rows = next;
  if (!same) fill(frame.list, [...next.values()].map(({ element }) => element));
  frame.end(run);
}

function build(card) {
  const params = h("div", { class: "given" });
  const list = h("ol", { class: "story-steps", "aria-label": "Steps of the run" });
  const end = h("p", { class: "story-end", role: "status" });
  fill(card, params, h("h2", { class: "story-title", text: "What happened so far" }), list, end);
  let shown = null;
  return {
    list,
    given(run) {
      if (shown !== null || run.created === null) return;
      shown = run.params;
      const empty = run.params === undefined || (typeof run.params === "object" && run.params !== null && Object.keys(run.params).length === 0);
      if (!empty) fill(params, h("h2", { class: "story-title", text: "What it is about" }), plainView(run.params, "What the run was given"));
      shown = true;
    },
    end(run) {
      const text = ENDS[run.status] ?? "";
      if (end.textContent !== text) end.textContent = text;
      end.dataset.status = run.status;
    },
  };
}

function row(step, mine, before) {
  const [name, word] = MARKS[step.state] ?? MARKS.running;
  const took = step.ended !== null && step.ended - step.started >= 1000 ? duration(step.ended - step.started) : null;
  const facts = [mine && step.state === "waiting" ? "waits for you" : word, took, step.attempts.length > 1 ? `attempt ${step.attempts.length}` : null];
  const head = [
    h("span", { class: "story-mark" }, icon(name)),
    h("span", { class: "story-name", text: step.name }),
    h("span", { class: "story-facts", text: facts.filter(Boolean).join(" · ") }),
  ];
  const shown = came(step);
  const open = before?.element.querySelector("details")?.open ?? false;
  const body =
    shown === null
      ? h("div", { class: "story-row" }, head)
      : h(
          "details",
          { open },
          h("summary", { class: "story-row" }, head, icon("chevron", "icon story-chevron"), h("span", { class: "story-peek", text: peek(shown.value) })),
          plainView(shown.value, `What ${step.name} came to`),
        );
  return { step, element: h("li", { class: "story-step", data: { state: step.state, mine: mine ? "true" : null } }, body) };
}

/** What a step came to, `{ value }`, or null where there is nothing to show. */
function came(step) {
  if (step.error !== null && step.error !== undefined) return { value: errorText(step.error) };
  if (step.payload !== undefined) return { value: step.payload };
  if (step.output !== undefined && step.output !== null) return { value: step.output };
  return null;
}
