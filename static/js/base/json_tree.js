// A value as a tree that opens where it is pressed; what is not open is not made. Built of text nodes.

import { copy } from "./clipboard.js";
import { fill, h, icon } from "./dom.js";
import { moment, plural, pretty } from "./format.js";
import { binaryOf, isContainer, kindOf, oneLineOf, partsOf, pathText, sizeOf, valueAt } from "./json_kinds.js";

const AT_ONCE = 100; // parts of one container that are made at a time
const LONG = 300; // characters of a text that are shown before it is opened
const PREVIEW = 96;
const TYPES = { date: "Date", bigint: "BigInt" };

/**
 * `{ element, reveal(path), value }`. `name` is what the value is called in paths that are copied; `open` how many parts may be
 * shown without a press: levels are opened as long as they fit. The first level is `asked` for: open it however long it is.
 */
export function jsonTree(value, { label = "Value", name = "value", open = 24, asked = false } = {}) {
  const element = h("div", { class: "tree", role: "tree", "aria-label": label });
  const items = new Map(); // by the path's JSON
  let focused = null;
  const root = item({ label: null, value, step: [] }, [], 1);
  element.append(root.element);
  focusable(root);
  if (asked) set(root, true);
  unfold(root, open);
  element.addEventListener("keydown", press);
  element.addEventListener("focusin", (event) => {
    const owner = event.target.closest?.("[role='treeitem']");
    if (owner !== null && owner.model !== undefined && owner.model !== focused) focusable(owner.model);
  });

  function item(part, path, level) {
    const holds = isContainer(part.value) && sizeOf(part.value) > 0;
    const long = typeof part.value === "string" && (part.value.length > LONG || part.value.includes("\n"));
    const text = h("span", { class: "tree-value" });
    const row = h("div", { class: "tree-row" }, h("span", { class: "tree-twist" }, (holds || long) && icon("chevron")), part.label !== null && labelOf(part), text);
    const element = h("div", { class: "tree-item", role: "treeitem", "aria-level": level, tabindex: "-1", "aria-expanded": holds || long ? "false" : null }, row);
    const made = { part, path, level, element, row, text, holds, long, group: null, open: false, above: null };
    element.model = made;
    items.set(JSON.stringify(path), made);
    draw(made);
    row.addEventListener("click", (event) => {
      if (event.target.closest("button") !== null || String(getSelection()) !== "") return;
      focusable(made);
      element.focus({ preventScroll: true });
      if (holds || long) set(made, !made.open);
    });
    return made;
  }

  function draw(made) {
    fill(made.text, looks(made.part.value, made));
  }

  function set(made, open) {
    if (made.open === open || !(made.holds || made.long)) return;
    made.open = open;
    made.element.setAttribute("aria-expanded", String(open));
    draw(made);
    if (!made.holds) return;
    if (made.group === null) {
      made.group = h("div", { class: "tree-group", role: "group" });
      made.element.append(made.group);
      grow(made, AT_ONCE);
    }
    made.group.hidden = !open;
  }

  /** Make the next parts of an open container, `count` of them. */
  function grow(made, count) {
    const parts = partsOf(made.part.value);
    made.group.querySelector(":scope > .tree-more")?.remove();
    const from = made.group.childElementCount;
    for (const part of parts.slice(from, from + count)) {
      const below = item(part, [...made.path, ...part.step], made.level + 1);
      below.above = made;
      made.group.append(below.element);
    }
    const left = parts.length - made.group.childElementCount;
    if (left <= 0) return;
    const next = Math.min(left, AT_ONCE * 10);
    const more = () => grow(made, next);
    made.group.append(h("button", { type: "button", class: "link tree-more", text: left > next ? `Show ${next} more of ${left}` : `Show ${left} more`, on: { click: more } }));
  }

  /** Open level by level while there is room for what that shows. */
  function unfold(from, room) {
    let level = [from];
    let left = room;
    while (level.length > 0) {
      const next = [];
      for (const each of level) {
        const size = each.holds ? sizeOf(each.part.value) : 0;
        if (size === 0 || size > left) continue;
        left -= size;
        set(each, true);
        next.push(...[...each.group.children].map((child) => child.model).filter(Boolean));
      }
      level = next;
    }
  }

  function focusable(made) {
    if (focused !== null) {
      focused.element.tabIndex = -1;
      focused.row.querySelector(".tree-tools")?.remove();
    }
    focused = made;
    made.element.tabIndex = 0;
    made.row.append(tools(made));
  }

  function tools(made) {
    const text = () => (typeof made.part.value === "string" ? made.part.value : pretty(made.part.value));
    return h("span", { class: "tree-tools" }, tool("Copy value", "copy", text), tool(`Copy path: ${pathText(name, made.path)}`, "link", () => pathText(name, made.path)));
  }

  function tool(title, look, read) {
    const press = async ({ currentTarget: button }) => {
      const done = await copy(read());
      fill(button, icon(done ? "check" : "warning"));
      setTimeout(() => fill(button, icon(look)), 1400);
    };
    return h("button", { type: "button", class: "tree-tool", "aria-label": title, title, on: { click: press } }, icon(look));
  }

  function press(event) {
    const made = event.target.model;
    if (made === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moves[event.key]?.(made);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (next === null) return;
    focusable(next);
    next.element.focus();
  }

  const shown = () => [...element.querySelectorAll("[role='treeitem']")].filter((each) => each.closest(".tree-group[hidden]") === null).map((each) => each.model);
  const beside = (made, way) => shown()[shown().indexOf(made) + way] ?? null;
  const toggled = (made, open) => (set(made, open), null);
  const moves = {
    ArrowDown: (made) => beside(made, 1),
    ArrowUp: (made) => beside(made, -1),
    ArrowRight: (made) => (made.open ? (made.group?.firstElementChild?.model ?? null) : toggled(made, true)),
    ArrowLeft: (made) => (made.open ? toggled(made, false) : made.above),
    Home: () => root,
    End: () => shown().at(-1),
    Enter: (made) => toggled(made, !made.open),
    " ": (made) => toggled(made, !made.open),
  };

  /** Open the way to `path`, mark it and bring it into view. */
  function reveal(path) {
    let made = root;
    for (const other of element.querySelectorAll(".tree-item.found")) other.classList.remove("found");
    while (made.path.length < path.length) {
      set(made, true);
      const below = () => [...made.group.children].map((child) => child.model).find((each) => each !== undefined && startsWith(path, each.path));
      while (below() === undefined && made.group.querySelector(":scope > .tree-more") !== null) grow(made, AT_ONCE * 10);
      if (below() === undefined) break;
      made = below();
    }
    set(made, made.long);
    made.element.classList.add("found");
    made.element.scrollIntoView({ block: "nearest" });
  }

  return { element, reveal, value: (path) => valueAt(value, path) };
}

const startsWith = (path, start) => start.every((part, at) => path[at] === part);

function labelOf({ label, mapped, counted }) {
  return h("span", { class: counted ? "tree-index" : "tree-key" }, label, h("span", { class: "tree-colon", text: mapped ? " ⇒ " : ": " }));
}

/** Nodes for a value on its row. */
function looks(value, { open, holds }) {
  const kind = kindOf(value);
  if (kind === "string") return textOf(value, open);
  if (kind === "date") return [h("span", { class: "tree-date", text: value }), typeof value === "string" && h("span", { class: "tree-hint", text: dateHint(value) })];
  if (kind === "bigint") return [h("span", { class: "json-number", text: value }), h("span", { class: "tree-hint", text: TYPES.bigint })];
  if (kind === "binary") return h("span", { class: "tree-tag", text: `${binaryOf(value).type}, ${binaryOf(value).size} bytes` });
  if (kind === "redacted") return h("span", { class: "tree-tag", text: "redacted: the step is sensitive" });
  if (kind === "circular") return h("span", { class: "tree-tag", text: "circular: the object that it is in" });
  if (kind === "cut") return h("span", { class: "tree-tag", text: "and more, not in the preview" });
  if (kind === "error") return h("span", { class: "tree-error", text: `${value.name}: ${value.message}` });
  if (!isContainer(value)) return h("span", { class: kind === "number" ? "json-number" : "json-word", text: String(value) });
  const size = sizeOf(value);
  const head = { map: `Map(${size})`, set: `Set(${size})`, array: size > 0 ? `Array(${size})` : "[]", object: size > 0 ? "" : "{}" }[kind];
  if (open && holds) return h("span", { class: "tree-hint", text: head === "" ? plural(size, "field") : head });
  const brief = size > 0 ? oneLineOf(value, PREVIEW) : head;
  return h("span", { class: "tree-brief", text: brief });
}

function textOf(value, open) {
  if (open) return h("span", { class: "json-string tree-text", text: value });
  const shown = value.length > LONG ? `${value.slice(0, LONG)}…` : value;
  const more = value.length > LONG ? h("span", { class: "tree-hint", text: `${value.length} characters` }) : null;
  return [h("span", { class: "json-string", text: JSON.stringify(shown) }), more];
}

const dateHint = (text) => (Number.isNaN(Date.parse(text)) ? "Date" : `Date, here ${moment(Date.parse(text))}`);
