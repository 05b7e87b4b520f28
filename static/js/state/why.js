// Why is it not moving? In words, from what the log holds: one sentence, and the whole story with what to do next. Pure.

import { FINISHED } from "./store.js";
import { exact, moment } from "../base/format.js";

const LONGEST_REASON = 140;

/** `{ text, until }`: what the run is doing now; `until` (epoch ms) where there is a time to count down to. */
export function whyNow(run) {
  if (FINISHED.has(run.status)) return { text: "", until: null };
  if (run.status === "queued") return { text: "In the queue, about to start", until: null };
  if (run.status === "paused") return { text: "Paused: goes on when it is resumed, its deadlines later by the length of the pause", until: null };
  if (run.status === "waitingForPause") return { text: "About to pause: callbacks that are in flight end first", until: null };
  const held = run.held ?? [];
  if (held.length > 0) return { text: `Stopped at a breakpoint before ${names(held)}`, until: null };
  const open = openSteps(run);
  const waits = open.filter((step) => step.state === "waiting");
  if (waits.length > 0) return NOW.waiting(waits[0]);
  const busy = open.filter((step) => step.state === "running");
  if (busy.length > 1) return { text: `Running ${busy.length} steps in parallel`, until: null };
  if (busy.length === 1) return NOW.running(busy[0]);
  const next = nextToEnd(open);
  if (next !== undefined) return NOW[next.state](next);
  return { text: "Running between steps", until: null };
}

/** The moment at which a step that is asleep or between attempts goes on: earlier where its run's clock goes faster. */
export function until(step) {
  if (step.due !== undefined && (step.state === "retrying" || step.state === "sleeping")) return step.due;
  if (step.state === "retrying") return step.attempts.at(-1)?.retryAt ?? null;
  return step.state === "sleeping" || step.state === "waiting" ? step.until : null;
}

/**
 * The whole story: `{ lines, next }`. A line is `{ text, until, tail }`, `until` a moment to count down to behind the text, `tail` what
 * follows that. `next` are things to do: `{ do, label, step }` with `do` "resume", "skip", "answer", "continue", "next" or "pause".
 * `kept` is what the server says of where the run is: `{ residence, waiting, isolates }`, null while that is not known.
 */
export function whyStory(run, kept = null) {
  const lines = [];
  const next = [];
  const say = (text, until = null, tail = "") => lines.push({ text, until, tail });
  if (run.status === "paused") {
    const since = run.happenings.findLast(({ kind, until: end }) => kind === "paused" && end === null)?.time ?? null;
    say(`Somebody paused the run${since === null ? "" : ` at ${moment(since)}`}. Nothing begins until it is resumed; what it waits for waits longer by the length of the pause.`);
    next.push({ do: "resume", label: "Resume", step: null });
  }
  if (run.status === "waitingForPause") {
    say("A pause was asked for. Callbacks that are in flight end first, so that nothing is cut off.");
    next.push({ do: "resume", label: "Call the pause off", step: null });
  }
  for (const { name } of run.held ?? []) say(`It is stopped at a breakpoint before “${name}”. That is an ordinary durable wait: it survives everything.`);
  if ((run.held ?? []).length > 0) next.push({ do: "next", label: "Run next step", step: null }, { do: "continue", label: "Continue", step: null });
  const open = openSteps(run);
  for (const step of open) TOLD[step.state](step, say);
  if (run.status !== "paused" && run.status !== "waitingForPause") next.push(...stepsToDo(open));
  if (run.status === "queued") say("It is created and written down, and has not begun yet.");
  else if (lines.length === 0) say("Code between two steps is running, or waits for something that is no step, or a step is just being committed.");
  if (kept?.isolates === "starting") say("A process that runs code was lost at the server, and another one is being started. What ran in it goes on by itself then; nothing that is committed is lost.");
  else if (kept !== null) KEPT[kept.residence]?.(kept, run, say);
  return { lines, next };
}

