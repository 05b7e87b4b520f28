// Formatting on demand, by Prettier. Bundled into static/build/format.js, loaded when first asked for.

import * as babel from "prettier/plugins/babel";
import * as estree from "prettier/plugins/estree";
import { formatWithCursor } from "prettier/standalone";

const PARSERS = { js: "babel", ts: "babel-ts", json: "json" };
const STYLE = { printWidth: 100, singleQuote: true, trailingComma: "all" };

/**
 * `text` formatted, and where `cursor` (an offset) is then: `{ text, cursor }`. `language` is "js", "ts" or "json". Throws
 * `{ message, line, column }` where the text does not parse.
 */
export async function format({ text, cursor, language }) {
  try {
    const options = { parser: PARSERS[language], plugins: [babel, estree], cursorOffset: cursor, ...STYLE };
    const done = await formatWithCursor(text, options);
    return { text: done.formatted, cursor: Math.max(0, done.cursorOffset) };
  } catch (error) {
    const at = error.loc?.start;
    const message = error.message.split("\n")[0].replace(/ \(\d+:\d+\)$/, "");
    throw Object.assign(new SyntaxError(message), { line: at?.line ?? null, column: at?.column ?? null });
  }
}
