// What a rehearsal came to, in words. Pure.

import { errorText } from "../base/format.js";

/** What becomes of a step, for whoever has never heard of a replay. */
export const VERDICTS = {
  match: { label: "matches", icon: "check" },
  new: { label: "new", icon: "plus" },
  differs: { label: "differs", icon: "warning" },
  missing: { label: "not asked for", icon: "cross" },
};

/** `3 match · 1 new · differs at “charge”`, as parts: `[{ verdict, text }]`. */
export function headline({ steps, error }) {
  if (error !== undefined) return [{ verdict: "differs", text: `The code cannot be run: ${error.name}` }];
  const count = (verdict) => steps.filter((step) => step.verdict === verdict).length;
  const first = firstDifference({ steps });
  const parts = [{ verdict: "match", text: `${count("match")} ${count("match") === 1 ? "matches" : "match"}` }];
  if (count("new") > 0) parts.push({ verdict: "new", text: `${count("new")} new` });
  if (first !== null) parts.push({ verdict: "differs", text: `${first.verdict === "missing" ? "misses" : "differs at"} “${first.name}”` });
  return parts;
}

/** The first step of history that the code does not ask for as it was, or null. */
export const firstDifference = ({ steps }) => steps.find(({ verdict }) => verdict === "differs" || verdict === "missing") ?? null;

/** What follows for the run called `name`. */
export function consequence(rehearsal, name) {
  const { steps, ends, error, status } = rehearsal;
  if (error !== undefined) return error.message;
  const first = firstDifference(rehearsal);
  if (first !== null) {
    const before = steps.slice(0, steps.indexOf(first)).filter(({ verdict }) => verdict === "match").length;
    const kept = before === 0 ? "Nothing before it would be kept" : before === 1 ? "The one step before it would be kept" : `The ${before} steps before it would be kept`;
    return `From “${first.name}” on, the journal of ${name} and this code disagree. ${kept}; “${first.name}” and all after it would run again.`;
  }
  if (ends?.status === "errored") return `All that ${name} has done fits this code. Then the code throws ${errorText(ends.error)}`;
  if (ends?.status === "complete") return `All that ${name} has done fits this code, which comes to its end with that.`;
  const open = steps.find((step) => step.open && step.verdict === "match");
  const next = steps.find(({ verdict }) => verdict === "new");
  const place = open !== undefined ? `is at “${open.name}”` : next !== undefined ? `would go on with “${next.name}”` : "would go on";
  const meanwhile = status === "running" ? " What is in flight would be made again." : "";
  return `All that ${name} has done fits this code: it ${place}, and nothing of it would run again.${meanwhile}`;
}

/** A word for what became of a step. */
export function label(step, { ends }) {
  if (step.verdict === "match" && step.open === true) return "matches, and is open";
  if (step.verdict === "missing" && ends === undefined && step.found === undefined) return "not reached";
  return VERDICTS[step.verdict].label;
}

/** What is expected and found of a step that is not as it was, or null. */
export function explanation({ verdict, expected, found }) {
  if (verdict === "differs") return `The journal has ${expected}; this code asks for ${found}.`;
  return verdict === "missing" && found !== undefined ? `This code goes on with ${found}.` : null;
}
