// Formatting the file that is shown, by a formatter that is loaded when it is first asked for.

import { toast } from "../base/toasts.js";
import { languageOf } from "./files.js";

const BUNDLE = "/static/build/format.js";

/** Format the shown file; the cursor stays where it was in the code. */
export async function formatShown({ source }) {
  const name = source.shown();
  const text = source.content(name);
  try {
    const { format } = await import(BUNDLE);
    const cursor = source.cursor();
    const done = await format({ text, cursor, language: languageOf(name) });
    if (source.content(name) !== text || source.shown() !== name) return; // somebody typed on
    if (done.text === text) return toast(`${name} is formatted already.`);
    source.setContent(name, done.text);
    source.putCursor(done.cursor);
  } catch (error) {
    const { line = null, column } = error;
    const place = line === null ? "" : ` (line ${line}, column ${column})`;
    const action = line === null ? null : { label: "Show it", run: () => (source.show(name), source.goToLine(line, name)) };
    const message = error instanceof SyntaxError ? `Not formatted: ${error.message.replace(/\.$/, "")}${place}.` : "Not formatted: the formatter did not load. Try again.";
    toast(message, { kind: "bad", action });
  }
}
