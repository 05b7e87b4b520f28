// The checklist of a run, or of the source alone before anything ran.

import { arrange, fill, h, icon, setText } from "../base/dom.js";
import { clockTime, oneLine } from "../base/format.js";
import { happeningKey, happeningLine } from "../run/happening_line.js";
import { mergeRows, stoppedAt } from "../state/rows.js";
import { FINISHED } from "../state/store.js";
import { groupRow } from "./group_row.js";
import { outlineOf } from "./outline.js";
import { createSleepingRows } from "./sleeping_rows.js";
import { stepRow } from "./step_row.js";

const MANY = 150; // rows from which on those out of sight are left empty

/** `{ update({ run, plan, selected }) }`, scrolled by `scroller`; `onSelect(key or null)`; `onDetails()`; `panelIn` and `onAct` as in step_row.js. */
export function mountChecklist(root, { scroller, onSelect, onDetails, panelIn, onAct }) {
  const title = h("span", { class: "rail-title" });
  const time = h("span", { class: "rail-time mono" });
  const params = h("button", { type: "button", class: "rail-params mono", title: "The input and all else of this run", on: { click: () => onDetails() } });
  const head = h("div", { class: "rail-start" }, h("span", { class: "rail-knob" }), h("span", { class: "rail-head" }, title, time), params);
  const list = h("ol", { class: "steps", "aria-label": "Steps" });
  const rail = h("div", { class: "rail", hidden: true }, head, list);
  fill(root, rail);
  list.addEventListener("keydown", (event) => moveByKeys(event, list));
  const sleeping = createSleepingRows(scroller);
  const ways = { onSelect: select, panelIn, onAct };
  let shown = new Map();
  let owner = null;
  let open = new Map();
  let before = {};
  let items = [];

  function select(row) {
    onSelect(before.selected === row.key ? null : row.key, row);
  }

  function toggle({ type, key, of, open: isOpen }) {
    if (type === "more") open.set(of, true);
    else if (type === "less") open.delete(of);
    else open.set(key, !isOpen);
    const next = { ...before };
    before = {};
    update(next);
  }

  function update({ run, plan, selected, access }) {
    if (before.run === run && before.plan === plan && before.selected === selected && before.access === access) return;
    before = { run, plan, selected, access };
    const rows = mergeRows(plan, run?.steps ?? [], run !== undefined && FINISHED.has(run.status));
    if (owner !== (run?.id ?? null)) {
      owner = run?.id ?? null;
      shown = new Map();
      open = new Map();
      list.replaceChildren();
    }
    rail.hidden = rows.length === 0 && run === undefined;
    rail.dataset.mode = run === undefined ? "plan" : "run";
    drawHead(run, rows.length);
    items = outlineOf(rows, run?.happenings ?? [], open, selected);
    drawList(access === "own" ? run : undefined, selected, heldSince(run), stoppedAt(rows, run?.held ?? []));
  }

  function drawList(own, selected, held, stopped) {
    const next = new Map();
    const many = items.length > MANY;
    for (const item of items) {
      const key = item.type === "happening" ? happeningKey(item.happening) : `${item.type}:${item.key}`;
      const view = shown.get(key) ?? made(item, many);
      if (item.type === "row") view.update(item.row, item.key === selected, own, held, item.depth, stopped.has(item.key));
      else view.update?.(item);
      next.set(key, view);
    }
    arrange(list, [...next.values()].map(({ element }) => element));
    for (const [key, view] of shown) if (!next.has(key) && view.wake !== undefined) sleeping.forget(view);
    shown = next;
  }

  function made(item, many) {
    if (item.type === "happening") return { element: happeningLine(item.happening) };
    if (item.type !== "row") return groupRow(item, { onToggle: toggle });
    return many ? sleeping.wrap((element) => stepRow(ways, element)) : stepRow(ways);
  }

  function drawHead(run, count) {
    setText(title, run === undefined ? `The plan: ${count} ${count === 1 ? "step" : "steps"}, read from your code` : "Started");
    setText(time, run === undefined ? "" : clockTime(run.started ?? run.created));
    params.hidden = run === undefined || run.params === undefined;
    if (!params.hidden) fill(params, icon("chevron"), h("span", { class: "visually-hidden", text: "Input: " }), h("span", { class: "rail-input", text: oneLine(run.params) }));
  }

  return { update };
}

/** Since when a pause lasts, or null. */
const heldSince = (run) => (run?.status === "paused" ? (run.happenings.findLast((each) => each.kind === "paused")?.time ?? null) : null);

/** Up and down go from row to row; right opens a group, left closes it. */
function moveByKeys(event, list) {
  const row = event.target.closest?.("li");
  const button = event.target.closest?.(".step-row, .group-row");
  if (row === null || button === null) return;
  const way = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const expanded = button.classList.contains("group-row") ? button.getAttribute("aria-expanded") : null;
  if ((event.key === "ArrowRight" && expanded === "false") || (event.key === "ArrowLeft" && expanded === "true")) return button.click();
  const end = { Home: list.firstElementChild, End: list.lastElementChild }[event.key] ?? null;
  if (way === undefined && end === null) return;
  event.preventDefault();
  let next = end ?? row[way];
  for (; next !== null; next = next[way ?? "nextElementSibling"]) {
    next.wake?.();
    const target = next.querySelector(".step-row, .group-row");
    if (target !== null) return target.focus();
  }
}
