// Finding by a few letters: which texts a query means, and how well. Pure.

const START = 12; // a letter at the beginning of a word
const RUN = 14; // a letter right after the one before it
const FIRST = 6; // the very first letter
const GAP = 0.6; // off, for each letter that is passed over
const LONGEST_GAP = 10;

/**
 * How well `text` is meant by `query`: `{ score, marks }`, `marks` the places of the letters that were meant; null where it is not
 * meant at all. All words of the query have to be in it, each as letters in order (`whole`: without others between them); an empty
 * query means everything.
 */
export function matched(query, text, { whole = false } = {}) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { score: 0, marks: [] };
  const marks = new Set();
  let score = 0;
  for (const word of words) {
    const best = bestOf(word, text, whole);
    if (best === null) return null;
    score += best.score;
    best.marks.forEach((mark) => marks.add(mark));
  }
  return { score: score - text.length / 100, marks: [...marks].sort((a, b) => a - b) };
}

/** The best way to read `word` in `text`: begun at each place where its first letter is. */
function bestOf(word, text, whole) {
  const lower = text.toLowerCase();
  let best = null;
  for (let from = lower.indexOf(word[0]); from >= 0; from = lower.indexOf(word[0], from + 1)) {
    const found = readFrom(word, lower, from);
    if (found === null) break;
    if (whole && !lower.startsWith(word, from)) continue;
    if (best === null || found.score > best.score) best = found;
  }
  return best;
}

function readFrom(word, lower, from) {
  const marks = [];
  let score = 0;
  let at = from - 1;
  for (const letter of word) {
    const next = lower.indexOf(letter, at + 1);
    if (next < 0) return null;
    const start = next === 0 || !/[\p{L}\p{N}]/u.test(lower[next - 1]);
    if (start) score += START;
    if (next === 0) score += FIRST;
    if (next === at + 1 && marks.length > 0) score += RUN;
    else if (marks.length > 0) score -= Math.min(LONGEST_GAP, next - at - 1) * GAP;
    marks.push(next);
    at = next;
  }
  return { score, marks };
}

/** `items` that the query means, the best first; `textOf(item)` is what is searched, `how` as above. Each with its `marks`. */
export function ranked(query, items, textOf, how) {
  const found = [];
  items.forEach((item, place) => {
    const match = matched(query, textOf(item), how);
    if (match !== null) found.push({ item, marks: match.marks, score: match.score, place });
  });
  return found.sort((a, b) => b.score - a.score || a.place - b.place);
}
