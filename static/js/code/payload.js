// JSON fields: read, checked while typing, refused aloud.

import { setText } from "../base/dom.js";
import { jsonPlace } from "../base/json_place.js";

/** `{ ok: true, value }` (undefined for an empty text) or `{ ok: false, message }` with the place of the mistake. */
export function parseJson(text) {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: explain(error.message, text) };
  }
}

/** What is wrong, in the browser's words without its quotations, and where. */
function explain(message, text) {
  const { line, column } = jsonPlace(text);
  const what = message
    .replace(/^JSON\.parse: |^JSON Parse error: /, "")
    .replace(/ ?\(line \d+ column \d+\)$/, "")
    .replace(/ in JSON at position.*$| at line \d+ column \d+.*$|,? ?(\.{3})?"[^]*"(\.{3})? is not valid JSON$/, "");
  return `${what} (line ${line}, column ${column})`;
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
