// The page's whole knowledge of runs: a fold of committed log entries, and nothing else.
// The twin of playground/engine/view.py; tests/fold_cases.json holds both to the same answers.

import { NOTHING_SET, PACED, applyToRun, applyToStep, repace } from "./debugged.js";

/** What a session is before anything ran: runs by id, and their ids in the order in which they were queued. */
export const EMPTY = Object.freeze({ runs: Object.freeze({}), order: Object.freeze([]) });

export const FINISHED = new Set(["complete", "errored", "terminated"]);

/** A step is over in these states; in all others it may still change. */
export const SETTLED = new Set(["completed", "failed", "timed_out", "stopped"]);

/** What stands among the entries where a run was deleted: `{ type: DELETED, instance }`. It is in no log. */
export const DELETED = "instance_deleted";

/** Entries about a step that say something of how the run is debugged, or of its virtual time. */
const MOVES = new Set(["sleep_started", "sleep_skipped", "retry_skipped", "attempt_started", "attempt_failed"]);

export const stepKey = (step) => `${step.kind}:${step.count}:${step.name}`;

/**
 * Fold `entries` (in the order of their commit, of any runs) into `session`. Pure: what changed is new, what did
 * not is the same object, so that views compare by identity. An entry that is there already is left out. A run that
 * was deleted is left out from there on.
 */
export function reduce(session, entries) {
  const fresh = new Map();
  let order = session.order;
  const gone = new Set();
  for (const entry of entries) {
    if (entry.type === DELETED) {
      fresh.delete(entry.instance);
      gone.add(entry.instance);
      order = order.filter((id) => id !== entry.instance);
      continue;
    }
    let run = fresh.get(entry.instance);
    if (run === undefined) {
      const known = gone.has(entry.instance) ? undefined : session.runs[entry.instance];
      if (known === undefined) order = [...order, entry.instance];
      run = known === undefined ? newRun(entry) : thaw(known);
      fresh.set(entry.instance, run);
    }
    if (entry.seq <= run.seq) continue;
    run.seq = entry.seq;
    applyToRun(run, entry);
    if (entry.step !== undefined && MOVES.has(entry.type)) applyToStep(run, stepOf(run, entry), entry);
    (HANDLERS[entry.type] ?? nothing)(run, entry);
    if (run.debug !== null && PACED.has(entry.type)) repace(run);
  }
  if (fresh.size === 0 && order === session.order) return session;
  const runs = { ...session.runs };
  for (const id of gone) delete runs[id];
  for (const [id, run] of fresh) runs[id] = freeze(run);
  return { runs, order };
}

/** One run's view of `entries`, which are all of that run. */
export function foldRun(entries) {
  return reduce(EMPTY, entries).runs[entries[0].instance];
}

/** The wait that somebody should answer now, or undefined. */
export const pendingWaits = (run) =>
  FINISHED.has(run.status) ? [] : run.steps.filter((step) => step.kind === "wait" && step.state === "waiting");

function newRun(entry) {
  return {
    id: entry.instance,
    seq: -1,
    workflow: null,
    status: "queued",
    created: entry.time,
    started: null,
    ended: null,
    params: undefined,
    output: undefined,
    error: null,
    rollback: null,
    steps: [],
    logs: [],
    events: [],
    happenings: [],
    version: null,
    lineage: null,
    ...NOTHING_SET,
    places: new Map(),
    touched: new Set(),
  };
}

/** A copy that this batch may write to. `touched` holds the places of steps that were copied already. */
function thaw(run) {
  return {
    ...run,
    steps: [...run.steps],
    logs: [...run.logs],
    events: [...run.events],
    happenings: [...run.happenings],
    places: new Map(run.steps.map((step, place) => [step.key, place])),
    touched: new Set(),
  };
}

function freeze({ places, touched, ...run }) {
  return run;
}

/** The step that `entry` is about, as a copy to write to; made where its start was not seen. */
function stepOf(run, entry) {
  const key = stepKey(entry.step);
  let place = run.places.get(key);
  if (place === undefined) {
    place = run.steps.length;
    run.places.set(key, place);
    run.steps.push(newStep(key, entry));
    run.touched.add(place);
  } else if (!run.touched.has(place)) {
    run.steps[place] = { ...run.steps[place], attempts: [...run.steps[place].attempts] };
    run.touched.add(place);
  }
  return run.steps[place];
}

const firstState = ({ kind }) => ({ do: "running", sleep: "sleeping", wait: "waiting" })[kind] ?? "running";

