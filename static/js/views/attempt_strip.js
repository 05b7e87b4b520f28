// A step's attempts as a small strip: a bar for each, and the gaps of the backoff between them, to scale.

import { h } from "../base/dom.js";
import { duration } from "../base/format.js";

const WIDTH = 72;
const LEAST = 4;
const GAP = 3;
const MOST = 28;
const SHOWN = 8;

/**
 * The last attempts of a step as parts, left to right: `{ kind: "attempt" | "gap", state, number, ms, px }`. Lengths are to
 * scale as far as all fit into `width` px, but none is below what can be seen, and none above what leaves room for others.
 */
export function stripOf(step, now, width = WIDTH) {
  const parts = [];
  const attempts = step.attempts.slice(-SHOWN);
  for (const [at, attempt] of attempts.entries()) {
    const before = attempts[at - 1];
    if (before !== undefined) parts.push({ kind: "gap", state: null, number: before.number, ms: Math.max(0, attempt.started - (before.ended ?? attempt.started)) });
    parts.push({ kind: "attempt", state: attempt.state, number: attempt.number, ms: Math.max(0, (attempt.ended ?? now) - attempt.started) });
  }
  const last = attempts.at(-1);
  if (last !== undefined && step.state === "retrying" && last.retryAt !== null && last.ended !== null) {
    parts.push({ kind: "gap", state: "retrying", number: last.number, ms: Math.max(0, last.retryAt - last.ended) });
  }
  const total = parts.reduce((sum, part) => sum + part.ms, 0);
  const scale = total === 0 ? 0 : width / total;
  return parts.map((part) => ({ ...part, px: Math.round(Math.min(MOST, Math.max(part.kind === "gap" ? GAP : LEAST, part.ms * scale))) }));
}

/** The strip of a step that was tried more than once. */
export function attemptStrip(step, now) {
  const many = step.attempts.length;
  const bars = stripOf(step, now).map(({ kind, state, number, ms, px }) => {
    const title = kind === "gap" ? `${duration(ms)} until attempt ${number + 1}` : `attempt ${number}: ${state}, ${duration(ms)}`;
    const bar = h("span", { class: kind === "gap" ? "attempt-wait" : "attempt-bar", title, data: { state: state ?? "gap" } });
    bar.style.setProperty("width", `${px}px`);
    return bar;
  });
  return h("span", { class: "attempts" }, bars, h("span", { class: "attempts-count", text: `${many}×`, title: `${many} attempts` }));
}
