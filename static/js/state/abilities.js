// What can be done with a run now, and why the rest cannot. Pure; the server has the last word.

import { FINISHED } from "./store.js";

/** Kinds of steps as a restart names them; of others (a rollback's) none begins anew. */
const RESTARTABLE = { do: "do", sleep: "sleep", wait: "waitForEvent" };

const ENDED = {
  complete: "The run is complete.",
  errored: "The run has failed.",
  terminated: "The run was terminated.",
};

export const isHeld = (run) => run.status === "paused" || run.status === "waitingForPause";

/** Per action null, or why it cannot be done now: `{ pause, resume, restart, terminate, crash, delete, skip }`. */
export function refusals(run) {
  const ended = FINISHED.has(run.status) ? ENDED[run.status] : null;
  const held = isHeld(run);
  return {
    pause: ended ?? (held ? "The run is paused already." : null),
    resume: held ? null : (ended ?? "The run is not paused."),
    restart: null,
    terminate: ended,
    crash: ended === null ? null : `${ended} Nothing of it is in memory.`,
    delete: null,
    skip: ended ?? (held ? "The run is paused: resume it first." : null),
  };
}

/** The delay that can be skipped: a step that is asleep, or between two attempts. */
export const canSkip = (step) => step.state === "sleeping" || step.state === "retrying";

/** Where the run can begin anew from this step: `{ name, count, type }` for the server, else null. */
export function restartPoint(step) {
  const over = ["completed", "failed", "timed_out", "stopped"].includes(step.state);
  const type = RESTARTABLE[step.kind];
  return over && type !== undefined ? { name: step.name, count: step.count, type } : null;
}
