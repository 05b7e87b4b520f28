// How a run is debugged: the part of the fold (store.js) that is about that. Pure.
// The twin of playground/engine/debug_view.py, which says what the fields mean.

const FIELDS = ["pace", "breakpoints", "everyStep", "faults", "pins"];
const FIRST = { pace: 1, since: 0, breakpoints: [], everyStep: false, faults: [], pins: {} };

/** The fields of a run that nobody debugs. */
export const NOTHING_SET = Object.freeze({ debug: null, held: Object.freeze([]), skippedMs: 0 });

/** What `entry` says of how `run` is debugged. */
export function applyToRun(run, entry) {
  HANDLERS[entry.type]?.(run, entry);
}

/** What an entry about a step says of that, and how far it moves virtual time. `step` is as it was before it. */
export function applyToStep(run, step, entry) {
  if (entry.type === "sleep_started" || entry.type === "attempt_failed") {
    if (run.skippedMs > 0) step.skew = run.skippedMs;
  } else if (entry.type === "sleep_skipped") {
    skipped(run, step, step.until, entry);
  } else if (entry.type === "retry_skipped") {
    skipped(run, step, step.attempts.at(-1)?.retryAt ?? null, entry);
  } else if (entry.type === "attempt_started" && entry.faultAt !== undefined && run.debug !== null) {
    const faults = run.debug.faults.map((fault, at) => (at === entry.faultAt ? { ...fault, left: fault.left - 1 } : fault));
    run.debug = { ...run.debug, faults };
  }
}

/** Entries after which `repace` is due, in a run that is debugged. */
export const PACED = new Set(["sleep_started", "attempt_failed", "sleep_skipped", "retry_skipped", "debug_set", "workflow_resumed"]);

/** Say of each step that sleeps, or waits for its next attempt, when that is over at the run's pace: `due`, where that is before its time. */
export function repace(run) {
  run.steps.forEach((step, place) => {
    const due = dueOf(run.debug, step);
    if (due === step.due) return;
    run.steps[place] = { ...step, attempts: [...step.attempts], due };
    run.touched.add(place);
  });
}

function dueOf({ pace, since }, step) {
  const last = step.attempts.at(-1);
  const [from, until] = step.state === "sleeping" ? [step.started, step.until] : step.state === "retrying" ? [last?.ended, last?.retryAt] : [];
  if (pace === 1 || (until ?? null) === null) return undefined;
  const began = Math.max(from, since);
  if (began >= until) return undefined;
  return pace === "skip" ? began : began + Math.ceil((until - began) / pace);
}

function skipped(run, step, until, entry) {
  if (until !== null) run.skippedMs = Math.max(run.skippedMs, until - entry.time + (step.skew ?? 0));
}

/** `since` is when its pace began to count: when it was set, or the run was resumed. */
function set(run, setting, time) {
  const given = FIELDS.filter((field) => setting[field] !== undefined).map((field) => [field, setting[field]]);
  const debug = { ...(run.debug ?? FIRST), ...Object.fromEntries(given) };
  if (setting.faults !== undefined) {
    debug.faults = setting.faults.map((fault) => ({ times: 1, ...fault, left: fault.times ?? 1 }));
  }
  if (setting.pace !== undefined) debug.since = time;
  run.debug = debug;
}

const letGo = (run) => {
  run.held = [];
};

const same = (one, other) => one.kind === other.kind && one.name === other.name && one.count === other.count;

const HANDLERS = {
  workflow_queued(run, entry) {
    if (entry.debug !== undefined) set(run, entry.debug, entry.time);
  },
  workflow_restarted(run, entry) {
    letGo(run);
    if (entry.from !== undefined) return;
    Object.assign(run, { debug: null, skippedMs: 0 });
    HANDLERS.workflow_queued(run, entry);
  },
  workflow_completed: letGo,
  workflow_errored: letGo,
  workflow_terminated: letGo,
  rollback_started: letGo,
  workflow_resumed(run, { time }) {
    if (run.debug !== null) run.debug = { ...run.debug, since: time };
  },
  debug_set: (run, entry) => set(run, entry, entry.time),
  breakpoint_reached(run, { step, time }) {
    run.held = [...run.held, { key: `${step.kind}:${step.count}:${step.name}`, ...step, since: time }];
  },
  debug_continued(run, entry) {
    run.held = run.held.filter((step) => !entry.steps.some((gone) => same(gone, step)));
    set(run, { everyStep: entry.mode === "step" }, entry.time);
  },
};
