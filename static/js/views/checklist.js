// The checklist of a run, or of the source alone before anything ran.

import { setText, fill, h, icon } from "../base/dom.js";
import { clockTime, oneLine } from "../base/format.js";
import { happeningKey, happeningLine, withHappenings } from "../run/happening_line.js";
import { mergeRows } from "../state/rows.js";
import { FINISHED } from "../state/store.js";
import { stepRow } from "./step_row.js";

/** `{ update({ run, plan, selected }) }`; `onSelect(key or null)`; `panelIn` and `onAct` as in step_row.js. */
export function mountChecklist(root, { onSelect, panelIn, onAct }) {
  const title = h("span", { class: "rail-title" });
  const time = h("span", { class: "rail-time mono" });
  const params = h("code", { class: "rail-params" });
  const head = h("div", { class: "rail-start" }, h("span", { class: "rail-knob" }), h("span", { class: "rail-head" }, title, time), params);
  const list = h("ol", { class: "steps", "aria-label": "Steps" });
  const rail = h("div", { class: "rail", hidden: true }, head, list);
  fill(root, rail);
  list.addEventListener("keydown", moveByKeys);
  let shown = new Map();
  let owner = null;
  let before = {};

  function select(row) {
    onSelect(before.selected === row.key ? null : row.key, row);
  }

  function update({ run, plan, selected, access }) {
    if (before.run === run && before.plan === plan && before.selected === selected) return;
    before = { run, plan, selected };
    const rows = mergeRows(plan, run?.steps ?? [], run !== undefined && FINISHED.has(run.status));
    if (owner !== (run?.id ?? null)) {
      owner = run?.id ?? null;
      shown = new Map();
      list.replaceChildren();
    }
    rail.hidden = rows.length === 0 && run === undefined;
    rail.dataset.mode = run === undefined ? "plan" : "run";
    drawHead(run, rows.length);
    const next = new Map();
    let cursor = list.firstElementChild;
    const own = access === "own" ? run : undefined;
    for (const { row, happening } of withHappenings(rows, run?.happenings ?? [])) {
      const key = happening ? happeningKey(happening) : row.key;
      const view = shown.get(key) ?? (happening ? { element: happeningLine(happening) } : stepRow(row, { onSelect: select, panelIn, onAct }));
      view.update?.({ ...row, held: heldSince(run) }, row.key === selected, own);
      next.set(key, view);
      if (view.element === cursor) cursor = cursor.nextElementSibling;
      else list.insertBefore(view.element, cursor);
    }
    while (cursor !== null) {
      const gone = cursor;
      cursor = cursor.nextElementSibling;
      gone.remove();
    }
    shown = next;
  }

  function drawHead(run, count) {
    setText(title, run === undefined ? `The plan: ${count} ${count === 1 ? "step" : "steps"}, read from your code` : "Started");
    setText(time, run === undefined ? "" : clockTime(run.started ?? run.created));
    params.hidden = run === undefined || run.params === undefined;
    if (!params.hidden) fill(params, icon("chevron"), oneLine(run.params));
  }

  return { update };
}

/** Since when a pause lasts, or null. */
const heldSince = (run) => (run?.status === "paused" ? (run.happenings.findLast((each) => each.kind === "paused")?.time ?? null) : null);

/** Up and down go from step to step. */
function moveByKeys(event) {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way === undefined || !event.target.classList.contains("step-row")) return;
  const rows = [...event.currentTarget.querySelectorAll(".step-row")];
  const next = rows[rows.indexOf(event.target) + way];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