function newStep(key, { step, time }) {
  return {
    key,
    kind: step.kind,
    name: step.name,
    count: step.count,
    state: firstState(step),
    started: time,
    ended: null,
    attempts: [],
    config: null,
    output: undefined,
    error: null,
    size: null,
    until: null,
    eventType: null,
    payload: undefined,
  };
}

function attemptOf(step, entry) {
  const place = step.attempts.findIndex((attempt) => attempt.number === entry.attempt);
  if (place < 0) {
    const attempt = newAttempt(entry);
    step.attempts.push(attempt);
    return attempt;
  }
  step.attempts[place] = { ...step.attempts[place] };
  return step.attempts[place];
}

const newAttempt = (entry) => ({
  number: entry.attempt,
  state: "running",
  started: entry.time,
  ended: null,
  error: null,
  retryAt: null,
});

function settle(run, entry, state) {
  const step = stepOf(run, entry);
  step.state = state;
  step.ended = entry.time;
  return step;
}

/** What befell the run, and after which step (the last that had begun; null: before the first). */
function happen(run, entry, kind, more = {}) {
  run.happenings.push({ kind, seq: entry.seq, time: entry.time, after: run.steps.at(-1)?.key ?? null, ...more });
}

function unpause(run, entry) {
  const open = (each) => each.kind === "paused" && each.until === null;
  run.happenings = run.happenings.map((each) => (open(each) ? { ...each, until: entry.time } : each));
}

/** Deadlines that had not passed when a pause began at `since` are `length` ms later. */
function postpone(run, since, length) {
  const later = (deadline) => (deadline !== null && deadline > since ? deadline + length : deadline);
  run.steps.forEach((step, place) => {
    if (SETTLED.has(step.state)) return;
    const attempts = step.attempts.map((attempt) => ({ ...attempt, retryAt: later(attempt.retryAt) }));
    run.steps[place] = { ...step, attempts, until: step.fixed ? step.until : later(step.until) };
    run.touched.add(place);
  });
}

/** Nothing is left; or, from a step, what started before it, where that was stopped as it was before. */
function restart(run, entry) {
  run.status = "queued";
  run.ended = null;
  run.error = null;
  run.rollback = null;
  run.output = undefined;
  unpause(run, entry);
  const from = entry.from === undefined ? undefined : run.places.get(stepKey(entry.from));
  if (entry.from === undefined) {
    Object.assign(run, { workflow: entry.workflow ?? null, params: entry.params, created: entry.created, started: null });
    Object.assign(run, { steps: [], logs: [], events: [], happenings: [] });
    run.lineage = entry.lineage ?? null;
  } else if (from !== undefined) {
    run.steps.length = from;
  }
  run.steps.forEach((step, place) => {
    if (step.state !== "stopped") return;
    const retrying = (step.attempts.at(-1)?.retryAt ?? null) !== null;
    run.steps[place] = { ...step, state: retrying ? "retrying" : firstState(step), ended: null };
  });
  run.places = new Map(run.steps.map((step, place) => [step.key, place]));
  run.touched = new Set();
  run.happenings = run.happenings.filter(({ after }) => after === null || run.places.has(after));
  happen(run, entry, "restarted", { step: entry.from === undefined ? null : stepKey(entry.from) });
}

function finish(run, entry, status) {
  run.status = status;
  run.ended = entry.time;
  unpause(run, entry);
  if (run.rollback?.state === "running") run.rollback = { ...run.rollback, state: "stopped" };
  stopSteps(run, entry);
}

/** What was under way is not waited for any more. */
function stopSteps(run, entry) {
  run.steps.forEach((step, place) => {
    if (SETTLED.has(step.state)) return;
    run.steps[place] = { ...step, state: "stopped", ended: entry.time };
    run.touched.add(place);
  });
}

function nothing() {}

