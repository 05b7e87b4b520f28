// What is worth a mark on the strip of a run's story, and where it stands. Pure.

const MARKS = {
  workflow_restarted: [9, "restart"],
  workflow_errored: [9, "failed"],
  workflow_terminated: [9, "failed"],
  workflow_completed: [8, "completed"],
  version_changed: [8, "event"],
  rollback_started: [8, "failed"],
  nondeterminism_detected: [8, "failed"],
  step_failed: [7, "failed"],
  rollback_failed: [7, "failed"],
  wait_timed_out: [7, "failed"],
  workflow_paused: [6, "paused"],
  workflow_resumed: [5, "paused"],
  breakpoint_reached: [5, "paused"],
  event_received: [5, "event"],
  attempt_failed: [4, "retrying"],
  sleep_skipped: [4, "sleeping"],
  sleep_started: [3, "sleeping"],
  wait_started: [3, "waiting"],
  step_completed: [2, "completed"],
  sleep_completed: [2, "sleeping"],
  wait_completed: [2, "completed"],
  rollback_step_completed: [2, "completed"],
  step_started: [1, "begun"],
};

/** `{ weight, kind }` of an entry: 0 where it gets no mark. */
export function markOf(entry) {
  if (entry.type === "attempt_failed" && entry.interrupted) return { weight: 8, kind: "lost" };
  const [weight, kind] = MARKS[entry.type] ?? [0, null];
  return { weight, kind };
}

/**
 * Marks for a strip of `columns`: `[{ column, kind, weight }]`, at most one in each, of many the one that says most. Entries
 * stand side by side at the same distance, however much time went by between them.
 */
export function marksOf(journal, columns) {
  const best = new Map();
  const last = Math.max(1, journal.length - 1);
  journal.forEach((entry, at) => {
    const { weight, kind } = markOf(entry);
    if (weight === 0) return;
    const column = Math.round((at / last) * (columns - 1));
    if ((best.get(column)?.weight ?? 0) < weight) best.set(column, { column, kind, weight });
  });
  return [...best.values()].sort((a, b) => a.column - b.column);
}

/** The place of the next entry that is worth stopping at, from `at` in the direction of `way` (1 or -1); an end where there is none. */
export function milestone(journal, at, way) {
  for (let next = at + way; next > 0 && next < journal.length - 1; next += way) if (markOf(journal[next]).weight >= 2) return next;
  return way > 0 ? journal.length - 1 : 0;
}
