// What a run came back with after its isolate or its server was lost, in words. Pure.

import { SETTLED } from "../state/store.js";

const TOGETHER_MS = 1000;
const OPEN = { sleeping: "sleeps on", waiting: "still waits", retrying: "is still to be tried again" };

/**
 * What the last loss of `run` cost: `{ seq, text, lost }`, or null where there was none. `loss` is one that this page has
 * caused, `{ run, seq, time }`: it counts also where nothing was in flight, and so nothing is in the log.
 */
export function recovery(run, loss = null) {
  const cut = run.happenings.filter(({ kind }) => kind === "interrupted");
  const restarted = run.happenings.findLast(({ kind }) => kind === "restarted")?.seq ?? 0;
  const last = cut.findLast(({ seq }) => seq > restarted);
  const own = loss !== null && loss.run === run.id ? loss : null;
  if (last === undefined || (own !== null && own.seq >= last.seq)) return own === null ? null : told(run, own.seq, own.time, []);
  const together = cut.filter(({ seq, time }) => seq > restarted && last.time - time <= TOGETHER_MS);
  const lost = [...new Map(together.map((each) => [each.step, each])).values()];
  return told(run, last.seq, own?.time ?? lost[0].time, lost);
}

function told(run, seq, time, lost) {
  const steps = run.steps.filter(({ kind }) => kind !== "rollback");
  const numbers = new Map(steps.map(({ key }, at) => [key, at + 1]));
  const again = new Set(lost.map(({ step }) => step));
  const before = steps.filter((step) => step.started <= time && !again.has(step.key));
  const kept = before.filter((step) => SETTLED.has(step.state) && step.ended !== null && step.ended <= time);
  const open = before.filter((step) => OPEN[step.state] !== undefined);
  const parts = [];
  if (kept.length > 0) parts.push(`${named(kept.map(({ key }) => numbers.get(key)))} from the journal`);
  for (const { step, attempt, again: more } of lost) {
    if (!numbers.has(step)) continue;
    parts.push(more ? `step ${numbers.get(step)} again as attempt ${attempt + 1}` : `step ${numbers.get(step)} had no attempt left`);
  }
  for (const step of open) parts.push(`step ${numbers.get(step.key)} ${OPEN[step.state]}`);
  return { seq, text: parts.length > 0 ? parts.join(", ") : "it began anew: nothing was done yet", lost: lost.length };
}

/** `step 4`, `steps 1–3`, `steps 1–3 and 5`. */
function named(list) {
  const ranges = [];
  for (const number of list) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  const said = texts.length > 1 ? `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}` : texts[0];
  return `step${list.length > 1 ? "s" : ""} ${said}`;
}
