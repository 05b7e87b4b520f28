// Numbers that move on their own: time to go, time gone by. One timer for all of them.

import { duration, remaining } from "./format.js";

const TICK_MS = 100;
const HALF_SECOND = 500;
const TRUSTED_MS = 2000;
const ticking = new Map();
let timer = null;
let skew = 0;
let held = null;

/** The server's clock, as far as we can tell; its entries carry its time. */
export const serverNow = () => Date.now() + skew;

/** The moment that is shown: now, or the moment in the past that is looked at. What counts up and down counts from it. */
export const shownNow = () => held ?? serverNow();

/** Show what was at `epoch`: until null lets it go, all that counts shows what it showed then. */
export function holdClock(epoch) {
  if (epoch === held) return;
  held = epoch;
  for (const [element, draw] of ticking) if (element.isConnected) draw();
}

/** Learn the server's clock from an entry: it cannot be from the future. */
export function observe(epoch) {
  skew = Math.max(skew, epoch - Date.now());
}

/** Learn it from an answer's Date header, which counts in seconds; small differences are left alone. */
export function observeDate(header) {
  const epoch = Date.parse(header ?? "");
  if (Number.isNaN(epoch)) return;
  const difference = epoch + HALF_SECOND - Date.now();
  if (Math.abs(difference - skew) > TRUSTED_MS) skew = difference;
}

/** Show in `element` the time until `until`; `onShare(0…1)` gets how much of the time since `from` is over. */
export function countDown(element, until, { from = null, onShare = null, write = remaining } = {}) {
  start(element, () => {
    const now = shownNow();
    element.textContent = write(until - now);
    if (onShare !== null && from !== null) onShare(Math.min(1, Math.max(0, (now - from) / Math.max(1, until - from))));
  });
}

/** Show in `element` the time since `since`. */
export function countUp(element, since) {
  start(element, () => {
    element.textContent = duration(Math.floor((shownNow() - since) / TICK_MS) * TICK_MS);
  });
}

export function still(element) {
  ticking.delete(element);
}

function start(element, draw) {
  ticking.set(element, draw);
  draw();
  timer ??= setInterval(tick, TICK_MS);
}

function tick() {
  for (const [element, draw] of ticking) {
    if (element.isConnected) draw();
    else ticking.delete(element);
  }
  if (ticking.size > 0) return;
  clearInterval(timer);
  timer = null;
}
