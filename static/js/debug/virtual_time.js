// A run's virtual time: real time, and what was skipped of its waits. Pure.

import { FINISHED } from "../state/store.js";

export const PACES = [
  { pace: 1, label: "Real", about: "Time goes by as it is" },
  { pace: 60, label: "1 s = 1 min", about: "Sleeps and delays are 60 times shorter" },
  { pace: 3600, label: "1 s = 1 h", about: "A day's sleep takes 24 seconds" },
  { pace: 86400, label: "1 s = 1 day", about: "A month's sleep takes half a minute" },
  { pace: "skip", label: "Skip", about: "As fast as it goes: nothing is waited for but you" },
];

export const paceLabel = (pace) => PACES.find((each) => each.pace === pace)?.label ?? `1 s = ${pace} s`;

/** The sleeps and delays that `run` waits for: `{ step, since, until }`, times in epoch ms. */
export function naps(run) {
  if (FINISHED.has(run.status)) return [];
  return run.steps.flatMap((step) => {
    if (step.state === "sleeping" && step.until !== null) return [{ step, since: step.started, until: step.until }];
    const last = step.attempts.at(-1);
    if (step.state !== "retrying" || (last?.retryAt ?? null) === null) return [];
    return [{ step, since: last.ended ?? last.started, until: last.retryAt }];
  });
}

/** How far the virtual time of `run` is ahead at the real time `now`, in ms: what was skipped, and what is being. */
export function aheadOf(run, now) {
  let ahead = run.skippedMs;
  if (run.status === "paused") return ahead;
  for (const nap of naps(run)) {
    const { due, skew = 0 } = nap.step;
    if (due === undefined) continue;
    const began = Math.max(nap.since, run.debug.since);
    const share = due > began ? Math.min(1, Math.max(0, (now - began) / (due - began))) : 1;
    ahead = Math.max(ahead, began + share * (nap.until - began) - Math.min(now, due) + skew);
  }
  return ahead;
}