const HANDLERS = {
  workflow_queued(run, entry) {
    run.workflow = entry.workflow ?? null;
    run.params = entry.params;
    run.lineage = entry.lineage ?? null;
    run.created = entry.time;
    run.status = "queued";
  },
  workflow_started(run, entry) {
    run.started ??= entry.time;
    run.status = "running";
  },
  workflow_running(run) {
    run.status = "running";
  },
  workflow_waiting(run) {
    run.status = "waiting";
  },
  workflow_pausing(run) {
    run.status = "waitingForPause";
  },
  workflow_paused(run, entry) {
    run.status = "paused";
    happen(run, entry, "paused", { until: null });
  },
  workflow_resumed(run, entry) {
    run.status = "running";
    unpause(run, entry);
    postpone(run, entry.time - entry.pausedMs, entry.pausedMs);
  },
  workflow_restarted(run, entry) {
    restart(run, entry);
  },
  workflow_completed(run, entry) {
    finish(run, entry, "complete");
    run.output = entry.output;
  },
  workflow_errored(run, entry) {
    finish(run, entry, "errored");
    run.error = entry.error;
  },
  workflow_terminated(run, entry) {
    finish(run, entry, "terminated");
  },
  rollback_started(run, entry) {
    run.status = "running";
    run.rollback = { state: "running", started: entry.time, cause: entry.error, error: null };
    unpause(run, entry);
    happen(run, entry, "rollback");
    stopSteps(run, entry);
  },
  rollback_completed(run) {
    run.rollback = { ...run.rollback, state: "completed" };
  },
  rollback_failed(run, entry) {
    run.rollback = { ...run.rollback, state: "failed", error: entry.error };
  },
  rollback_step_started(run, entry) {
    stepOf(run, entry).config = entry.config ?? null;
  },
  rollback_step_completed(run, entry) {
    settle(run, entry, "completed");
  },
  rollback_step_failed(run, entry) {
    settle(run, entry, "failed").error = entry.error;
  },
  step_started(run, entry) {
    stepOf(run, entry).config = entry.config ?? null;
  },
  attempt_started(run, entry) {
    const step = stepOf(run, entry);
    step.attempts = step.attempts.map((attempt) =>
      attempt.state === "running" ? { ...attempt, state: "lost", ended: entry.time } : attempt,
    );
    const attempt = attemptOf(step, entry);
    if (entry.fault !== undefined) attempt.fault = entry.fault;
    step.state = "running";
  },
  attempt_completed(run, entry) {
    const attempt = attemptOf(stepOf(run, entry), entry);
    attempt.state = "completed";
    attempt.ended = entry.time;
    if (entry.cpuMs !== undefined) attempt.cpuMs = entry.cpuMs;
  },
  attempt_failed(run, entry) {
    const step = stepOf(run, entry);
    const attempt = attemptOf(step, entry);
    attempt.state = entry.interrupted ? "lost" : "failed";
    attempt.ended = entry.time;
    attempt.error = entry.error;
    attempt.retryAt = entry.retryAt ?? null;
    if (entry.cpuMs !== undefined) attempt.cpuMs = entry.cpuMs;
    if (attempt.retryAt !== null) step.state = "retrying";
    if (entry.interrupted) happen(run, entry, "interrupted", { step: step.key, attempt: entry.attempt, again: attempt.retryAt !== null });
  },
  step_completed(run, entry) {
    const step = settle(run, entry, "completed");
    step.output = entry.output;
    step.size = entry.size ?? null;
    if (entry.stream !== undefined) step.stream = entry.stream;
    if (entry.pinned) step.pinned = true;
  },
  step_failed(run, entry) {
    settle(run, entry, "failed").error = entry.error;
  },
  sleep_started(run, entry) {
    const step = stepOf(run, entry);
    step.until = entry.until;
    if (entry.fixed) step.fixed = true;
  },
  sleep_completed(run, entry) {
    settle(run, entry, "completed");
  },
  sleep_skipped(run, entry) {
    Object.assign(stepOf(run, entry), { until: entry.time, skipped: entry.by ?? true });
  },
  retry_skipped(run, entry) {
    const step = stepOf(run, entry);
    const last = step.attempts.length - 1;
    if (last >= 0) step.attempts[last] = { ...step.attempts[last], retryAt: entry.time, skipped: entry.by ?? true };
  },
  wait_started(run, entry) {
    const step = stepOf(run, entry);
    step.eventType = entry.eventType;
    step.until = entry.until ?? null;
  },
  wait_completed(run, entry) {
    settle(run, entry, "completed").payload = entry.payload;
  },
  wait_timed_out(run, entry) {
    settle(run, entry, "timed_out").error = entry.error ?? null;
  },
  event_received(run, entry) {
    run.events.push({ seq: entry.seq, time: entry.time, type: entry.eventType, payload: entry.payload });
  },
  version_changed(run, entry) {
    run.version = entry.to;
    happen(run, entry, "version", { before: entry.from ?? null, to: entry.to });
  },
  nondeterminism_detected(run, entry) {
    const message = `The replay went another way: expected ${entry.expected}, found ${entry.found}.`;
    HANDLERS.log(run, { ...entry, level: "warn", message });
    happen(run, entry, "mismatch", { expected: entry.expected, found: entry.found });
  },
  log(run, entry) {
    run.logs.push({
      seq: entry.seq,
      time: entry.time,
      level: entry.level,
      kind: entry.kind ?? "log",
      message: entry.message,
      step: entry.step === undefined || entry.step === null ? null : stepKey(entry.step),
      attempt: entry.attempt ?? null,
    });
  },
};
