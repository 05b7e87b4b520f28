// A value as coloured JSON, built of text nodes.

import { h } from "./dom.js";
import { pretty } from "./format.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null|undefined)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;
const COLOURED_UP_TO = 20_000;

export function jsonView(value) {
  const text = pretty(value);
  const block = h("pre", { class: "json", tabindex: "0" });
  if (text.length > COLOURED_UP_TO) {
    block.textContent = text;
    return block;
  }
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) block.append(text.slice(at, match.index));
    const [whole, string, colon, word] = match;
    if (string !== undefined) {
      block.append(h("span", { class: colon === undefined ? "json-string" : "json-key", text: string }), colon ?? "");
    } else {
      block.append(h("span", { class: word === undefined ? "json-number" : "json-word", text: whole }));
    }
    at = match.index + whole.length;
  }
  block.append(text.slice(at));
  return block;
}
