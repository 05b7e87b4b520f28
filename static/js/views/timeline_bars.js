// What of a run is drawn on its timeline: bars for each step, pauses, and when anything ran. Pure.

import { FINISHED, SETTLED } from "../state/store.js";
import { LEAST_IDLE_MS, merged } from "./timeline_scale.js";

const WORDS = {
  attempt: { running: "runs", completed: "done", failed: "failed", lost: "cut off, its isolate was lost" },
};

/**
 * The bars of a step, in order: `{ kind, state, from, to, number, error, open }`. `kind`: "attempt", "backoff" (from one attempt
 * to the next), "sleep" or "wait"; `open`: it goes on, and `to` is `now`, or when it ends at the latest where that is known.
 */
export function barsOf(step, now) {
  if (step.kind === "sleep" || step.kind === "wait") {
    const open = !SETTLED.has(step.state);
    return [{ kind: step.kind, state: step.state, from: step.started, to: step.ended ?? now, number: null, error: step.error, open }];
  }
  const bars = [];
  step.attempts.forEach((attempt, at) => {
    const before = step.attempts[at - 1];
    if (before?.ended && attempt.started > before.ended) bars.push({ kind: "backoff", state: "backoff", from: before.ended, to: attempt.started, number: attempt.number, error: null, open: false });
    const open = attempt.ended === null && !SETTLED.has(step.state);
    bars.push({ kind: "attempt", state: attempt.state, from: attempt.started, to: attempt.ended ?? step.ended ?? now, number: attempt.number, error: attempt.error, open });
  });
  const last = step.attempts.at(-1);
  if (step.state === "retrying" && last?.ended) bars.push({ kind: "backoff", state: "retrying", from: last.ended, to: now, number: last.number + 1, error: null, open: true });
  if (bars.length === 0) bars.push({ kind: "attempt", state: step.state, from: step.started, to: step.ended ?? now, number: null, error: step.error, open: !SETTLED.has(step.state) });
  return bars;
}

/**
 * When something ran: `(run, now) => [[from, to], …]`, of attempts, and of the moments at which sleeps and waits begin and end, as
 * few stretches in order; what is too short to be folded counts as such, too. What the first steps came to, which are over, is kept: a long run costs what has changed of it.
 */
export function createBusy() {
  let steps = [];
  let over = 0; // how many of them, from the first, are over and were looked at
  let past = []; // when those ran
  return (run, now) => {
    const same = () => {
      for (let at = 0; at < over; at += 1) if (steps[at] !== run.steps[at]) return false;
      return true;
    };
    if (run.steps !== steps && !same()) [over, past] = [0, []];
    steps = run.steps;
    const ended = [];
    for (; over < steps.length && SETTLED.has(steps[over].state) && steps[over].ended !== null; over += 1) intervalsOf(steps[over], now, ended);
    if (ended.length > 0) past = merged([...past, ...ended], LEAST_IDLE_MS);
    const rest = steps.slice(over).reduce((list, step) => intervalsOf(step, now, list), []);
    return merged([...past, ...rest, ...(run.ended === null ? [] : [[run.ended, run.ended]])], LEAST_IDLE_MS);
  };
}

function intervalsOf(step, now, list) {
  const point = (time) => time !== null && list.push([time, time]);
  point(step.started);
  point(step.ended);
  if (step.kind === "sleep" || step.kind === "wait") return list;
  for (const attempt of step.attempts) list.push([attempt.started, attempt.ended ?? step.ended ?? now]);
  return list;
}

/** From when to when the line goes (epoch ms). */
export const spanOf = (run, now) => [run.created, FINISHED.has(run.status) ? Math.max(run.ended, run.created + 1) : Math.max(now, run.created + 1)];

/** The pauses of a run, `{ from, to }`. */
export const pausesOf = (run, now) => run.happenings.filter(({ kind }) => kind === "paused").map(({ time, until }) => ({ from: time, to: until ?? now }));

/** What a run does in an idle stretch, in a word: "paused", "asleep", "waiting", "to a retry" or "idle". */
export function idleWord(run, from, to) {
  const middle = (from + to) / 2;
  const over = (start, end) => start <= middle && (end ?? Infinity) >= middle;
  if (run.happenings.some(({ kind, time, until }) => kind === "paused" && over(time, until))) return "paused";
  const going = run.steps.filter((step) => over(step.started, step.ended));
  if (going.some(({ kind }) => kind === "wait")) return "waiting";
  if (going.some(({ kind }) => kind === "sleep")) return "asleep";
  return going.some(({ kind }) => kind === "do") ? "to a retry" : "idle";
}

/** What a bar is, in a few words. */
export function barText(bar) {
  if (bar.kind === "backoff") return bar.open ? `before attempt ${bar.number}` : `backoff before attempt ${bar.number}`;
  if (bar.kind === "sleep") return bar.open ? "asleep" : bar.state === "stopped" ? "sleep, stopped" : "slept";
  if (bar.kind === "wait") return { waiting: "waits for an event", completed: "waited, the event came", timed_out: "waited, no event came" }[bar.state] ?? "waited";
  const words = WORDS.attempt[bar.state] ?? bar.state;
  return bar.number === null ? words : `attempt ${bar.number}, ${words}`;
}
