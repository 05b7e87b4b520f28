// A value as people read it who never saw JSON: a short list of facts where it is flat, else a tree.

import { h } from "../base/dom.js";
import { plural } from "../base/format.js";
import { jsonTree } from "../base/json_tree.js";

const MOST_FACTS = 12;
const LONGEST = 400;
const PEEK = 120;

const isPlain = (value) => value === null || ["string", "number", "boolean"].includes(typeof value);

/** `label` is what the value is. */
export function plainView(value, label) {
  if (typeof value === "string" && value.length <= LONGEST) return h("p", { class: "plain-text", text: value });
  if (isFlat(value)) {
    const rows = Object.entries(value).map(([name, each]) => h("div", {}, h("dt", { text: name }), h("dd", { text: each === null ? "null" : String(each) })));
    return h("dl", { class: "plain-facts", "aria-label": label }, rows);
  }
  return h("div", { class: "plain-tree" }, jsonTree(value, { label, open: 12 }).element);
}

/** The beginning of it on one line. */
export function peek(value) {
  if (isPlain(value)) return String(value).slice(0, PEEK);
  if (Array.isArray(value)) return plural(value.length, "entry", "entries");
  if (typeof value !== "object") return "";
  const told = Object.entries(value).filter(([, each]) => isPlain(each) && each !== null && each !== "");
  const text = told.map(([name, each]) => (each === true ? name : each === false ? `not ${name}` : `${name} ${each}`)).join(" · ");
  return (text === "" ? plural(Object.keys(value).length, "field") : text).slice(0, PEEK);
}

function isFlat(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.length <= MOST_FACTS && entries.every(([, each]) => isPlain(each) && String(each).length <= LONGEST);
}
