// Why is it not moving? One sentence, from what the log holds.

import { FINISHED } from "./store.js";
import { moment } from "../base/format.js";

/** `{ text, until }`: what the run is doing now; `until` (epoch ms) where there is a time to count down to. */
export function whyNow(run) {
  if (FINISHED.has(run.status)) return { text: "", until: null };
  if (run.status === "queued") return { text: "In the queue, about to start", until: null };
  if (run.status === "paused") return { text: "Paused: goes on when it is resumed, its deadlines later by the length of the pause", until: null };
  if (run.status === "waitingForPause") return { text: "About to pause: callbacks that are in flight end first", until: null };
  const open = run.steps.filter((step) => NOW[step.state] !== undefined);
  const waits = open.filter((step) => step.state === "waiting");
  if (waits.length > 0) return NOW.waiting(waits[0]);
  const busy = open.filter((step) => step.state === "running");
  if (busy.length > 1) return { text: `Running ${busy.length} steps in parallel`, until: null };
  if (busy.length === 1) return NOW.running(busy[0]);
  const next = open.filter((step) => until(step) !== null).sort((a, b) => until(a) - until(b))[0];
  if (next !== undefined) return NOW[next.state](next);
  return { text: "Running between steps", until: null };
}

/** The moment at which a step that is asleep or between attempts goes on. */
export function until(step) {
  if (step.state === "retrying") return step.attempts.at(-1)?.retryAt ?? null;
  return step.state === "sleeping" || step.state === "waiting" ? step.until : null;
}

const NOW = {
  running: (step) => ({
    text: `${step.kind === "rollback" ? "Undoing" : "Running"} “${step.name}”${step.attempts.length > 1 ? `, attempt ${step.attempts.length}` : ""}`,
    until: null,
  }),
  retrying: (step) => ({
    text: `“${step.name}” failed; attempt ${step.attempts.length + 1} starts in`,
    until: until(step),
  }),
  sleeping: (step) => ({ text: `Asleep until ${moment(step.until)}, nothing held in memory; wakes in`, until: step.until }),
  waiting: (step) => ({ text: `Waiting for an event of type “${step.eventType}”`, until: null }),
};
