// The runs of the session: filtered by status and words, walked by keys, compared two by two, and deleted when they are over.

import * as api from "../state/api.js";
import { confirmed } from "../base/dialogs.js";
import { arrange, fill, h, icon, setText } from "../base/dom.js";
import { ago, duration, plural } from "../base/format.js";
import { isPressing } from "../base/press.js";
import { toast } from "../base/toasts.js";
import { lineageText } from "../edit/lineage.js";
import { isFileRun } from "../state/file_run.js";
import { FINISHED } from "../state/store.js";
import { shownStatus, statusLabel } from "./pill.js";
import { KINDS, chosenRuns, kindCounts, runNote } from "./run_filter.js";
import { createRunVersions } from "./run_versions.js";

const STRIDE = 100; // rows that are drawn at first, and with each press on "Show more"
const AT_ONCE = 4;

/** `{ open, know, update }` over `panel`; `onChosen(id)` when a run is chosen, `onClose()` to close the list. */
export function createRunList(panel, page, { onChosen, onClose }) {
  const field = h("input", { class: "field runs-field", type: "search", "aria-label": "Filter the runs", placeholder: "Filter by status, input or error", autocomplete: "off", spellcheck: "false" });
  const kinds = h("div", { class: "runs-kinds", role: "group", "aria-label": "Status" }, KINDS.map(({ id, title }) => h("button", { type: "button", class: "chip", "aria-pressed": String(id === "all"), data: { kind: id }, on: { click: () => pick(id) } }, h("span", { text: title }), h("span", { class: "chip-count" }))));
  const list = h("ul", { class: "run-list", "aria-label": "Runs, the newest first" });
  const foot = h("div", { class: "runs-foot" });
  const count = h("p", { class: "visually-hidden", role: "status" });
  const versions = createRunVersions(page);
  const rows = new Map(); // by run: { run, look, element, box }
  const ticked = new Set();
  let all = [];
  let selected = null;
  let kind = "all";
  let room = STRIDE;
  let timer = null;
  fill(panel, h("div", { class: "runs-head" }, field, kinds), list, foot, count);
  field.addEventListener("input", () => ((room = STRIDE), draw(), tell()));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    list.querySelector(".run-option")?.focus();
  });
  list.addEventListener("keydown", moved);

  function pick(id) {
    kind = id;
    room = STRIDE;
    for (const chip of kinds.children) chip.setAttribute("aria-pressed", String(chip.dataset.kind === id));
    draw();
    tell();
  }

  const tell = () => setText(count, plural(found().length, "run"));
  const found = () => chosenRuns(all, { kind, words: field.value });

  function moved(event) {
    const options = [...list.querySelectorAll(".run-option")];
    const at = options.indexOf(event.target.closest("li")?.querySelector(".run-option"));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 }[event.key];
    if (event.key === " " && event.target.classList.contains("run-option") && page.can.run) {
      event.preventDefault();
      rows.get(event.target.dataset.run)?.box?.click();
    }
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    (next < 0 ? field : options[Math.min(next, options.length - 1)]).focus();
  }

  function draw() {
    const counts = kindCounts(all);
    for (const chip of kinds.children) setText(chip.lastElementChild, String(counts[chip.dataset.kind]));
    const shown = found();
    const wanted = shown.slice(0, room).map(({ run, order }) => rowOf(run, order));
    arrange(list, wanted.length > 0 ? wanted : [h("li", { class: "runs-none", text: all.length === 0 ? "Nothing has run yet." : "No run is like that." })]);
    drawFoot(shown);
  }

  /** The row of a run: drawn anew only where something of it has changed. */
  function rowOf(run, order) {
    const version = versions.of(run);
    const look = `${order} ${run.seq} ${run.id === selected} ${version?.id} ${version?.same} ${ticked.has(run.id)} ${FINISHED.has(run.status) ? "" : ago(run.created)}`;
    const known = rows.get(run.id);
    if (known !== undefined && known.run === run && known.look === look) return known.element;
    const element = known?.element ?? h("li", { class: "run-item" });
    const focused = element.contains(document.activeElement) ? document.activeElement.className : null;
    const box = page.can.run ? h("input", { type: "checkbox", class: "run-tick", "aria-label": `Choose run ${order}`, tabindex: "-1", on: { change: () => tick(run.id, box.checked) } }) : null;
    if (box !== null) box.checked = ticked.has(run.id);
    fill(element, box, option(run, order, version));
    rows.set(run.id, { run, look, element, box });
    if (focused !== null) (focused.includes("run-tick") ? box : element.lastElementChild).focus();
    return element;
  }

  function option(run, order, version) {
    const shown = shownStatus(run);
    const took = FINISHED.has(run.status) ? duration(run.ended - run.created) : ago(run.created);
    const note = runNote(run);
    const lineage = lineageText(run, all);
    return h(
      "button",
      { type: "button", class: "run-option", data: { run: run.id }, "aria-current": run.id === selected ? "true" : null, on: { click: () => onChosen(run.id) } },
      h("span", { class: "status-dot", data: { status: shown } }),
      h("span", { class: "run-option-name", text: isFileRun(run.id) ? "File" : `Run ${order}` }),
      h("span", { class: "run-option-status", text: statusLabel(shown) }),
      version && h("span", { class: "run-version", data: { same: String(version.same) }, title: `Version ${version.id}` }, h("code", { text: version.id.slice(0, 7) }), version.same !== null && h("span", { text: version.same ? "same as editor" : "other code" })),
      h("span", { class: "run-option-time mono", text: took }),
      h("span", { class: "run-option-note" }, lineage && h("span", { class: "run-lineage", text: lineage }), note),
      h("span", { class: "run-option-ago", text: FINISHED.has(run.status) ? ago(run.created) : "" }),
    );
  }

  function tick(id, on) {
    if (on) ticked.add(id);
    else ticked.delete(id);
    draw();
  }

  function drawFoot(shown) {
    for (const id of ticked) if (!all.some((run) => run.id === id)) ticked.delete(id);
    const more = shown.length - room;
    const over = shown.filter(({ run }) => FINISHED.has(run.status) && !isFileRun(run.id)).map(({ run }) => run.id);
    const chosen = [...ticked];
    const ended = chosen.filter((id) => over.includes(id));
    const parts = [];
    if (more > 0) parts.push(h("button", { type: "button", class: "button small", text: `Show ${Math.min(STRIDE, more)} more`, on: { click: () => ((room += STRIDE), draw()) } }));
    if (page.can.run && chosen.length > 0) {
      parts.push(h("span", { class: "runs-chosen", text: `${chosen.length} chosen` }));
      parts.push(h("button", { type: "button", class: "button small", "aria-disabled": chosen.length === 2 ? null : "true", title: chosen.length === 2 ? "" : "Choose two runs to compare them", on: { click: () => compare(chosen) } }, icon("compare"), h("span", { text: "Compare" })));
      parts.push(h("button", { type: "button", class: "button small", "aria-disabled": ended.length > 0 ? null : "true", on: { click: () => remove(ended) } }, icon("trash"), h("span", { text: "Delete" })));
    } else if (page.can.run && over.length > 1) {
      parts.push(h("button", { type: "button", class: "button ghost small", on: { click: () => remove(over) } }, icon("trash"), h("span", { text: `Delete the ${over.length} that are over` })));
    }
    const look = `${chosen.length} ${ended.length} ${over.length} ${more}`;
    if (foot.dataset.look === look) return;
    foot.dataset.look = look;
    fill(foot, parts);
    foot.hidden = parts.length === 0;
  }

  function compare(chosen) {
    if (chosen.length !== 2) return toast("Choose two runs to compare them.");
    const [one, other] = [...chosen].sort((a, b) => all.findIndex(({ id }) => id === a) - all.findIndex(({ id }) => id === b));
    onClose();
    return page.compare?.(one, other);
  }

  async function remove(ids) {
    if (ids.length === 0) return toast("Only runs that are over are deleted here. Terminate the others first.");
    const title = `Delete ${plural(ids.length, "run")}?`;
    if (!(await confirmed(title, "Their journals, their outputs and their lines are removed for good. This cannot be undone.", "Delete", ids.length === 1 ? "Keep it" : "Keep them"))) return undefined;
    ticked.clear();
    const waiting = [...ids];
    let failed = 0;
    page.session.quietly(async () => {
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await api.act(id, "delete", {}).catch(() => (failed += 1));
      }));
      if (failed > 0) toast(`${plural(failed, "run")} could not be deleted. Try again in a moment.`, { kind: "bad" });
      else toast(`${plural(ids.length, "run")} deleted.`, { kind: "good" });
    });
    return undefined;
  }

  return {
    open() {
      draw();
      void versions.load(() => panel.hidden || draw());
      clearInterval(timer);
      timer = setInterval(() => (panel.hidden ? clearInterval(timer) : isPressing() || draw()), 5000);
      queueMicrotask(() => (list.querySelector('[aria-current="true"]') ?? list.querySelector(".run-option") ?? field).focus());
    },
    know(runs, id) {
      all = runs;
      selected = id;
    },
    update(runs, id) {
      if (runs.length === all.length && id === selected && runs.every((run, at) => run === all[at])) return;
      all = runs;
      selected = id;
      draw();
    },
  };
}
