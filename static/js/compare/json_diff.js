// Two values that JSON can say, and what changed between them. Pure.

const MOST_LINES = 2_000;
const MOST_CELLS = 250_000; // of the table that finds out how two lists belong together
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * `{ lines, changes, cut }`: lines `{ depth, key, text, change }` to be shown one below the other, `change` "same", "added" or
 * "removed" (what changed is removed and added), `key` the name within an object or null. At most 2,000 lines; `cut` says so.
 */
export function jsonDiff(before, after) {
  const lines = [];
  const state = { changes: 0, cut: false };
  const put = (line) => {
    if (line.change !== "same") state.changes += 1;
    if (lines.length < MOST_LINES) lines.push(line);
    else state.cut = true;
  };
  compare({ put, depth: 0, key: null, last: true }, before, after);
  return { lines, ...state };
}

function compare(at, before, after) {
  if (isObject(before) && isObject(after)) return objects(at, before, after);
  if (Array.isArray(before) && Array.isArray(after)) return lists(at, before, after);
  if (before === after) return write(at, before, "same");
  if (before !== undefined) write(at, before, "removed");
  if (after !== undefined) write(at, after, "added");
}

function objects(at, before, after) {
  const keys = [...Object.keys(before), ...Object.keys(after).filter((key) => !Object.hasOwn(before, key))];
  if (keys.length === 0) return write(at, {}, "same");
  line(at, "{", "same");
  keys.forEach((key, place) => {
    const inside = { put: at.put, depth: at.depth + 1, key, last: place === keys.length - 1 };
    if (!Object.hasOwn(after, key)) write(inside, before[key], "removed");
    else if (!Object.hasOwn(before, key)) write(inside, after[key], "added");
    else compare(inside, before[key], after[key]);
  });
  line(ending(at), "}", "same");
}

function lists(at, before, after) {
  if (before.length === 0 && after.length === 0) return write(at, [], "same");
  line(at, "[", "same");
  const pairs = paired(before, after);
  pairs.forEach(([one, other], place) => {
    const inside = { put: at.put, depth: at.depth + 1, key: null, last: place === pairs.length - 1 };
    if (other < 0) write(inside, before[one], "removed");
    else if (one < 0) write(inside, after[other], "added");
    else compare(inside, before[one], after[other]);
  });
  line(ending(at), "]", "same");
}

/** Which items belong together, as pairs of places (-1: none): equal ones in order, then those between them one by one. */
function paired(before, after) {
  const [a, b] = [before.map(textOf), after.map(textOf)];
  const equal = a.length * b.length > MOST_CELLS ? [] : common(a, b);
  const pairs = [];
  let [i, j] = [0, 0];
  for (const [at, to] of [...equal, [a.length, b.length]]) {
    while (i < at && j < to) pairs.push([i++, j++]);
    while (i < at) pairs.push([i++, -1]);
    while (j < to) pairs.push([-1, j++]);
    if (i < a.length && j < b.length) pairs.push([i++, j++]);
  }
  return pairs;
}

/** The longest common subsequence, as pairs of places. */
function common(a, b) {
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}

const textOf = (value) => JSON.stringify(value) ?? "undefined";

/** A whole value, as many lines as it takes. */
function write(at, value, change) {
  if (isObject(value) && Object.keys(value).length > 0) {
    line(at, "{", change);
    const keys = Object.keys(value);
    keys.forEach((key, place) => write({ put: at.put, depth: at.depth + 1, key, last: place === keys.length - 1 }, value[key], change));
    return line(ending(at), "}", change);
  }
  if (Array.isArray(value) && value.length > 0) {
    line(at, "[", change);
    value.forEach((item, place) => write({ put: at.put, depth: at.depth + 1, key: null, last: place === value.length - 1 }, item, change));
    return line(ending(at), "]", change);
  }
  return line({ ...at, closes: true }, textOf(value), change);
}

const ending = (at) => ({ ...at, key: null, closes: true });

function line({ put, depth, key, last, closes = false }, text, change) {
  put({ depth, key, text: closes && !last ? `${text},` : text, change });
}
