// What befell a run, as quiet lines among those that its code wrote; and which lines a restart has put aside. Pure.

import { duration, moment } from "../base/format.js";
import { paceLabel } from "../debug/virtual_time.js";
import { stepKey } from "../state/store.js";

const STARTS = new Set(["step_started", "sleep_started", "wait_started"]);
const ENDS = { workflow_completed: "Complete", workflow_errored: "Failed", workflow_terminated: "Terminated" };

const TEXTS = {
  workflow_started: () => "Started",
  workflow_paused: () => "Paused",
  workflow_resumed: () => "Resumed",
  workflow_restarted: ({ from }) => (from === undefined ? "Restarted from the top" : `Restarted from “${from.name}”`),
  attempt_failed: ({ interrupted, step, attempt }) => (interrupted ? `The isolate was lost in attempt ${attempt} of “${step.name}”` : null),
  sleep_skipped: ({ step, by, time }, nap) => skipText(by, time, nap, `the sleep “${step.name}”`),
  retry_skipped: ({ step, by, time }, nap) => skipText(by, time, nap, `the delay before the next attempt of “${step.name}”`),
  debug_set: ({ pace }) => paceText(pace),
  workflow_queued: ({ debug }) => paceText(debug?.pace),
  wait_timed_out: ({ step }) => `“${step.name}” timed out: no event came`,
  event_received: ({ eventType }) => `An event of type “${eventType}” was received`,
  rollback_started: () => "Rolling back: finished steps are undone, the latest first",
  version_changed: () => "Goes on with other code",
};

/** Whose doing it was, how much was skipped, and what time it is for the run since. `nap`: `{ until, skipped }`, or undefined. */
function skipText(by, time, nap, what) {
  const did = by === undefined ? "Skipped" : "The clock skipped";
  if (nap === undefined || nap.until <= time) return `${did} the rest of ${what}`;
  return `${did} ${duration(nap.until - time)} of ${what}: virtual time is ${moment(time + nap.skipped, time)}`;
}

const paceText = (pace) => (pace === undefined ? null : pace === 1 ? "The clock goes in real time" : `The clock is set: ${pace === "skip" ? "waits are skipped" : paceLabel(pace)}`);

/** What `entry` says between the lines, or null. `nap` of a wait that was skipped: until when it was, and all that was skipped so far. */
const markText = (entry, nap) => TEXTS[entry.type]?.(entry, nap) ?? ENDS[entry.type] ?? null;

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
  let naps = new Map(); // step key: { until, skew } of what it waits for, or waited for last
  let skipped = 0; // how far virtual time is ahead (ms), as state/debugged.js has it

  function take(entry) {
    if (STARTS.has(entry.type)) starts.set(stepKey(entry.step), entry.seq);
    if (entry.type === "workflow_restarted") return restart(entry);
    const text = markText(entry, napOf(entry));
    if (text !== null) marks.push({ seq: entry.seq, time: entry.time, text });
    return false;
  }

  /** Keeps until when a step waits, and answers that of a wait that `entry` skips. */
  function napOf({ type, step, until, retryAt = null, time }) {
    if (type === "sleep_started") naps.set(stepKey(step), { until, skew: skipped });
    else if (type === "attempt_failed" && retryAt !== null) naps.set(stepKey(step), { until: retryAt, skew: skipped });
    if (type !== "sleep_skipped" && type !== "retry_skipped") return undefined;
    const nap = naps.get(stepKey(step));
    if (nap === undefined) return undefined;
    skipped = Math.max(skipped, nap.until - time + nap.skew);
    return { until: nap.until, skipped };
  }

  function restart(entry) {
    if (entry.from === undefined) {
      marks = [];
      starts = new Map();
      naps = new Map();
      skipped = 0;
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
        [marks, starts, cuts, naps, skipped, read] = [[], new Map(), [], new Map(), 0, 0];
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
