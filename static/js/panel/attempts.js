// The attempts of a step, with what went wrong in each, what it took, and the gaps between them.

import { countDown } from "../base/countdown.js";
import { h, icon } from "../base/dom.js";
import { clockTime, duration, errorText } from "../base/format.js";
import { errorBlock } from "../run/error_view.js";

const SHOWN = 50;
const LABELS = { running: "running", completed: "done", failed: "failed", lost: "cut off, the isolate was lost" };
const FAULTS = { fail: "a fault made it fail", timeout: "a fault made it time out", crawl: "a fault made it crawl" };

/** A list, or null: of a step that has none. `places` as in error_view.js. */
export function attemptsPart(step, places) {
  if (step.attempts.length === 0) return null;
  const shown = step.attempts.slice(-SHOWN);
  const list = h("ol", { class: "attempt-list", "aria-label": "Attempts" });
  const earlier = step.attempts.length - shown.length;
  if (earlier > 0) list.append(h("li", { class: "attempt-gap", text: `${earlier} earlier attempts` }));
  shown.forEach((attempt, at) => {
    const before = shown[at - 1];
    if (before?.ended) list.append(h("li", { class: "attempt-gap", text: gapText(before, attempt) }));
    list.append(attemptItem(attempt, step, places));
  });
  const last = step.attempts.at(-1);
  if (step.state === "retrying" && last.retryAt !== null) {
    const time = h("span", { class: "mono" });
    list.append(h("li", { class: "attempt-gap next" }, "next attempt in ", time));
    queueMicrotask(() => countDown(time, last.retryAt));
  }
  return list;
}

function gapText(before, attempt) {
  const skipped = before.skipped === "pace" ? ", the rest was skipped by the pace of its clock" : before.skipped ? ", the rest was skipped by hand" : "";
  return `waited ${duration(Math.max(0, attempt.started - before.ended))}${skipped}`;
}

function attemptItem(attempt, step, places) {
  const took = attempt.ended === null ? "" : duration(attempt.ended - attempt.started);
  const used = attempt.cpuMs === undefined ? "" : ` · ${cpuText(attempt.cpuMs)} CPU`;
  // the last error is the step's own, which is told in full below
  const own = attempt.error === null || (step.error !== null && attempt === step.attempts.at(-1));
  return h(
    "li",
    { class: "attempt", data: { state: attempt.state } },
    h("span", { class: "attempt-number", text: `Attempt ${attempt.number}` }),
    h("span", { class: "attempt-state" }, LABELS[attempt.state] ?? attempt.state, attempt.fault !== undefined && faultTag(attempt.fault)),
    h("span", { class: "attempt-time mono", text: `${clockTime(attempt.started)}${took && ` · ${took}`}${used}` }),
    attempt.error !== null && (own ? h("span", { class: "attempt-error", text: errorText(attempt.error) }) : withStack(attempt.error, places)),
  );
}

const faultTag = (kind) => h("span", { class: "tag fault", title: FAULTS[kind] ?? "a fault was injected" }, icon("bolt"), "fault");

function withStack(error, places) {
  const text = errorText(error);
  return h("details", { class: "attempt-error" }, h("summary", { text }), errorBlock(error, places));
}

const cpuText = (ms) => (ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms));
