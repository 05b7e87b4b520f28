// What befell a run, as a quiet line among its steps: pauses, restarts, attempts that were cut off, rollbacks.

import { countUp } from "../base/countdown.js";
import { h, icon } from "../base/dom.js";
import { clockTime, duration } from "../base/format.js";

const ICONS = { paused: "pause", restarted: "restart", interrupted: "bolt", rollback: "undo", mismatch: "warning", version: "code" };
const nameOf = (key) => key.split(":").slice(2).join(":");

const TOGETHER_MS = 1000;

/** What tells a line from the others, and from what it was before. */
export const happeningKey = ({ seq, until, together }) => `happening:${seq}:${until}:${together}`;

/** An `li` for a happening of the store. */
export function happeningLine(happening) {
  return h(
    "li",
    { class: "happening", data: { kind: happening.kind } },
    h("span", { class: "happening-icon" }, icon(ICONS[happening.kind])),
    h("span", { class: "happening-text" }, TEXTS[happening.kind](happening)),
    h("span", { class: "happening-time mono", text: clockTime(happening.time, false) }),
  );
}

const TEXTS = {
  paused({ time, until }) {
    if (until !== null) return `Paused for ${duration(until - time)}`;
    const length = h("span", { class: "mono" });
    queueMicrotask(() => countUp(length, time));
    return ["Paused for ", length, " so far"];
  },
  restarted: ({ step }) => (step === null ? "Restarted from the top" : `Restarted from “${nameOf(step)}”`),
  interrupted({ step, attempt, again, together }) {
    if (together > 1) return `The isolate was lost with ${together} attempts in flight; each was made again`;
    const lost = `The isolate was lost in attempt ${attempt} of “${nameOf(step)}”`;
    return again ? `${lost}; the run went on as attempt ${attempt + 1}` : `${lost}, the last that it had`;
  },
  rollback: () => "Rolling back: finished steps are undone, the latest first",
  version: () => "Other code was applied: from here on the run goes on with that",
  mismatch: ({ expected, found }) => `The replay went another way: expected ${expected}, found ${found}`,
};

/**
 * Rows of the checklist with happenings among them: `[{ row } or { happening }]`. Each stands behind the step after which it
 * happened, where that is in a parallel group or a loop behind all of that. Attempts that were cut off together are one.
 */
export function withHappenings(rows, happenings) {
  if (happenings.length === 0) return rows.map((row) => ({ row }));
  const behind = new Map();
  const places = new Map(rows.map((row, at) => [row.key, at]));
  for (const happening of gathered(happenings)) {
    let at = happening.after === null ? -1 : (places.get(happening.after) ?? rows.length - 1);
    while (at >= 0 && rows[at].group !== null && !rows[at].group.last) at += 1;
    if (!behind.has(at)) behind.set(at, []);
    behind.get(at).push({ happening });
  }
  return [...(behind.get(-1) ?? []), ...rows.flatMap((row, at) => [{ row }, ...(behind.get(at) ?? [])])];
}

function gathered(happenings) {
  const lines = [];
  for (const next of happenings) {
    const last = lines.at(-1);
    const same = last?.kind === "interrupted" && next.kind === "interrupted" && last.again && next.again;
    if (!same || next.time - last.time > TOGETHER_MS || next.step === last.step) lines.push(next);
    else lines[lines.length - 1] = { ...last, after: next.after, together: (last.together ?? 1) + 1 };
  }
  return lines;
}
