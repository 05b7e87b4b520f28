// One row of the log: a line with its time, level, step and attempt; something that befell the run; or a fold.

import { copy } from "../base/clipboard.js";
import { fill, h, icon } from "../base/dom.js";
import { clockTime } from "../base/format.js";
import { jsonTree } from "../base/json_tree.js";
import { oneLineOf } from "../base/json_kinds.js";
import { asText, isNotice, levelOf, shownLine, sinceText, stepNameOf } from "./lines.js";
import { segmentsOf } from "./segments.js";

const LINES = 8; // of one message; of longer ones the first are shown
const CHARACTERS = 1600;
const FIRST_LINES = 4;
const FIRST_CHARACTERS = 500;
const BRIEF = 150;

/** Whether only the beginning of a message is shown at first. */
const isLong = (message) => message.length > CHARACTERS || linesIn(message, LINES) > LINES;

/** How many lines of `columns` characters a message takes; about. */
export function rowsOf(message, columns, unfolded) {
  const folded = !unfolded && isLong(message);
  let rows = 0;
  let from = 0;
  while (from <= message.length && rows < 500) {
    const end = message.indexOf("\n", from);
    const length = (end < 0 ? message.length : end) - from;
    rows += Math.max(1, Math.ceil(length / columns));
    if (folded && rows >= FIRST_LINES) return FIRST_LINES + 1;
    if (end < 0) break;
    from = end + 1;
  }
  return rows;
}

