// What a committed entry says, in words. Pure.

import { duration, errorText, moment, oneLine } from "../base/format.js";
import { stepKey } from "../state/store.js";

/**
 * `entry` of a run's journal as parts of a sentence: texts, and `{ name }` for what is set off (a step, an event's type).
 * `run` is the run as it was with this entry, or undefined. A type that nobody has words for is said by its name.
 */
export function wordsOf(entry, run) {
  const words = WORDS[entry.type];
  if (words !== undefined) return words(entry, run).filter((part) => part !== null && part !== "");
  const type = String(entry.type).replaceAll("_", " ");
  return entry.step?.name === undefined ? [type] : [step(entry), `: ${type}`];
}

/** The same as one text. */
export const textOf = (parts) => parts.map((part) => (typeof part === "string" ? part : part.name)).join("");

const step = ({ step: { name } }) => ({ name });
const withError = (error) => (error ? `: ${errorText({ ...error, message: cut(error.message ?? "") })}` : "");
const cut = (text, limit = 90) => (text.length > limit ? `${text.slice(0, limit)}…` : text);
const value = (given) => (given === undefined ? "" : ` → ${oneLine(given, 70)}`);
const by = (entry) => (entry.by === "pace" ? "as its clock goes fast" : "by hand");

/** "attempt 2 of 5", where the step's configuration says how many there may be. */
function attempt(entry, run) {
  const limit = run?.steps.find(({ key }) => key === stepKey(entry.step))?.config?.retries?.limit;
  const of = typeof limit === "number" && limit > 0 && limit < 1000 ? ` of ${limit + 1}` : "";
  return `attempt ${entry.attempt}${of}`;
}

const WORDS = {
  workflow_queued: (entry) => ["The run is in the queue", entry.lineage ? `, made from another run (${entry.lineage.why})` : "", entry.params === undefined ? "" : ` with ${oneLine(entry.params, 70)}`],
  workflow_started: () => ["The run starts"],
  workflow_waiting: () => ["Nothing to do now: the run waits, and holds nothing in memory"],
  workflow_running: () => ["The run goes on"],
  workflow_completed: (entry) => ["The run is complete", value(entry.output)],
  workflow_errored: (entry) => ["The run has failed", withError(entry.error)],
  workflow_terminated: () => ["The run was terminated"],
  workflow_pausing: () => ["A pause was asked for; what is in flight ends first"],
  workflow_paused: () => ["The run is paused"],
  workflow_resumed: (entry) => ["The run was resumed", entry.pausedMs > 0 ? ` after ${duration(entry.pausedMs)}` : ""],
  workflow_restarted: (entry) => (entry.from ? ["The run begins anew from ", { name: entry.from.name }] : ["The run begins anew from the top"]),
  step_started: (entry) => [step(entry), " was reached"],
  attempt_started: (entry, run) => [step(entry), ` runs, ${attempt(entry, run)}`, entry.fault ? `; a fault was put in: ${entry.fault}` : ""],
  attempt_completed: (entry, run) => [step(entry), ` returned, ${attempt(entry, run)}`],
  attempt_failed: (entry, run) =>
    entry.interrupted
      ? [step(entry), ` was cut off, ${attempt(entry, run)}: its isolate was lost`]
      : [step(entry), ` failed, ${attempt(entry, run)}`, withError(entry.error), entry.retryAt ? `; again in ${duration(entry.retryAt - entry.time)}` : ""],
  step_completed: (entry) => [step(entry), entry.pinned ? " has its pinned result" : " is done", value(entry.output)],
  step_failed: (entry) => [step(entry), " failed for good", withError(entry.error)],
  sleep_started: (entry) => [step(entry), ` sleeps until ${moment(entry.until)}`],
  sleep_completed: (entry) => [step(entry), " is over: the run wakes"],
  sleep_skipped: (entry) => [step(entry), ` was skipped ${by(entry)}`],
  retry_skipped: (entry) => [step(entry), `: the delay before its next attempt was skipped ${by(entry)}`],
  wait_started: (entry) => [step(entry), " waits for an event of type ", { name: entry.eventType ?? "" }],
  wait_completed: (entry) => [step(entry), " has its event", value(entry.payload)],
  wait_timed_out: (entry) => [step(entry), " timed out: no event came"],
  event_received: (entry) => ["An event arrives: ", { name: entry.eventType ?? "" }, entry.payload === undefined ? "" : ` ${oneLine(entry.payload, 70)}`],
  rollback_started: (entry) => ["The rollback begins", withError(entry.error)],
  rollback_completed: () => ["The rollback is done"],
  rollback_failed: (entry) => ["The rollback failed", withError(entry.error)],
  rollback_step_started: (entry) => ["Undoing ", step(entry)],
  rollback_step_completed: (entry) => [step(entry), " is undone"],
  rollback_step_failed: (entry) => [step(entry), " could not be undone", withError(entry.error)],
  nondeterminism_detected: (entry) => [`The replay went another way: expected ${entry.expected}, found ${entry.found}`],
  version_changed: () => ["The run goes on with other code"],
  debug_set: () => ["How the run is debugged was changed"],
  breakpoint_reached: (entry) => ["Held at the breakpoint before ", step(entry)],
  debug_continued: (entry) => [entry.mode === "step" ? "One step further" : "Let go on from the breakpoint"],
  log: (entry) => [entry.step ? step(entry) : "run", ` says: ${cut(String(entry.message ?? "").split("\n")[0])}`],
};