const openSteps = (run) => run.steps.filter((step) => NOW[step.state] !== undefined);
const nextToEnd = (open) => open.filter((step) => until(step) !== null).sort((a, b) => until(a) - until(b))[0];
const names = (steps) => (steps.length === 1 ? `“${steps[0].name}”` : `${steps.length} steps`);

/** `2 of 4`: of the attempts that it has at most; `2` where that is not known. */
function attempt(step, number) {
  const limit = step.config?.retries?.limit;
  return typeof limit === "number" ? `${number} of ${limit + 1}` : String(number);
}

function reason(step) {
  const message = step.attempts.at(-1)?.error?.message ?? "";
  const line = message.split("\n")[0];
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
}

const NOW = {
  running: (step) => ({
    text: `${step.kind === "rollback" ? "Undoing" : "Running"} “${step.name}”${step.attempts.length > 1 ? `, attempt ${attempt(step, step.attempts.length)}` : ""}`,
    until: null,
  }),
  retrying: (step) => ({
    text: `“${step.name}” failed${reason(step) === "" ? "" : ` (${reason(step)})`}; attempt ${attempt(step, step.attempts.length + 1)} starts in`,
    until: until(step),
  }),
  sleeping: (step) => ({ text: step.due === undefined ? `Asleep until ${moment(step.until)}, nothing held in memory; wakes in` : "Asleep by a faster clock, nothing held in memory; wakes in", until: until(step) }),
  waiting: (step) => ({ text: `Waiting for an event of type “${step.eventType}”${step.until === null ? "" : "; times out in"}`, until: step.until }),
};

const TOLD = {
  running(step, say) {
    const verb = step.kind === "rollback" ? "is being undone" : "is running";
    const limit = typeof step.config?.timeout === "number" ? ` An attempt may take ${exact(step.config.timeout)}.` : "";
    say(`“${step.name}” ${verb} since ${moment(step.attempts.at(-1)?.started ?? step.started)}, attempt ${attempt(step, Math.max(1, step.attempts.length))}.${limit}`);
  },
  retrying(step, say) {
    const why = reason(step) === "" ? "" : ` because of “${reason(step)}”`;
    say(`Attempt ${attempt(step, step.attempts.length)} of “${step.name}” failed${why}. Attempt ${step.attempts.length + 1} begins at ${moment(until(step))}, in`, until(step), ".");
  },
  sleeping(step, say) {
    say(`“${step.name}” sleeps until ${moment(step.until)}. That moment was written down once, and holds over restarts of the server.${step.due === undefined ? "" : " Time goes by faster for this run."} It wakes in`, until(step), ".");
  },
  waiting(step, say) {
    const text = `“${step.name}” waits for an event of type “${step.eventType}”. Somebody has to send it.`;
    if (step.until === null) say(text);
    else say(`${text} Else it times out at ${moment(step.until)}, in`, step.until, ".");
  },
};

const KEPT = {
  turn: ({ waiting }, run, say) => say(`Very much is to be done at the server: ${waiting} ${waiting === 1 ? "run waits" : "runs wait"} for a turn, this one among them. Who has asked for little lately goes first.`),
  loading: (kept, run, say) => say("It is being loaded into memory now."),
  memory: (kept, run, say) => (run.status === "waiting" ? say("It is still in memory, and leaves it when the wait is longer.") : null),
  storage: (kept, run, say) => say("It is not in memory: all that is left of it is its journal, and it costs nothing."),
};

/** For each step what can be done about its wait; at most three, the next to end first. */
function stepsToDo(open) {
  const waits = open.filter(({ state }) => state === "waiting").map((step) => ({ do: "answer", label: "Answer it", step: step.key }));
  const naps = open.filter((step) => (step.state === "sleeping" || step.state === "retrying") && until(step) !== null);
  naps.sort((a, b) => until(a) - until(b));
  const several = naps.length > 1;
  const skips = naps.map((step) => ({ do: "skip", label: `${step.state === "sleeping" ? "Skip the sleep" : "Try again now"}${several ? `: ${step.name}` : ""}`, step: step.key }));
  return [...waits.slice(0, 1), ...skips].slice(0, 3);
}
