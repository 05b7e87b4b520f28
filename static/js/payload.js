// JSON fields: read, checked while typing, refused aloud.

import { setText } from "./dom.js";

/** `{ ok: true, value }` (undefined for an empty text) or `{ ok: false, message }` with the place of the mistake. */
export function parseJson(text) {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: explain(error.message, text) };
  }
}

/** Browsers word it differently; the line and column are what helps. */
function explain(message, text) {
  const spot = /position (\d+)/.exec(message);
  const line = /line (\d+) column (\d+)/.exec(message);
  let place = "";
  if (line !== null) place = `line ${line[1]}, column ${line[2]}`;
  else if (spot !== null) place = placeOf(Number(spot[1]), text);
  else if (/end of (JSON|data)|Unterminated/i.test(message)) place = "it ends too early";
  const what = message
    .replace(/^JSON\.parse: |^JSON Parse error: /, "")
    .replace(/ in JSON at position.*$| at line \d+ column \d+.*$|,? ?"[^]*" is not valid JSON$/, "")
    .replace(/\.{3}$/, "");
  return place && !what.toLowerCase().includes("end of") ? `${what} (${place})` : what;
}

function placeOf(offset, text) {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before.at(-1).length + 1}`;
}

/** Keep `note` telling whether the field holds JSON. `{ read() }` answers as `parseJson` and points out a mistake. */
export function jsonField(field, note, { empty = "" } = {}) {
  const show = (result, aloud) => {
    field.setAttribute("aria-invalid", String(!result.ok));
    note.dataset.ok = String(result.ok);
    const text = result.ok ? (result.value === undefined ? empty : "") : `Not JSON: ${result.message}`;
    setText(note, text);
    if (!result.ok && aloud) {
      field.focus();
      field.classList.remove("refused");
      void field.offsetWidth; // so that the shake starts anew
      field.classList.add("refused");
    }
    return result;
  };
  field.addEventListener("input", () => show(parseJson(field.value), false));
  field.addEventListener("animationend", () => field.classList.remove("refused"));
  show(parseJson(field.value), false);
  return { read: () => show(parseJson(field.value), true), check: () => show(parseJson(field.value), false) };
}
