// A value with its title: as a tree that can be searched and copied.

import { copyButton } from "../base/clipboard.js";
import { h, icon, setText } from "../base/dom.js";
import { pretty } from "../base/format.js";
import { findIn, isContainer, sizeOf } from "../base/json_kinds.js";
import { jsonTree } from "../base/json_tree.js";

const SEARCHED_FROM = 8; // parts from which on it is worth while to look for something

/**
 * `name`: what the value is called in paths (`output.items[0]`); `note`: a few words behind the title; `tools`: more buttons;
 * `below`: what stands under the value; `asked`: whether somebody wants to see all of it.
 */
export function valueBlock(title, value, { name = "value", note = null, tools = [], below = null, asked = false } = {}) {
  const tree = jsonTree(value, { label: title, name, asked });
  const text = () => (typeof value === "string" ? value : pretty(value));
  return h(
    "div",
    { class: "value-block" },
    h("div", { class: "value-head" }, h("span", { class: "value-title", text: title }), note && h("span", { class: "value-note" }, note), h("span", { class: "value-tools" }, isLarge(value) && search(tree, value), tools, copyButton(text))),
    tree.element,
    below,
  );
}

const isLarge = (value) => isContainer(value) && (sizeOf(value) >= SEARCHED_FROM || (JSON.stringify(value)?.length ?? 0) > 600);

function search(tree, value) {
  const count = h("span", { class: "tree-found", role: "status" });
  const field = h("input", { type: "search", class: "tree-field", placeholder: "Find", "aria-label": "Find in this value", spellcheck: "false", autocomplete: "off" });
  let found = [];
  let at = -1;
  field.addEventListener("input", () => {
    found = findIn(value, field.value.trim());
    at = -1;
    if (found.length > 0) go(1);
    else setText(count, field.value.trim() === "" ? "" : "none");
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found.length > 0) {
      event.preventDefault();
      go(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Escape" && field.value !== "") {
      event.stopPropagation();
      field.value = "";
      setText(count, "");
    }
  });

  function go(way) {
    at = (at + way + found.length) % found.length;
    tree.reveal(found[at]);
    setText(count, `${at + 1} of ${found.length}`);
  }

  return h("span", { class: "tree-search" }, icon("filter"), field, count);
}
