// What a selected step opens: its attempts, how it was configured, what it gave or why it failed.

import { copyButton } from "../base/clipboard.js";
import { countDown } from "../base/countdown.js";
import { h, icon } from "../base/dom.js";
import { bytes, clockTime, duration, exact, moment, pretty } from "../base/format.js";
import { errorBlock } from "../run/error_view.js";
import { jsonView } from "../base/json_view.js";

const ATTEMPTS_SHOWN = 50;
const ATTEMPT_LABELS = { running: "running", completed: "done", failed: "failed", lost: "cut off, the isolate was lost" };

/** Nodes for `row`, which has a step. `onLine(line)` goes to the source; null where there is none to go to. */
export function stepDetail({ step, plan }, onLine) {
  return [
    h("div", { class: "detail-facts" }, facts(step).map(([term, text]) => h("span", { class: "fact" }, h("span", { class: "fact-term", text: term }), text)), lineButton(plan, onLine)),
    step.attempts.length > 0 && attemptList(step),
    step.error !== null && errorBlock(step.error, onLine),
    ...values(step),
  ];
}

function facts(step) {
  const list = [["started", moment(step.started)]];
  const config = configText(step.config);
  if (config) list.push(["config", config]);
  if (step.until !== null && step.kind === "sleep") list.push(["until", moment(step.until)]);
  if (step.until !== null && step.kind === "wait") list.push(["times out", moment(step.until)]);
  if (step.eventType !== null) list.push(["event type", h("code", { text: step.eventType })]);
  if (step.size !== null) list.push(["stored", bytes(step.size)]);
  return list;
}

function attemptList(step) {
  const shown = step.attempts.slice(-ATTEMPTS_SHOWN);
  const list = h("ol", { class: "attempt-list", "aria-label": "Attempts" });
  if (shown.length < step.attempts.length) {
    list.append(h("li", { class: "attempt-gap", text: `${step.attempts.length - shown.length} earlier attempts` }));
  }
  shown.forEach((attempt, at) => {
    const before = shown[at - 1];
    if (before?.ended) list.append(h("li", { class: "attempt-gap", text: `waited ${duration(attempt.started - before.ended)}${before.skipped ? ", the rest was skipped" : ""}` }));
    list.append(attemptItem(attempt));
  });
  const last = step.attempts.at(-1);
  if (step.state === "retrying" && last.retryAt !== null) {
    const time = h("span", { class: "mono" });
    list.append(h("li", { class: "attempt-gap next" }, "next attempt in ", time));
    queueMicrotask(() => countDown(time, last.retryAt));
  }
  return list;
}

function attemptItem(attempt) {
  const took = attempt.ended === null ? "" : duration(attempt.ended - attempt.started);
  const used = attempt.cpuMs === undefined ? "" : ` · ${duration(attempt.cpuMs)} CPU`;
  return h(
    "li",
    { class: "attempt", data: { state: attempt.state } },
    h("span", { class: "attempt-number", text: `Attempt ${attempt.number}` }),
    h("span", { class: "attempt-state", text: ATTEMPT_LABELS[attempt.state] ?? attempt.state }),
    h("span", { class: "attempt-time mono", text: `${clockTime(attempt.started)}${took && ` · ${took}`}${used}` }),
    attempt.error && h("span", { class: "attempt-error", text: `${attempt.error.name ?? "Error"}: ${attempt.error.message ?? ""}` }),
  );
}

function values(step) {
  if (step.state !== "completed" || step.kind === "sleep" || step.kind === "rollback") return [];
  const value = step.kind === "wait" ? step.payload : step.output;
  return [valueBlock(step.kind === "wait" ? "Event payload" : "Output", value)];
}

export function valueBlock(title, value) {
  return h(
    "div",
    { class: "value-block" },
    h("div", { class: "value-head" }, h("span", { text: title }), copyButton(() => pretty(value))),
    jsonView(value),
  );
}

/** Nodes for a row that is only planned. */
export function plannedDetail({ plan, missed }, onLine) {
  const text = missed ? "The run ended without this step." : "Planned: your code calls it, the run has not come here yet.";
  return [h("p", { class: "detail-text", text }), lineButton(plan, onLine)];
}

const lineButton = (plan, onLine) =>
  plan && onLine && h("button", { type: "button", class: "button small", on: { click: () => onLine(plan.line) } }, icon("code"), h("span", { text: `Line ${plan.line}` }));

const configText = (config) => {
  if (!config) return null;
  const retries = config.retries ?? {};
  const parts = [];
  if (typeof retries.limit === "number") {
    parts.push(retries.limit === 0 ? "no retries" : `up to ${retries.limit} ${retries.limit === 1 ? "retry" : "retries"}`);
    if (retries.limit > 0) parts.push(typeof retries.delay === "number" ? `${exact(retries.delay)} ${retries.backoff ?? ""}`.trim() : "delay by function");
  }
  if (typeof config.timeout === "number") parts.push(`timeout ${exact(config.timeout)}`);
  return parts.join(" · ");
};
