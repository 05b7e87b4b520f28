// The head of the run's panel: which run, how it is, why it is where it is; and the list to choose from.

import { mountControls } from "./controls.js";
import { countDown, countUp, still } from "../base/countdown.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { ago, duration } from "../base/format.js";
import { pill, shownStatus, statusLabel } from "./pill.js";
import { popup } from "../base/popup.js";
import { FINISHED } from "../state/store.js";
import { whyNow } from "../state/why.js";

/** `{ update({ run, runs, selected, access }) }`; `onSelect(id)`; `onAct(action, id)` and `commands` as in controls.js. */
export function mountRuns(root, { onSelect, onAct, commands }) {
  const number = h("span", { class: "run-number" });
  const alert = h("span", { class: "run-alert", hidden: true });
  const picker = h("button", { type: "button", class: "button ghost run-picker", "aria-label": "Choose a run" }, number, alert, icon("down"));
  const list = h("ul", { class: "run-list", "aria-label": "Runs of this session" });
  const panel = h("div", { class: "popup", hidden: true }, list);
  const status = h("span", { class: "run-status" });
  const why = h("span", { class: "why-text" });
  const left = h("span", { class: "why-left mono" });
  const elapsed = h("span", { class: "run-elapsed mono", title: "time since the start" });
  const controls = mountControls(onAct, commands);
  const top = h("div", { class: "run-top" }, h("div", { class: "anchor" }, picker, panel), status, elapsed, h("div", { class: "panel-actions" }, controls.element));
  const bottom = h("p", { class: "why" }, why, left);
  const title = h("h2", { class: "panel-title", text: "Run" });
  const menu = popup(picker, panel, { onOpen: () => drawList() });
  let run;
  let all = [];
  let selected = null;
  let drawn = null;

  list.addEventListener("keydown", (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const options = [...list.querySelectorAll("button")];
    options[options.indexOf(document.activeElement) + way]?.focus();
  });

  function drawList() {
    fill(list, all.map((each, at) => option(each, at + 1)).reverse());
    queueMicrotask(() => (list.querySelector('[aria-current="true"]') ?? list.querySelector("button"))?.focus());
  }

  function option(each, order) {
    const shown = shownStatus(each);
    const choose = () => (menu.close(), onSelect(each.id), picker.focus());
    const took = FINISHED.has(each.status) ? duration(each.ended - each.created) : ago(each.created);
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "run-option", "aria-current": each.id === selected ? "true" : null, on: { click: choose } },
        h("span", { class: "status-dot", data: { status: shown } }),
        h("span", { class: "run-option-name", text: `Run ${order}` }),
        h("span", { class: "run-option-status", text: statusLabel(shown) }),
        h("span", { class: "run-option-time mono", text: took }),
        h("span", { class: "run-option-ago", text: ago(each.created) }),
      ),
    );
  }

  function update(next) {
    run = next.run;
    all = next.runs;
    selected = next.selected;
    if (selected === null) {
      if (drawn !== "none") fill(root, title);
      drawn = "none";
      return;
    }
    if (drawn === "none" || drawn === null) fill(root, top, bottom);
    if (menu.isOpen()) drawList();
    drawAlert();
    drawNumber();
    if (drawn === run && drawn !== undefined) return;
    drawn = run;
    picker.title = selected;
    drawState(next.access);
  }

  /** Runs are numbered as they began; where one is deleted, those behind it move up. */
  function drawNumber() {
    const order = all.findIndex((each) => each.id === selected) + 1;
    const text = `Run ${order > 0 ? order : all.length + 1}`;
    if (number.textContent === text) return;
    setText(number, text);
    picker.setAttribute("aria-label", `${text}; choose another`);
  }

  function drawAlert() {
    const asking = all.some((each) => each.id !== selected && shownStatus(each) === "asking");
    alert.hidden = !asking;
    alert.title = asking ? "Another run waits for you" : "";
  }

  function drawState(access) {
    const shown = run === undefined ? "queued" : shownStatus(run);
    if (status.dataset.status !== shown) {
      status.dataset.status = shown;
      fill(status, access === "own" || shown !== "asking" ? pill(shown) : pill(shown, "Waiting for an event"));
    }
    controls.update(access === "own" ? run : undefined);
    still(left);
    still(elapsed);
    const { text, until } = run === undefined ? { text: "Starting…", until: null } : whyNow(run);
    setText(why, text);
    bottom.hidden = text === "";
    if (until === null) setText(left, "");
    else countDown(left, until);
    if (run === undefined) setText(elapsed, "");
    else if (FINISHED.has(run.status)) setText(elapsed, duration(run.ended - run.created));
    else countUp(elapsed, run.created);
  }

  return { update };
}
