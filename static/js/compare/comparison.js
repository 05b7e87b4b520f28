// The comparison of two runs as a dialog: what differs first, the steps side by side, then input, result and code.

import { openDialog } from "../base/dialogs.js";
import { fill, h, icon } from "../base/dom.js";
import { duration, plural } from "../base/format.js";
import { pill, shownStatus, statusLabel } from "../run/pill.js";
import { runName } from "../edit/lineage.js";
import { isFileRun } from "../state/file_run.js";
import { align, firstDifference, outcome, took } from "./align.js";
import { codeDiff } from "./code_diff.js";
import { diffView } from "./diff_view.js";

const MOST_ROWS = 300;
const NEIGHBOURS = 2;

const WHY = {
  "only here": (a) => `only ${a} has it`,
  "only there": (a, b) => `only ${b} has it`,
  state: () => "it came to something else",
  output: () => "its output differs",
  error: () => "its error differs",
  attempts: () => "it took another number of attempts",
};

/** `scene()` is the page's latest; `a` and `b` are ids of runs, which can be changed in the dialog. */
export function openComparison(page, { scene, a, b }) {
  const body = h("div", { class: "comparison" });
  const code = codeDiff(page);
  let whole = false; // whether all steps are shown, however many
  let open = new Set(); // keys of the steps that are shown in full
  const dialog = openDialog("Compare two runs", body, "wide-dialog");
  dialog.addEventListener("close", code.close);
  draw();
  body.querySelector("select")?.focus();

  function draw() {
    const { runs } = scene();
    const [one, other] = [a, b].map((id) => runs.find((run) => run.id === id));
    if (one === undefined || other === undefined) return fill(body, h("p", { text: "One of the runs is gone." }));
    const names = [one, other].map(({ id }) => nameOf(id, runs));
    const rows = align(one, other);
    const first = firstDifference(rows);
    if (first !== null && open.size === 0) open = new Set([first.key]);
    fill(body, heads(runs, one, other), verdict(first, rows, names), table(rows, first, one, other, names), ends(one, other, names), source(one, other, names));
  }

  function heads(runs, one, other) {
    const swap = h("button", { type: "button", class: "button small icon-only", "aria-label": "Swap the two", title: "Swap", on: { click: () => ([a, b] = [b, a], draw()) } }, icon("swap"));
    return h("div", { class: "comparison-heads" }, head(runs, one, "Run on the left", (id) => (a = id)), swap, head(runs, other, "Run on the right", (id) => (b = id)));
  }

  function head(runs, run, label, choose) {
    const options = runs.map((each) => h("option", { value: each.id, selected: each.id === run.id, text: `${nameOf(each.id, runs)} · ${statusLabel(shownStatus(each))}` }));
    const changed = ({ target }) => (choose(target.value), (open = new Set()), draw(), body.querySelector(`[aria-label="${label}"]`)?.focus());
    const length = run.ended === null ? "" : duration(run.ended - run.created);
    return h("div", { class: "comparison-head" }, h("select", { class: "field", "aria-label": label, on: { change: changed } }, options), pill(shownStatus(run)), h("span", { class: "mono comparison-took", text: length }));
  }

  function verdict(first, rows, [left, right]) {
    const same = rows.filter((row) => row.same).length;
    const text = first === null ? `All ${plural(rows.length, "step")} came to the same.` : `They first differ at “${first.name}”: ${WHY[first.why](left, right)}. ${plural(same, "step")} of ${rows.length} came to the same.`;
    return h("p", { class: "comparison-verdict", data: { same: String(first === null) } }, icon(first === null ? "check" : "compare"), h("span", { text }));
  }

  function table(rows, first, one, other, names) {
    if (rows.length === 0) return null;
    const longest = Math.max(1, ...rows.flatMap((row) => [took(row.a) ?? 0, took(row.b) ?? 0]));
    const head = h("div", { class: "pair-row pair-head", "aria-hidden": "true" }, h("span", { text: "Step" }), h("span", { text: names[0] }), h("span", { text: names[1] }));
    return h("div", { class: "pairs" }, head, h("ol", { class: "pair-list", "aria-label": "Steps" }, folded(rows).map((row) => (row.gap === undefined ? pair(row, row === first, longest, names) : gap(row)))));
  }

  /** Of many steps those that differ, with their neighbours; the rest when it is asked for. */
  function folded(rows) {
    if (rows.length <= MOST_ROWS || whole) return rows;
    const near = rows.map(() => false);
    rows.forEach(({ same }, at) => same || near.fill(true, Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1));
    near.fill(true, 0, NEIGHBOURS);
    const out = [];
    rows.forEach((row, at) => {
      if (near[at] && out.length < MOST_ROWS) out.push(row);
      else if (out.at(-1)?.gap === undefined) out.push({ gap: 1 });
      else out.at(-1).gap += 1;
    });
    return out;
  }

  function gap({ gap: count }) {
    const show = () => ((whole = true), draw());
    return h("li", { class: "pair pair-gap" }, h("button", { type: "button", class: "link", text: `${plural(count, "more step")}`, on: { click: show } }));
  }

  function pair(row, isFirst, longest, names) {
    const shown = open.has(row.key);
    const toggle = () => (open.has(row.key) ? open.delete(row.key) : open.add(row.key), draw(), focusOn(row.key));
    const line = h(
      "button",
      { type: "button", class: "pair-row", "aria-expanded": String(shown), data: { key: row.key }, on: { click: toggle } },
      h("span", { class: "pair-name" }, icon("chevron", "icon pair-chevron"), h("span", { class: "pair-text", text: row.name || "(no name)" }), row.count > 1 && h("span", { class: "mono pair-count", text: `×${row.count}` }), isFirst && h("span", { class: "pair-first", text: "first difference" })),
      side(row.a, longest, names[0]),
      side(row.b, longest, names[1]),
    );
    return h("li", { class: "pair", data: { same: String(row.same), first: String(isFirst) } }, line, shown && detail(row, names));
  }

  function side(step, longest, name) {
    if (step === null) return h("span", { class: "pair-side", data: { state: "none" } }, h("span", { class: "pair-none", text: "–" }), h("span", { class: "visually-hidden", text: `not in ${name}` }));
    const length = took(step);
    const bar = length === null || length === 0 ? null : h("span", { class: "pair-bar", "aria-hidden": "true" });
    bar?.style.setProperty("--share", String(Math.sqrt(length / longest)));
    const tries = step.attempts.length > 1 ? ` · ${step.attempts.length} attempts` : "";
    return h("span", { class: "pair-side", data: { state: step.state } }, h("span", { class: "pair-state", text: `${WORDS[step.state] ?? step.state}${tries}` }), h("span", { class: "pair-took mono", text: length === null ? "" : duration(length) }), bar);
  }

  function detail(row, names) {
    if (row.a === null || row.b === null) return h("div", { class: "pair-detail" }, diffView(undefined, outcome(row.a ?? row.b), { empty: "It gave nothing." }, row.b === null));
    const failed = row.a.error !== null || row.b.error !== null;
    const [one, other] = failed ? [errorOf(row.a), errorOf(row.b)] : [outcome(row.a), outcome(row.b)];
    return h("div", { class: "pair-detail" }, diffView(one, other, { empty: "Neither gave anything.", same: `The same in ${names[0]} and ${names[1]}:` }));
  }

  function ends(one, other, names) {
    const input = diffView(one.params, other.params, { empty: "Neither was given any.", same: "The same:" });
    const [left, right] = [one, other].map((run) => (run.error !== null ? { error: errorOf(run).error } : run.output));
    const result = diffView(left, right, { empty: "Neither has one yet.", same: "The same:" });
    return h("div", { class: "comparison-ends" }, part("Input", input, one.params, other.params), part("Result", result, left, right));
  }

  function part(title, view) {
    return h("section", { class: "comparison-part", "aria-label": title }, h("h3", { text: title }), view);
  }

  function source(one, other, names) {
    return h("section", { class: "comparison-part", "aria-label": "Code" }, h("h3", { text: "Code" }), code.element(one.id, other.id, names));
  }

  function focusOn(key) {
    [...body.querySelectorAll("button.pair-row")].find((each) => each.dataset.key === key)?.focus();
  }
}

const WORDS = { completed: "done", failed: "failed", timed_out: "timed out", stopped: "stopped", running: "running", waiting: "waiting", sleeping: "asleep", retrying: "retrying" };
const errorOf = ({ error, ...step }) => (error === null ? outcome(step) : { error: { name: error.name, message: error.message } });
const nameOf = (id, runs) => `${runName(id, runs)}${isFileRun(id) ? " (file)" : ""}`;
