// The log: every line with its time, level and step; follows the tail until somebody scrolls up. Of very many lines, only those in
// sight are in the document.

import { copy } from "../base/clipboard.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { saveFile } from "../base/download.js";
import { followTail } from "../base/follow_tail.js";
import { plural } from "../base/format.js";
import { toast } from "../base/toasts.js";
import { createVirtualList } from "../base/virtual_list.js";
import { createItems } from "./items.js";
import { rowsOf, rowView } from "./line_view.js";
import { asJson, asText, filterOf, patternOf, shownLine, stepNameOf } from "./lines.js";
import { mountLogHead } from "./log_head.js";
import { createMarks } from "./marks.js";

const LINE_PX = 19.2;
const PADDING_PX = 5;
const WORDS = "What your code says with console.log() appears here, each line with the step that wrote it.";

/**
 * `{ update(run, stepKey or null), show(seq), find(), copyAll(), download(ending) }`. `ways`: `onStep(key)`, `onLine(line, module)`,
 * `nameOf(module)` (state/places.js), `journal(id)` (the entries of a run).
 */
export function mountLogs(root, ways) {
  const body = h("div", { class: "console-lines", role: "log", "aria-live": "off", "aria-label": "Lines of the log", tabindex: "0" });
  const tail = h("button", { type: "button", class: "button small follow", hidden: true, on: { click: () => end.follow() } }, icon("follow"), h("span", { text: "Follow" }));
  const empty = h("p", { class: "console-empty" });
  const head = mountLogHead({ onChange: () => draw(true), copyAll, download, onLeave: () => body.focus() });
  fill(root, head.element, h("div", { class: "console-body" }, body, empty, tail));
  const end = followTail(body, { onChange: (following) => (tail.hidden = following) });
  const items = createItems();
  const list = createVirtualList(body, { draw: row, estimate: height, onSizing: end.loosen, onSized: end.pin, atEnd: end.following });
  let marks = createMarks();
  let kept = { unfolded: new Set(), opened: new Set(), trees: new Map() };
  let run;
  let step = null;
  let columns = 80;
  let active = null; // the seq of the row that keys act on

  function update(nextRun, nextStep) {
    if (nextRun === run && nextStep === step) return;
    const other = nextRun?.id !== run?.id;
    const same = !other && nextRun?.seq === run?.seq && nextStep === step;
    run = nextRun;
    if (same) return;
    const anew = other || nextStep !== step;
    step = nextStep;
    if (anew) head.about(step);
    if (other) {
      kept = { unfolded: new Set(), opened: new Set(), trees: new Map() };
      marks = createMarks();
      active = null;
    }
    draw(anew);
  }

  /** Bring the rows to what is known; `anew` where what is wanted of it may be another than before. */
  function draw(anew) {
    const restarted = run !== undefined && marks.read(ways.journal(run.id), run.seq);
    const { pattern, level, only } = head.wanted();
    const narrowed = only ? step : null;
    const filter = filterOf({ pattern, level, step: narrowed, nameOf: ways.nameOf });
    const quiet = pattern !== null || narrowed !== null || level !== "all";
    const known = run === undefined ? [] : marks.marks();
    const done = items.update({ logs: run?.logs ?? [], marks: known, aside: marks.aside, wanted: filter, quiet, opened: kept.opened, anew: anew || restarted });
    if (done === "all") {
      const held = document.activeElement?.closest?.(".console-lines [role='listitem']")?.dataset.seq;
      measure();
      list.reset(items.items().length);
      if (anew && held === undefined) end.follow();
      if (held !== undefined) hold(Number(held));
    } else if (done === "more") list.grow(items.items().length);
    head.update({ count: items.count(), of: run?.logs.length ?? 0, name: step === null ? "" : stepNameOf(step), narrowed: narrowed !== null });
    drawEmpty();
    end.pin();
    if (done === "all") list.refresh();
  }

  /** The row of that line has the focus, where it is among those that are shown. */
  function hold(seq) {
    const place = items.items().findIndex((each) => each.line?.seq === seq);
    if (place >= 0) go(place);
  }

  function row(place) {
    const { pattern, only } = head.wanted();
    const shown = items.items()[place];
    const narrowed = only ? step : null;
    return rowView(shown, { run, place, pattern, times: head.times(), step: narrowed, highlighted: narrowed === null ? step : null, ...kept, onStep: ways.onStep, onLine: ways.onLine, nameOf: ways.nameOf, onFold: fold, onUnfold: unfold, onOpen: end.release });
  }

  function height(place) {
    const shown = items.items()[place];
    if (shown.line === undefined) return LINE_PX + PADDING_PX + 4;
    return rowsOf(shown.line.message, columns, kept.unfolded.has(shown.line.seq)) * LINE_PX + PADDING_PX;
  }

  /** How many characters a line takes, as wide as it is now. */
  function measure() {
    const around = body.clientWidth < 560 ? 40 : 300;
    columns = Math.max(20, Math.floor((body.clientWidth - around) / 7.25));
  }

  function fold(shown) {
    const { seq } = shown.line;
    end.release();
    if (!kept.unfolded.delete(seq)) kept.unfolded.add(seq);
    redraw(shown);
  }

  function unfold(shown) {
    if (!kept.opened.delete(shown.fold)) kept.opened.add(shown.fold);
    const { scrollTop } = body;
    draw(true);
    end.release();
    body.scrollTop = scrollTop;
    list.refresh();
  }

  function redraw(shown) {
    const place = items.items().indexOf(shown);
    const focused = body.contains(document.activeElement);
    list.redraw(place);
    if (focused) list.row(place)?.focus({ preventScroll: true });
  }

  function drawEmpty() {
    const none = items.items().length === 0;
    empty.hidden = !none;
    if (!none) return;
    const { pattern, level, only } = head.wanted();
    const ofStep = only && step !== null && pattern === null && level === "all";
    if (ofStep) setText(empty, `“${stepNameOf(step)}” has written no line.`);
    else setText(empty, (run?.logs.length ?? 0) === 0 ? WORDS : "No lines match.");
  }

  const lines = () => {
    const { pattern, level, only } = head.wanted();
    const filter = filterOf({ pattern, level, step: only ? step : null, nameOf: ways.nameOf });
    return (run?.logs ?? []).filter(filter).map((line) => shownLine(line, ways.nameOf));
  };

  async function copyAll() {
    const wanted = lines();
    const done = await copy(wanted.map(asText).join("\n"));
    toast(done ? `${plural(wanted.length, "line")} copied.` : "Not copied: this browser does not let the page.", { kind: done ? "good" : "bad" });
  }

  function download(ending) {
    if (run === undefined) return toast("There is no log yet.");
    const write = ending === "ndjson" ? asJson : asText;
    const type = ending === "ndjson" ? "application/x-ndjson" : "text/plain";
    saveFile(`${run.id}.log.${ending}`, lines().map((line) => `${write(line)}\n`), type);
  }

  // keys go from row to row; what a row can do is reached by Tab
  const placeOf = (element) => [...list.element.children].indexOf(element);
  body.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(".tree") !== null) return;
    const focused = event.target.closest?.("[role='listitem']") ?? null;
    if (event.key === "Enter" && focused === event.target) return void (focused?.querySelector(".line-more, .line-object, .log-fold-button")?.click());
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const last = items.items().length - 1;
    const at = focused === null ? null : Number(focused.getAttribute("aria-posinset")) - 1;
    const aim = way !== undefined ? (at === null ? list.places()[way > 0 ? 0 : 1] : at + way) : { Home: 0, End: last }[event.key];
    if (aim === undefined || last < 0) return;
    event.preventDefault();
    go(Math.max(0, Math.min(last, aim)));
  });

  function go(place) {
    if (place < items.items().length - 1) end.release();
    list.reveal(place);
    list.row(place)?.focus({ preventScroll: true });
  }

  body.addEventListener("focusin", (event) => {
    const focused = event.target.closest?.("[role='listitem']") ?? null;
    if (focused === null || focused === active) return;
    for (const button of active?.querySelectorAll("button:not(.tree *)") ?? []) button.tabIndex = -1;
    for (const button of focused.querySelectorAll("button:not(.tree *)")) button.tabIndex = 0;
    active = focused;
  });
  list.element.addEventListener("click", (event) => event.target.closest(".line-object, .tree") !== null && end.release());
  for (const type of ["click", "keydown"]) list.element.addEventListener(type, () => requestAnimationFrame(list.refresh));

  draw(true);
  return {
    update,
    copyAll,
    download,
    find: head.find,
    /** Bring a line into view, with all filters away. */
    show(seq) {
      head.clear();
      draw(true);
      hold(seq);
    },
  };
}
