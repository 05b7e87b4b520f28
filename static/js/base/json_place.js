// Where a text stops being JSON. Browsers tell what is wrong, but not all of them where.

const TOKEN = /\s*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([[\]{},:]))/y;

const SPACE = /\s*/y;

/** `{ line, column }` (from 1) of the first character that cannot be part of JSON here; the end where it is too short. */
export function jsonPlace(text) {
  const open = [];
  let wanted = "value";
  TOKEN.lastIndex = 0;
  for (;;) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    SPACE.lastIndex = from;
    const start = from + SPACE.exec(text)[0].length;
    if (match === null) return spot(text, start);
    const [, string, number, word, mark] = match;
    const next = step(wanted, open, { string, number, word, mark });
    if (next === null) return spot(text, start);
    wanted = next;
  }
}

/** What may follow, or null where the token may not stand here. */
function step(wanted, open, { string, number, word, mark }) {
  const afterValue = () => (open.length === 0 ? "nothing" : "comma");
  const scalar = string ?? number ?? word;
  if (scalar !== undefined) {
    if (wanted.startsWith("key")) return string === undefined ? null : "colon";
    return wanted.startsWith("value") ? afterValue() : null;
  }
  if (mark === "{" || mark === "[") {
    if (!wanted.startsWith("value")) return null;
    open.push(mark);
    return mark === "{" ? "key or end" : "value or end";
  }
  if (mark === "}" || mark === "]") {
    const fits = open.at(-1) === (mark === "}" ? "{" : "[");
    if (!fits || !(wanted === "comma" || wanted.endsWith("or end"))) return null;
    open.pop();
    return afterValue();
  }
  if (mark === ":") return wanted === "colon" ? "value" : null;
  if (wanted !== "comma") return null;
  return open.at(-1) === "{" ? "key" : "value";
}

function spot(text, offset) {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}
