// What befell a run, as quiet lines among those that its code wrote; and which lines a restart has put aside. Pure.

import { stepKey } from "../state/store.js";

const STARTS = new Set(["step_started", "sleep_started", "wait_started"]);
const ENDS = { workflow_completed: "Complete", workflow_errored: "Failed", workflow_terminated: "Terminated" };

const TEXTS = {
  workflow_started: () => "Started",
  workflow_paused: () => "Paused",
  workflow_resumed: () => "Resumed",
  workflow_restarted: ({ from }) => (from === undefined ? "Restarted from the top" : `Restarted from “${from.name}”`),
  attempt_failed: ({ interrupted, step, attempt }) => (interrupted ? `The isolate was lost in attempt ${attempt} of “${step.name}”` : null),
  sleep_skipped: ({ step, by }) => (by === undefined ? `Skipped the rest of the sleep “${step.name}”` : null),
  retry_skipped: ({ step, by }) => (by === undefined ? `Skipped the delay before the next attempt of “${step.name}”` : null),
  wait_timed_out: ({ step }) => `“${step.name}” timed out: no event came`,
  event_received: ({ eventType }) => `An event of type “${eventType}” was received`,
  rollback_started: () => "Rolling back: finished steps are undone, the latest first",
  version_changed: () => "Goes on with other code",
};

/** What `entry` says between the lines, or null. */
export const markText = (entry) => TEXTS[entry.type]?.(entry) ?? ENDS[entry.type] ?? null;

/**
 * Reads a journal on: `read(journal, seq)` takes the entries up to `seq` that are new and answers whether all begins anew.
 * `marks`: `{ seq, time, text }` in order; `aside(line)`: the seq of the restart that has put the line aside, or null.
 */
export function createMarks() {
  let marks = [];
  let read = 0;
  let last = -1;
  let starts = new Map(); // step key: the seq of its start
  let cuts = []; // of restarts from a step: { from, to, starts }

  function take(entry) {
    if (STARTS.has(entry.type)) starts.set(stepKey(entry.step), entry.seq);
    if (entry.type === "workflow_restarted") return restart(entry);
    const text = markText(entry);
    if (text !== null) marks.push({ seq: entry.seq, time: entry.time, text });
    return false;
  }

  function restart(entry) {
    if (entry.from === undefined) {
      marks = [];
      starts = new Map();
      cuts = [];
    } else {
      const from = starts.get(stepKey(entry.from));
      if (from !== undefined) {
        cuts.push({ from, to: entry.seq, starts: new Map(starts) });
        for (const [key, seq] of starts) if (seq >= from) starts.delete(key);
      }
    }
    marks.push({ seq: entry.seq, time: entry.time, text: markText(entry) });
    return true;
  }

  return {
    marks: () => marks,
    read(journal, seq) {
      let anew = false;
      if (seq < last || read > journal.length) {
        [marks, starts, cuts, read] = [[], new Map(), [], 0];
        anew = true;
      }
      for (; read < journal.length && journal[read].seq <= seq; read += 1) anew = take(journal[read]) || anew;
      last = seq;
      return anew;
    },
    aside(line) {
      for (const cut of cuts) {
        if (line.seq <= cut.from || line.seq >= cut.to) continue;
        if (line.step === null || (cut.starts.get(line.step) ?? cut.from) >= cut.from) return cut.to;
      }
      return null;
    },
  };
}
