// Rows of the checklist that hold others: a loop or a group, one of its rounds, and what is folded away.

import { fill, h, icon, setText } from "../base/dom.js";
import { plural } from "../base/format.js";

const ICONS = { loop: "loop", parallel: "parallel", race: "flag" };
const ONE = { loop: "round", parallel: "branch", race: "branch" };
const MANY = { loop: "rounds", parallel: "branches", race: "branches" };
const BEGINNING = { loop: "Round", parallel: "Branch", race: "Branch" };

/** `{ element, button, update(item) }` of an outline's "group", "turn", "more" or "less"; `onToggle(item)` opens and closes it. */
export function groupRow(first, { onToggle }) {
  let shown = null;
  const kind = h("span", { class: "group-icon", hidden: first.type !== "group" });
  const name = h("span", { class: "group-name" });
  const count = h("span", { class: "group-turns" });
  const tally = h("span", { class: "group-tally" });
  const bar = h("span", { class: "group-bar", "aria-hidden": "true" });
  const button = h(
    "button",
    { type: "button", class: "group-row", on: { click: () => onToggle(shown) } },
    icon("chevron", "icon group-chevron"),
    kind,
    name,
    count,
    bar,
    tally,
  );
  const element = h("li", { class: `group group-${first.type}` }, button);

  function update(item) {
    if (shown !== null && same(shown, item)) return;
    if (shown?.frame?.kind !== item.frame?.kind) fill(kind, icon(ICONS[item.frame?.kind] ?? "steps"));
    shown = item;
    element.dataset.depth = String(Math.min(item.depth, 6));
    setText(name, titleOf(item));
    setText(count, item.type === "group" && item.turns !== null ? `×${item.turns}` : "");
    count.hidden = count.textContent === "";
    const opens = item.type === "group" || item.type === "turn";
    if (opens) button.setAttribute("aria-expanded", String(item.open));
    fill(tally, opens || item.type === "more" ? talliesOf(item) : null);
    drawBar(bar, item.counts);
  }

  return { element, button, update };
}

const same = (one, other) =>
  one.depth === other.depth && one.open === other.open && one.turns === other.turns && one.frame === other.frame && one.key === other.key && countsAgree(one.counts, other.counts);

const countsAgree = (one, other) => one === other || (one !== undefined && other !== undefined && Object.keys(one).every((name) => one[name] === other[name]));

function titleOf(item) {
  if (item.type === "turn") return `${BEGINNING[item.frame.kind]} ${item.number}`;
  if (item.type === "less") return "Fold what is over";
  if (item.type === "more") return `${item.turns} more ${item.turns === 1 ? ONE[item.frame.kind] : MANY[item.frame.kind]}`;
  const { frame } = item;
  if (frame.kind === "loop") return /^(for|while|until) /.test(frame.label) ? frame.label : `for ${frame.label}`;
  const label = frame.kind === "race" ? "Race: the first one wins" : "In parallel";
  return frame.each === null ? label : `${label}, for each ${frame.each.replace(/^(for )?(each )?/, "")}`;
}

function talliesOf({ counts }) {
  const begun = counts.all - counts.planned;
  if (begun === 0) return plural(counts.all, "step");
  const parts = [];
  if (counts.failed > 0) parts.push(h("span", { class: "tally", data: { state: "failed" }, text: `${counts.failed} failed` }));
  if (counts.busy > 0) parts.push(h("span", { class: "tally", data: { state: "running" }, text: `${counts.busy} under way` }));
  const of = counts.done === begun && counts.planned === 0 ? `${counts.done} done` : `${counts.done} of ${counts.all} done`;
  return [...parts, h("span", { class: "tally", text: of })];
}

function drawBar(bar, counts) {
  bar.hidden = counts === undefined || counts.all < 3 || counts.planned === counts.all;
  if (bar.hidden) return;
  fill(
    bar,
    [["completed", counts.done], ["failed", counts.failed], ["running", counts.busy]].map(([state, number]) => {
      if (number === 0) return null;
      const part = h("span", { class: "group-part", data: { state } });
      part.style.setProperty("width", `${(number / counts.all) * 100}%`);
      return part;
    }),
  );
}
