// The head of the run's panel: which run, how it is, why it is where it is; and the list to choose from.

import { mountControls } from "./controls.js";
import { countUp, still } from "../base/countdown.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { duration } from "../base/format.js";
import { pill, shownStatus } from "./pill.js";
import { popup } from "../base/popup.js";
import { createRunList } from "./run_list.js";
import { FINISHED } from "../state/store.js";
import { isFileRun } from "../state/file_run.js";
import { mountWhy } from "./why_panel.js";

/** `{ update({ run, runs, selected, access, link }) }` for the page's run head; what is done is done through the page. */
export function mountRuns(root, page) {
  const number = h("span", { class: "run-number" });
  const alert = h("span", { class: "run-alert", hidden: true });
  const picker = h("button", { type: "button", class: "button ghost run-picker", "aria-label": "Choose a run", "aria-haspopup": "dialog" }, number, alert, icon("down"));
  const panel = h("div", { class: "popup runs-panel", hidden: true, role: "dialog", "aria-label": "Runs of this session" });
  const status = h("span", { class: "run-status" });
  const elapsed = h("span", { class: "run-elapsed mono", title: "time since the start" });
  const controls = mountControls(page.act, page.commands);
  const why = mountWhy({ onDo: doNext });
  const top = h("div", { class: "run-top" }, h("div", { class: "anchor" }, picker, panel), status, elapsed, h("div", { class: "panel-actions" }, controls.element));
  const title = h("h2", { class: "panel-title", text: "Run" });
  const menu = popup(picker, panel, { onOpen: () => list.open() });
  const list = createRunList(panel, page, { onChosen: chosen, onClose: () => menu.close() });
  let run;
  let all = [];
  let selected = null;
  let drawn = null;
  page.commands.add({ id: "run.list", title: "All runs of this session", group: "Run", keys: ["l"], words: ["list", "filter", "history"], refusal: () => (all.length === 0 ? "Nothing has run yet." : null), run: () => (page.show("run"), menu.open()) });

  function chosen(id) {
    menu.close();
    page.select(id);
    picker.focus();
  }

  /** One of the things to do that a run's story ends with. */
  function doNext(what, on, step) {
    if (what === "resume" || what === "pause") return page.act(what, on.id);
    if (what === "skip") return page.act("skip", on.id, step);
    if (what === "next") return page.commands.run("debug.step");
    if (what === "continue") return page.commands.run("debug.continue");
    return document.querySelector(".prompt textarea, .prompt input, .prompt button")?.focus();
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
    if (drawn === "none" || drawn === null) fill(root, top, why.element);
    if (menu.isOpen()) list.update(all, selected);
    else list.know(all, selected);
    drawAlert();
    drawNumber();
    why.update({ run, link: next.link, may: next.access === "own" });
    if (drawn === run && drawn !== undefined) return;
    drawn = run;
    picker.title = selected;
    drawState(next.access);
  }

  /** Runs are numbered as they began; where one is deleted, those behind it move up. */
  function drawNumber() {
    const order = all.findIndex((each) => each.id === selected) + 1;
    const text = selected !== null && isFileRun(selected) ? "File" : `Run ${order > 0 ? order : all.length + 1}`;
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
      fill(status, page.can.approve || shown !== "asking" ? pill(shown) : pill(shown, "Waiting for an event"));
    }
    controls.update(access === "own" ? run : undefined);
    still(elapsed);
    if (run === undefined) setText(elapsed, "");
    else if (FINISHED.has(run.status)) setText(elapsed, duration(run.ended - run.created));
    else countUp(elapsed, run.created);
  }

  return { update };
}