function linesIn(text, most) {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0 && count <= most; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/**
 * An element for a row of items.js. `ways`: `{ run, times, pattern, step, highlighted, unfolded (a set of seqs), trees (a map, kept by
 * the caller), place, nameOf(module) (state/places.js), onStep(key), onLine(line, module), onFold(row), onUnfold(row), onOpen() when an object is opened }`.
 */
export function rowView(row, ways) {
  if (row.mark !== undefined) return markView(row.mark, ways);
  if (row.fold !== undefined) return foldView(row, ways);
  return lineView(row, ways);
}

function lineView(row, ways) {
  const { line } = row;
  const level = isNotice(line) ? "notice" : levelOf(line);
  const marked = ways.highlighted !== null && line.step === ways.highlighted;
  const text = h("span", { class: "line-text" });
  fill(text, message(row, text, ways));
  return h(
    "div",
    { class: `line${marked ? " of-step" : ""}${row.cut === null ? "" : " aside"}`, role: "listitem", tabindex: "-1", "aria-posinset": ways.place + 1, "aria-setsize": "-1", data: { level, seq: line.seq } },
    h("span", { class: "line-time", text: timeText(row, ways), title: new Date(line.time).toLocaleString() }),
    isNotice(line) ? h("span", { class: "line-level" }, icon("info"), h("span", { class: "visually-hidden", text: "Not from the code:" })) : h("span", { class: "line-level", text: level }),
    text,
    h("span", { class: "line-tools" }, copyTool(line, ways)),
    ways.step === null && line.step !== null && stepTag(line, ways),
  );
}

function stepTag(line, { onStep }) {
  const name = stepNameOf(line.step);
  const attempt = line.attempt > 1 ? h("span", { class: "line-attempt", text: ` #${line.attempt}`, title: `attempt ${line.attempt}` }) : null;
  return h("button", { type: "button", class: "line-step", tabindex: "-1", title: `To the step ${name}`, on: { click: () => onStep(line.step) } }, name, attempt);
}

function copyTool(line, { nameOf }) {
  const press = async ({ currentTarget: button }) => {
    fill(button, icon((await copy(asText(shownLine(line, nameOf)))) ? "check" : "warning"));
    setTimeout(() => fill(button, icon("copy")), 1400);
  };
  return h("button", { type: "button", class: "line-tool", tabindex: "-1", "aria-label": "Copy this line", title: "Copy this line", on: { click: press } }, icon("copy"));
}

function timeText({ line, before }, { times, run }) {
  if (times === "start") return `+${sinceText(line.time - (run.started ?? run.created))}`;
  if (times === "before") return before === null ? "0.000" : `+${sinceText(line.time - before)}`;
  return clockTime(line.time);
}

function message(row, text, ways) {
  const { line } = row;
  const long = isLong(line.message);
  const parts = segmentsOf(line.message, levelOf(line) === "error" ? ways.nameOf : null);
  const first = long ? beginning(parts) : parts;
  const open = ways.unfolded.has(line.seq) || (long && !isIn(first, ways.pattern));
  const shown = open ? parts : first;
  const nodes = shown.map((part, at) => partView(part, `${line.seq}:${at}`, text, ways));
  if (!long) return nodes;
  const hidden = line.message.split("\n").length - FIRST_LINES;
  const label = open ? "Show less" : hidden > 0 ? `${hidden} more lines` : `${line.message.length} characters, show all`;
  return [nodes, h("button", { type: "button", class: "line-more link", tabindex: "-1", "aria-expanded": String(open), text: label, on: { click: () => ways.onFold(row) } })];
}

/** Whether what is looked for is in one of the parts, or nothing is looked for. */
const isIn = (parts, pattern) => pattern === null || parts.some((part) => part.text.search(pattern) >= 0);

/** The first lines of a long message. Objects are short, however much is in them. */
function beginning(parts) {
  const shown = [];
  let lines = 0;
  let characters = 0;
  for (const part of parts) {
    if (part.json !== undefined) {
      shown.push(part);
      continue;
    }
    const wanted = part.text.split("\n").slice(0, FIRST_LINES - lines);
    const text = wanted.join("\n").slice(0, FIRST_CHARACTERS - characters);
    shown.push({ ...part, text });
    lines += wanted.length - 1;
    characters += text.length;
    if (lines >= FIRST_LINES - 1 || text.length < part.text.length) break;
  }
  return shown;
}

function partView(part, key, text, ways) {
  if (part.json !== undefined) return objectView(part, key, text, ways);
  if (part.line !== undefined) {
    const go = () => ways.onLine(part.line, part.module);
    return h("button", { type: "button", class: "link frame", tabindex: "-1", on: { click: go } }, marked(part.text, ways.pattern));
  }
  return marked(part.text, ways.pattern);
}

/** An object in a message: on one line, and as a tree where it is opened. Trees are kept, with what is open in them. */
function objectView(part, key, text, { trees, pattern, onOpen }) {
  const kept = trees.get(key);
  const brief = oneLineOf(part.json, BRIEF);
  const found = pattern !== null && part.text.match(pattern) !== null;
  const button = h("button", { type: "button", class: `line-object${found ? " found" : ""}`, tabindex: "-1", "aria-expanded": String(kept?.open === true) }, icon("chevron"), marked(brief, pattern));
  button.addEventListener("click", () => {
    const tree = trees.get(key) ?? { open: false, element: jsonTree(part.json, { label: "Object", name: "value", open: 30 }).element };
    tree.open = !tree.open;
    trees.set(key, tree);
    button.setAttribute("aria-expanded", String(tree.open));
    if (tree.open) {
      onOpen();
      place(tree.element, button, text);
    } else tree.element.remove();
  });
  if (kept?.open) queueMicrotask(() => place(kept.element, button, text));
  return button;
}

const place = (element, button, text) => (button.parentNode === text ? button.after(element) : text.append(element));

/** `text` with what `pattern` finds in it marked. */
function marked(text, pattern) {
  if (pattern === null) return text;
  const nodes = [];
  let from = 0;
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === "") continue;
    nodes.push(text.slice(from, match.index), h("mark", { class: "hit", text: match[0] }));
    from = match.index + match[0].length;
  }
  return from === 0 ? text : [...nodes, text.slice(from)];
}

function markView({ time, text }, { times, run, place: at }) {
  const shown = times === "clock" ? clockTime(time) : `+${sinceText(time - (run.started ?? run.created))}`;
  return h("div", { class: "log-mark", role: "listitem", tabindex: "-1", "aria-posinset": at + 1, "aria-setsize": "-1" }, h("span", { class: "line-time", text: shown }), h("span", { class: "log-mark-text", text }));
}

function foldView(row, { onUnfold, place: at }) {
  const lines = row.count === 1 ? "1 line" : `${row.count} lines`;
  const label = `${lines} from before the restart`;
  return h(
    "div",
    { class: "log-fold", role: "listitem", tabindex: "-1", "aria-posinset": at + 1, "aria-setsize": "-1" },
    h("button", { type: "button", class: "log-fold-button", tabindex: "-1", "aria-expanded": String(row.open), on: { click: () => onUnfold(row) } }, icon("chevron"), h("span", { text: label })),
  );
}
