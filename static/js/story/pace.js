// How fast a story is told: as it went, but nobody waits long, and nothing flies by. Pure.

const LEAST_MS = 60;
const MOST_MS = 900;

export const SPEEDS = [1, 4, 16, 64];

/** How long (ms, at speed 1) to look at the entry before `next`. */
const stay = (entry, next) => Math.min(MOST_MS, Math.max(LEAST_MS, next.time - entry.time));

/**
 * Where the story is after `ms` more at `speed`: `{ at, left }`. `at` is the place of an entry, `left` is time that was not
 * enough for the next one, to be given again.
 */
export function onward(journal, at, ms, speed) {
  let left = ms * speed;
  let place = at;
  while (place < journal.length - 1) {
    const cost = stay(journal[place], journal[place + 1]);
    if (left < cost) break;
    left -= cost;
    place += 1;
  }
  return { at: place, left: left / speed };
}
