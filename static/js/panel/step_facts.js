// What is to be said of a step in a few words: its times, and what somebody did to it.

import { h, icon } from "../base/dom.js";
import { bytes, duration, exact, moment } from "../base/format.js";

/** `[term, text or node]` in order. */
export function stepFacts(step) {
  const list = [["Started", moment(step.started)]];
  if (step.ended !== null) list.push(["Took", took(step)]);
  if (step.kind === "sleep" && step.until !== null && step.ended === null) list.push(["Until", moment(step.until)]);
  if (step.kind === "wait" && step.until !== null && step.ended === null) list.push(["Times out", moment(step.until)]);
  if (step.eventType !== null) list.push(["Event type", h("code", { text: step.eventType })]);
  const cpu = step.attempts.reduce((sum, { cpuMs = 0 }) => sum + cpuMs, 0);
  if (step.attempts.length > 1 && cpu > 0) list.push(["CPU", duration(cpu)]);
  if (step.size !== null) list.push(["Stored", bytes(step.size)]);
  if (step.skew !== undefined && step.skew > 0) list.push(["Clock", `${exact(step.skew)} ahead`]);
  return list;
}

const took = (step) => duration(step.ended - step.started);

/** What was done to the step from outside, as sentences: `[icon, text]`. */
export function stepMarks(step) {
  const marks = [];
  if (step.pinned) marks.push(["flag", "Pinned: its output was set by hand, its callback was not called."]);
  if (step.skipped === "pace") marks.push(["skip", "The pace of the run's clock ended this sleep early."]);
  else if (step.skipped) marks.push(["skip", "The rest of this sleep was skipped by hand."]);
  const faults = step.attempts.filter(({ fault }) => fault !== undefined).length;
  if (faults > 0) marks.push(["bolt", `${faults === 1 ? "One attempt" : `${faults} attempts`} went wrong because a fault was injected.`]);
  if (step.kind === "rollback") marks.push(["undo", "This undoes what the step of the same name has done."]);
  return marks.map(([look, text]) => h("p", { class: "step-mark" }, icon(look), h("span", { text })));
}
