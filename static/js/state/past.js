// A run as it was: folds of the beginning of its journal, with some of them kept on the way.

import { EMPTY, reduce } from "./store.js";

const EVERY = 256;

/**
 * `{ at(id, journal, seq) }`: run `id` as it was when entry `seq` of `journal` was the last, or undefined before its first. What
 * is kept on the way lets a jump cost no more than folding `every` entries; a journal may grow meanwhile.
 */
export function createPast(every = EVERY) {
  let owner = { id: null, first: null };
  let kept = [EMPTY]; // the fold of the first n * every entries
  let last = { count: 0, log: EMPTY };

  function at(id, journal, seq) {
    if (owner.id !== id || owner.first !== journal[0]) {
      owner = { id, first: journal[0] };
      kept = [EMPTY];
      last = { count: 0, log: EMPTY };
    }
    const count = countUpTo(journal, seq);
    while (kept.length <= Math.floor(count / every)) {
      const from = (kept.length - 1) * every;
      kept.push(reduce(kept.at(-1), journal.slice(from, from + every)));
    }
    const base = Math.floor(count / every);
    const near = last.count <= count && last.count >= base * every ? last : { count: base * every, log: kept[base] };
    last = { count, log: near.count === count ? near.log : reduce(near.log, journal.slice(near.count, count)) };
    return last.log.runs[id];
  }

  return { at };
}

/** How many entries have a seq of at most `seq`. */
export function countUpTo(journal, seq) {
  let low = 0;
  let high = journal.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (journal[middle].seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
