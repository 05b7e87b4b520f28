// Which runs of the session are meant, by status and by words. Pure.

import { FINISHED } from "../state/store.js";
import { lineageText } from "../edit/lineage.js";
import { shownStatus, statusLabel } from "./pill.js";
import { whyNow } from "../state/why.js";

/** What can be chosen, in this order; `is(status)` by the status as it is shown. */
export const KINDS = [
  { id: "all", title: "All", is: () => true },
  { id: "going", title: "Going on", is: (status) => !FINISHED.has(status) },
  { id: "asking", title: "Wait for you", is: (status) => status === "asking" },
  { id: "complete", title: "Complete", is: (status) => status === "complete" },
  { id: "failed", title: "Failed", is: (status) => status === "errored" || status === "terminated" },
];

/** `[{ run, order }]`, the newest first, of `runs` (in the order in which they began) that are of that kind and have all the words. */
export function chosenRuns(runs, { kind = "all", words = "" } = {}) {
  const { is } = KINDS.find(({ id }) => id === kind);
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const run = runs[at];
    if (!is(shownStatus(run))) continue;
    if (wanted.length > 0) {
      const text = textOf(run, at + 1, runs);
      if (!wanted.every((word) => text.includes(word))) continue;
    }
    found.push({ run, order: at + 1 });
  }
  return found;
}

/** How many runs there are of each kind. */
export const kindCounts = (runs) => Object.fromEntries(KINDS.map(({ id, is }) => [id, runs.filter((run) => is(shownStatus(run))).length]));

/** What a run is found by: its number, its id, its status, its input, its error, where it came from, what it waits for. */
function textOf(run, order, runs) {
  const input = run.params === undefined ? "" : JSON.stringify(run.params);
  return `run ${order} ${run.id} ${statusLabel(shownStatus(run))} ${input} ${run.error?.message ?? ""} ${lineageText(run, runs) ?? ""} ${whyNow(run).text}`.toLowerCase();
}

/** What there is to say of a run beside its status: what it waits for, what it failed with, or its input. */
export function runNote(run) {
  if (run.error !== null && run.error !== undefined) return run.error.message ?? "";
  const { text } = whyNow(run);
  if (text !== "") return text.replace(/[;,]? (?:starts|wakes|times out) in$/, "");
  return run.params === undefined ? "" : JSON.stringify(run.params);
}
