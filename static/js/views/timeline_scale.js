// Time on a line: what is busy to scale, long idle stretches folded to a mark. Pure.

import { exact } from "../base/format.js";

const BREAK_PX = 84;
export const LEAST_IDLE_MS = 2500;
const IDLE_SHARE = 0.2; // of the busy time: what is idle for longer is folded

/** Stretches of `intervals` (`[from, to]`, in any order) as few that are more than `gap` ms apart, in order. */
export function merged(intervals, gap = 0) {
  const sorted = intervals.filter(([from, to]) => to >= from).sort((a, b) => a[0] - b[0]);
  const list = [];
  for (const [from, to] of sorted) {
    const last = list.at(-1);
    if (last !== undefined && from <= last[1] + gap) last[1] = Math.max(last[1], to);
    else list.push([from, to]);
  }
  return list;
}

/**
 * The line from `from` to `to` (epoch ms) in segments `{ from, to, idle, folded }`. `busy`: intervals in which something ran;
 * between them is idle time, folded where it is long. `opened`: the beginnings of idle segments that somebody has unfolded.
 */
export function segmentsOf(from, to, busy, opened = new Set()) {
  const stretches = merged([[from, from], ...busy]).map(([a, b]) => [Math.max(a, from), Math.min(b, to)]);
  const active = stretches.reduce((sum, [a, b]) => sum + b - a, 0);
  const least = Math.max(LEAST_IDLE_MS, active * IDLE_SHARE);
  const segments = [];
  const add = (start, end, idle) => {
    if (end <= start) return;
    const last = segments.at(-1);
    if (!idle && last !== undefined && !last.idle) last.to = end;
    else segments.push({ from: start, to: end, idle, folded: idle && !opened.has(start) });
  };
  let at = from;
  for (const [a, b] of stretches) {
    add(at, a, a - at > least);
    add(Math.max(at, a), b, false);
    at = Math.max(at, b);
  }
  add(at, to, to - at > least);
  return segments;
}

/** How much of the segments is drawn to scale (ms), and how many are folded. */
function extent(segments) {
  const open = segments.filter((segment) => !segment.folded);
  return { ms: open.reduce((sum, { from, to }) => sum + to - from, 0), folds: segments.length - open.length };
}

/** The scale (px per ms) at which the segments fill `width`. */
export function fitting(segments, width) {
  const { ms, folds } = extent(segments);
  return Math.max(40, width - folds * BREAK_PX) / Math.max(1, ms);
}

/** `{ x(time), time(x), width, places }`: `places` are the segments with `left` and `right`, in px. */
export function scaleOf(segments, pxPerMs) {
  let left = 0;
  const places = segments.map((segment) => {
    const right = left + (segment.folded ? BREAK_PX : (segment.to - segment.from) * pxPerMs);
    const place = { ...segment, left, right };
    left = right;
    return place;
  });
  const find = (fits) => {
    let low = 0;
    let high = places.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(places[middle])) high = middle;
      else low = middle + 1;
    }
    return places[low];
  };
  return {
    places,
    width: left,
    x(time) {
      const place = find(({ to }) => time <= to);
      if (place === undefined) return 0;
      const share = (time - place.from) / Math.max(1, place.to - place.from);
      return place.left + Math.min(1, Math.max(0, share)) * (place.right - place.left);
    },
    time(x) {
      const place = find(({ right }) => x <= right);
      if (place === undefined) return 0;
      const share = (x - place.left) / Math.max(1e-9, place.right - place.left);
      return place.from + Math.min(1, Math.max(0, share)) * (place.to - place.from);
    },
  };
}

const LABEL_PX = 34; // a tick's text takes about that
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5];

/** The distance of ticks (ms) that are at least `leastPx` apart. */
const tickStep = (pxPerMs, leastPx = 84) => STEPS_MS.find((step) => step * pxPerMs >= leastPx) ?? STEPS_MS.at(-1) * Math.ceil(leastPx / (STEPS_MS.at(-1) * pxPerMs));

/** What stands at a tick `ms` after the beginning, where ticks are `step` ms apart: as exact as tells them from each other. */
function tickText(ms, step) {
  if (ms === 0) return "0";
  if (step >= 1000 || ms < 1000) return exact(ms);
  const digits = step % 100 === 0 ? 1 : step % 10 === 0 ? 2 : 3;
  const seconds = ((ms % 60_000) / 1000).toFixed(digits);
  return ms < 60_000 ? `${seconds} s` : `${Math.floor(ms / 60_000)}:${seconds.padStart(digits + 3, "0")}`;
}

/** `[{ x, ms, text }]`: ticks between `left` and `right` px, `ms` since the beginning of the line. */
export function ticksOf(scale, pxPerMs, left, right) {
  const folds = scale.places.filter(({ folded }) => folded);
  const step = tickStep(pxPerMs);
  const origin = scale.places[0]?.from ?? 0;
  const ticks = [];
  for (const place of scale.places) {
    if (place.folded || place.right < left || place.left > right) continue;
    const first = Math.max(place.from, place.from + (left - place.left) / pxPerMs);
    const last = Math.min(place.to, place.from + (right - place.left) / pxPerMs);
    for (let ms = Math.ceil((first - origin) / step) * step; ms <= last - origin; ms += step) ticks.push({ x: place.left + (origin + ms - place.from) * pxPerMs, ms, text: tickText(ms, step) });
  }
  return ticks.filter(({ x }) => !folds.some((fold) => fold.left > x - 1 && fold.left < x + LABEL_PX));
}
