// What befell a run, as a quiet line among its steps: pauses, restarts, attempts that were cut off, rollbacks.

import { countUp } from "./countdown.js";
import { h, icon } from "./dom.js";
import { clockTime, duration } from "./format.js";

const ICONS = { paused: "pause", restarted: "restart", interrupted: "bolt", rollback: "undo", mismatch: "warning" };
const nameOf = (key) => key.split(":").slice(2).join(":");

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
  interrupted: ({ step, attempt }) => `The isolate was lost in attempt ${attempt} of “${nameOf(step)}”; the run went on as attempt ${attempt + 1}`,
  rollback: () => "Rolling back: finished steps are undone, the latest first",
  mismatch: ({ expected, found }) => `The replay went another way: expected ${expected}, found ${found}`,
};

/**
 * Rows of the checklist with happenings among them: `[{ row } or { happening }]`. Each stands behind the step after which it
 * happened, where that is in a parallel group or a loop behind all of that.
 */
export function withHappenings(rows, happenings) {
  if (happenings.length === 0) return rows.map((row) => ({ row }));
  const behind = new Map();
  const places = new Map(rows.map((row, at) => [row.key, at]));
  for (const happening of happenings) {
    let at = happening.after === null ? -1 : (places.get(happening.after) ?? rows.length - 1);
    while (at >= 0 && rows[at].group !== null && !rows[at].group.last) at += 1;
    behind.set(at, [...(behind.get(at) ?? []), { happening }]);
  }
  return [...(behind.get(-1) ?? []), ...rows.flatMap((row, at) => [{ row }, ...(behind.get(at) ?? [])])];
}
