// The steps of two runs side by side, and where they first differ. Pure.

import { jsonDiff } from "./json_diff.js";

const MOST_COMPARED = 2_000; // steps of each side that are brought into the best order; beyond that they stand as they come

/**
 * Rows `{ key, a, b, same, why }` in the order in which both did them: `a` and `b` are steps of the store (null where one has no
 * such step), `why` says in a word what differs first: "only here", "only there", "state", "output", "error", "attempts", or null.
 */
export function align(a, b) {
  const [left, right] = [steps(a), steps(b)];
  const rows = ordered(left, right).map(([one, other]) => row(one, other));
  return rows;
}

const steps = (run) => run.steps.filter(({ kind }) => kind !== "rollback");

/** Pairs of both lists: the longest common order of keys, and what stands in between. */
function ordered(left, right) {
  const there = new Map(right.map((step, at) => [step.key, at]));
  const anchors = increasing(left.slice(0, MOST_COMPARED).flatMap((step, at) => (there.has(step.key) ? [[at, there.get(step.key)]] : [])));
  const pairs = [];
  let [i, j] = [0, 0];
  for (const [at, to] of [...anchors, [left.length, right.length]]) {
    while (i < at) pairs.push([left[i++], null]);
    while (j < to) pairs.push([null, right[j++]]);
    if (i < left.length && j < right.length) pairs.push([left[i++], right[j++]]);
  }
  return mended(pairs);
}

/** A step that both did, in another order: its two halves become one row where it came first. */
function mended(pairs) {
  const lone = new Map(pairs.filter(([a]) => a === null).map((pair) => [pair[1].key, pair]));
  const taken = new Set();
  const merged = pairs.map((pair) => {
    const [a, b] = pair;
    const half = b === null ? lone.get(a.key) : undefined;
    if (half === undefined) return pair;
    taken.add(half);
    return [a, half[1]];
  });
  return merged.filter((pair) => !taken.has(pair));
}

/** The longest run of pairs whose second parts grow. */
function increasing(pairs) {
  const tails = []; // places in `pairs` of the smallest end of each length
  const before = [];
  pairs.forEach(([, to], at) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tails[middle]][1] < to) low = middle + 1;
      else high = middle;
    }
    before[at] = low > 0 ? tails[low - 1] : -1;
    tails[low] = at;
  });
  const chain = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at]) chain.push(pairs[at]);
  return chain.reverse();
}

function row(a, b) {
  const why = difference(a, b);
  return { key: (a ?? b).key, name: (a ?? b).name, count: (a ?? b).count, kind: (a ?? b).kind, a, b, same: why === null, why };
}

function difference(a, b) {
  if (b === null) return "only here";
  if (a === null) return "only there";
  if (a.state !== b.state) return "state";
  if (differ(outcome(a), outcome(b))) return "output";
  if ((a.error?.message ?? null) !== (b.error?.message ?? null)) return "error";
  return a.attempts.length === b.attempts.length ? null : "attempts";
}

/** What a step came to: what it gave, or what came for it. */
export const outcome = (step) => (step.kind === "wait" ? step.payload : step.output);

const differ = (one, other) => one !== other && jsonDiff(one, other).changes > 0;

/** The first row that differs, or null. */
export const firstDifference = (rows) => rows.find(({ same }) => !same) ?? null;

/** How long a step took, in ms; null while it has not ended. */
export const took = (step) => (step === null || step.ended === null ? null : Math.max(0, step.ended - step.started));
