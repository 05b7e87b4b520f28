// The timeline of a run: a row for each step, its attempts and waits as bars on one line of time.

import { shownNow } from "../base/countdown.js";
import { arrange, fill, h, icon, setText } from "../base/dom.js";
import { clockTime, duration, errorText } from "../base/format.js";
import { isPressing } from "../base/press.js";
import { FINISHED } from "../state/store.js";
import { mountGestures } from "./gestures.js";
import { barText, createBusy, idleWord, pausesOf, spanOf } from "./timeline_bars.js";
import { timelineRow } from "./timeline_row.js";
import { fitting, scaleOf, segmentsOf, ticksOf } from "./timeline_scale.js";

const TICK_MS = 100;
const CALM_TICK_MS = 1000;
const AROUND = 6; // rows above and below what is in sight
const HEADROOM = 0.72; // how much of the width a live run fills, so that it can grow
const WIDEST_PX = 6_000_000;
const END_PX = 40;

export function mount(root, page) {
  const axis = h("div", { class: "tl-ticks" });
  const head = h("div", { class: "tl-head" }, h("div", { class: "tl-corner", text: "Step" }), axis);
  const rows = h("div", { class: "tl-rows", role: "listbox", tabindex: "0", "aria-label": "Steps over time" });
  const under = h("div", { class: "tl-under", "aria-hidden": "true" });
  const line = h("div", { class: "tl-now", "aria-hidden": "true" }, h("span", { text: "now" }));
  const canvas = h("div", { class: "tl-canvas" }, head, under, rows, line);
  const scroller = h("div", { class: "tl-scroll" }, canvas);
  const tip = h("div", { class: "tl-tip", hidden: true });
  const said = h("div", { class: "visually-hidden", role: "status" });
  const empty = h("p", { class: "view-empty", text: "Nothing has run yet. Steps appear here as they begin, each with its attempts and waits." });
  const tools = h(
    "div",
    { class: "view-tools", role: "group", "aria-label": "Zoom" },
    tool("minus", "Zoom out (-)", () => zoom(1 / 1.5)),
    tool("plus", "Zoom in (+)", () => zoom(1.5)),
    tool("fit", "Fit all (0)", () => fit()),
  );
  fill(root, h("div", { class: "timeline" }, scroller, tools, tip, said, empty));
  const shown = new Map(); // place: row
  const busyOf = createBusy();
  const opened = new Set();
  const foldButtons = new Map(); // by the time at which what is folded begins
  let run = null; // before the first update, which draws also where there is none
  let selected = null;
  let pxPerMs = null;
  let fitted = true;
  let scale = null;
  let active = 0;
  let activeBar = 0;
  let timer = null;
  let live = false;
  let drawnHeight = 0; // of a row, in px, as those that are there were placed
  let follows = true; // whether the newest row is kept in sight while the run goes on

  mountGestures(scroller, { onZoom: (factor, x) => zoom(factor, x - labelWidth()), onPress: pressed });
  scroller.addEventListener("scroll", () => (hideTip(), draw()), { passive: true });
  rows.addEventListener("keydown", byKeys);
  rows.addEventListener("focus", entered);
  rows.addEventListener("blur", () => (hideTip(), draw()));
  for (const type of ["wheel", "touchmove", "pointerdown"]) scroller.addEventListener(type, () => (follows = false), { passive: true });
  scroller.addEventListener("pointermove", hovered);
  scroller.addEventListener("pointerleave", hideTip);
  new ResizeObserver(() => (fitted || rowHeight() !== drawnHeight ? layOut() : draw(), selected !== null && reveal(active))).observe(scroller);

  function tool(name, label, press) {
    return h("button", { type: "button", class: "button small icon-only", "aria-label": label, title: label, on: { click: press } }, icon(name));
  }

  const labelWidth = () => parseFloat(getComputedStyle(canvas).getPropertyValue("--tl-label")) || 0;
  const rowHeight = () => parseFloat(getComputedStyle(canvas).getPropertyValue("--tl-row")) || 30;
  const headHeight = () => head.offsetHeight;
  const now = () => (FINISHED.has(run.status) ? run.ended : shownNow());

  /** By keys; who presses a row has it in sight, and it may not move away. */
  function entered() {
    if (isPressing()) return;
    reveal(active);
    draw();
    sayBar();
  }

  function update(scene) {
    const other = scene.run?.id !== run?.id;
    const same = scene.run === run && scene.step === selected;
    const chosen = scene.step !== selected && scene.step !== null;
    if (same) return beat();
    run = scene.run;
    live = run !== undefined && run === scene.live && !FINISHED.has(run.status);
    selected = scene.step;
    if (other) {
      forgetRows();
      opened.clear();
      foldButtons.clear();
      fitted = true;
      pxPerMs = null;
      active = 0;
      scroller.scrollTop = 0;
      follows = true;
    }
    empty.hidden = run !== undefined && run.steps.length > 0;
    scroller.hidden = !empty.hidden;
    tools.hidden = !empty.hidden;
    if (chosen) {
      const place = run?.steps.findIndex(({ key }) => key === selected) ?? -1;
      if (place >= 0) active = place;
    }
    if (!scroller.hidden) layOut();
    if (chosen && !scroller.hidden) reveal(active, true);
    else if (live && follows && selected === null && document.activeElement !== rows) reveal(run.steps.length - 1);
    beat();
    return undefined;
  }

  /** While the run goes on the line of now moves, and what is open grows. */
  function beat() {
    const wanted = live && !root.hidden;
    if (!wanted && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
    if (!wanted || timer !== null) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    timer = setInterval(() => {
      if (root.hidden || !root.isConnected) beat();
      else if (!document.hidden && !scroller.hidden && !isPressing()) layOut();
    }, calm ? CALM_TICK_MS : TICK_MS);
  }

  function layOut() {
    if (run === undefined || scroller.clientWidth === 0) return;
    const time = now();
    const [from, to] = spanOf(run, time);
    const segments = segmentsOf(from, to, busyOf(run, time), opened);
    const room = Math.max(60, scroller.clientWidth - labelWidth() - END_PX);
    const whole = fitting(segments, room);
    if (pxPerMs === null || (fitted && !live)) pxPerMs = whole;
    else if (fitted && (whole < pxPerMs || whole * HEADROOM * HEADROOM > pxPerMs)) pxPerMs = whole * HEADROOM;
    const atEnd = live && !fitted && scroller.scrollLeft + scroller.clientWidth >= scroller.scrollWidth - 4;
    scale = scaleOf(segments, pxPerMs);
    canvas.style.setProperty("width", `${fitted ? Math.min(labelWidth() + scale.width + END_PX, scroller.clientWidth) : labelWidth() + scale.width + END_PX}px`);
    canvas.style.setProperty("height", `${headHeight() + run.steps.length * rowHeight()}px`);
    if (atEnd) scroller.scrollLeft = scroller.scrollWidth;
    draw();
  }

  /** Draw what is in sight. */
  function draw() {
    if (scale === null || run === undefined || scroller.hidden) return;
    const height = rowHeight();
    if (height !== drawnHeight) forgetRows();
    drawnHeight = height;
    const from = Math.max(0, Math.floor(scroller.scrollTop / height) - AROUND);
    const to = Math.min(run.steps.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + AROUND);
    for (const [place, row] of shown) {
      if (place >= from && place < to) continue;
      row.element.remove();
      shown.delete(place);
    }
    const time = now();
    const focused = document.activeElement === rows;
    for (let place = from; place < to; place += 1) {
      const row = shown.get(place) ?? added(place, height);
      const step = run.steps[place];
      row.update(step, { scale, now: time, selected: step.key === selected, active: focused && place === active, bar: activeBar, size: run.steps.length });
    }
    if (shown.has(active)) rows.setAttribute("aria-activedescendant", `tl-row-${active}`);
    else rows.removeAttribute("aria-activedescendant");
    drawAxis();
    drawUnder(time);
    line.hidden = !live || scale.x(time) < scroller.scrollLeft; // it would be over the names
    if (live) line.style.setProperty("left", `${labelWidth() + scale.x(time)}px`);
  }

  function forgetRows() {
    for (const row of shown.values()) row.element.remove();
    shown.clear();
  }

  function added(place, height) {
    const row = timelineRow(place);
    row.element.style.setProperty("top", `${place * height}px`);
    shown.set(place, row);
    rows.append(row.element);
    return row;
  }

  /** What is drawn of the line of time, in px. */
  const inSight = () => [Math.max(0, scroller.scrollLeft - 100), scroller.scrollLeft + scroller.clientWidth + 100];

  function drawAxis() {
    const [left, right] = inSight();
    const marks = ticksOf(scale, pxPerMs, left, right).map(({ x, text }) => at(h("span", { class: "tl-tick", text }), x));
    const folds = scale.places.filter((place) => place.idle && place.right >= left && place.left <= right).map((place) => foldButton(place));
    arrange(axis, [...marks, ...folds]);
  }

  /** The button of a stretch in which nothing ran: the same as long as the stretch begins there. */
  function foldButton({ from, to, folded, left, right }) {
    const word = idleWord(run, from, to);
    const text = `${duration(to - from)} ${word}`;
    const title = folded ? `${text}: show it to scale` : `Fold ${text}`;
    const button = foldButtons.get(from) ?? madeFold(from);
    const look = `${title} ${left} ${right}`;
    if (button.look === look) return button.element;
    button.look = look;
    const { element } = button;
    element.className = folded ? "tl-fold" : "tl-fold open";
    element.title = title;
    element.setAttribute("aria-label", title);
    fill(element, folded ? [h("span", { text: duration(to - from) }), " ", h("span", { text: word })] : icon("fold"));
    element.style.setProperty("left", `${left}px`);
    if (folded) element.style.setProperty("width", `${right - left}px`);
    else element.style.removeProperty("width");
    return element;
  }

  function madeFold(from) {
    const toggle = () => {
      if (!opened.delete(from)) opened.add(from);
      if (fitted) pxPerMs = null;
      layOut();
    };
    const button = { element: h("button", { type: "button", data: { from }, on: { click: toggle } }), look: null };
    foldButtons.set(from, button);
    return button;
  }

  function drawUnder(time) {
    const [left, right] = inSight();
    const bands = scale.places.filter((place) => place.folded && place.right >= left && place.left <= right).map((place) => band("tl-break", place.left, place.right));
    const pauses = pausesOf(run, time).map(({ from, to }) => band("tl-pause", scale.x(from), scale.x(to)));
    fill(under, bands, pauses);
  }

  function band(name, left, right) {
    const element = at(h("span", { class: name }), left);
    element.style.setProperty("width", `${Math.max(1, right - left)}px`);
    return element;
  }

  function at(element, x) {
    element.style.setProperty("left", `${x}px`);
    return element;
  }

  /** The middle of the bars in sight, in px of the visible part: what somebody most likely wants to see larger. */
  function middle() {
    const room = scroller.clientWidth - labelWidth();
    const [top, bottom] = [scroller.scrollTop, scroller.scrollTop + scroller.clientHeight - headHeight()];
    const inside = [...shown].filter(([place]) => place * drawnHeight >= top && place * drawnHeight < bottom);
    const ends = inside.flatMap(([, row]) => row.bars().flatMap(({ from, to }) => [scale.x(from), scale.x(to)])).map((x) => x - scroller.scrollLeft);
    const seen = ends.filter((x) => x >= 0 && x <= room);
    return seen.length === 0 ? room / 2 : (Math.min(...seen) + Math.max(...seen)) / 2;
  }

  /** Zoom by `factor`; what is at `x` (px in the visible part) stays where it is. */
  function zoom(factor, x) {
    if (scale === null) return;
    x ??= middle();
    const time = scale.time(scroller.scrollLeft + x);
    const most = WIDEST_PX / Math.max(1, scale.width / pxPerMs);
    fitted = false;
    pxPerMs = Math.min(most, Math.max(fitting(scale.places, 120), pxPerMs * factor));
    layOut();
    scroller.scrollLeft = scale.x(time) - x;
  }

  function fit() {
    fitted = true;
    pxPerMs = null;
    layOut();
    scroller.scrollLeft = 0;
  }

  function pressed(target) {
    const row = rowOf(target);
    if (row === null) return;
    active = row.place;
    page.selectStep(run.steps[row.place].key === selected ? null : run.steps[row.place].key);
  }

  function rowOf(target) {
    const element = target.closest?.(".tl-row");
    for (const [place, row] of shown) if (row.element === element) return { place, row };
    return null;
  }

  function byKeys(event) {
    const last = run.steps.length - 1;
    const page_ = Math.max(1, Math.floor(scroller.clientHeight / rowHeight()) - 2);
    const place = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last, PageDown: active + page_, PageUp: active - page_ }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (place !== undefined) {
      active = Math.min(last, Math.max(0, place));
      activeBar = 0;
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const bars = shown.get(active)?.bars() ?? [];
      activeBar = Math.min(bars.length - 1, Math.max(0, activeBar + (event.key === "ArrowRight" ? 1 : -1)));
      revealBar(bars[activeBar]);
    } else if (event.key === "Enter" || event.key === " ") {
      page.selectStep(run.steps[active].key === selected ? null : run.steps[active].key);
    } else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
    reveal(active);
    draw();
    sayBar();
  }

  function reveal(place, center = false) {
    const height = rowHeight();
    const top = place * height;
    const room = scroller.clientHeight - headHeight();
    if (place === run.steps.length - 1 && !center) scroller.scrollTop = scroller.scrollHeight;
    else if (top < scroller.scrollTop) scroller.scrollTop = center ? top - room / 2 : top;
    else if (top + height > scroller.scrollTop + room) scroller.scrollTop = top + height - room + (center ? room / 2 : 4);
  }

  function revealBar(bar) {
    if (bar === undefined) return;
    const room = scroller.clientWidth - labelWidth();
    const x = scale.x(bar.from);
    if (x < scroller.scrollLeft || x > scroller.scrollLeft + room - 40) scroller.scrollLeft = x - room / 3;
  }

  function sayBar() {
    const row = shown.get(active);
    const bar = row?.bars()[activeBar];
    if (bar === undefined) return;
    showTip(row, activeBar);
    setText(said, tipText(run.steps[active], bar).join(", "));
  }

  function hovered(event) {
    const bar = event.target.closest?.(".tl-bar");
    const found = bar === null || bar === undefined ? null : rowOf(bar);
    if (found === null) return document.activeElement === rows ? undefined : hideTip();
    return showTip(found.row, [...found.row.lane.children].indexOf(bar));
  }

  function showTip(row, place) {
    const bar = row.bars()[place];
    const view = row.lane.children[place];
    if (bar === undefined || view === undefined) return;
    const [name, what, times, error] = tipText(row.step(), bar);
    fill(tip, h("strong", { text: name }), h("span", { text: what }), h("span", { class: "mono", text: times }), error ? h("span", { class: "tl-tip-error", text: error }) : null);
    tip.hidden = false;
    const frame = root.getBoundingClientRect();
    const box = view.getBoundingClientRect();
    const left = Math.min(Math.max(box.left, frame.left + labelWidth()) - frame.left, frame.width - tip.offsetWidth - 8);
    const below = box.bottom - frame.top + 6;
    tip.style.setProperty("left", `${Math.max(8, left)}px`);
    tip.style.setProperty("top", `${below + tip.offsetHeight > frame.height ? box.top - frame.top - tip.offsetHeight - 6 : below}px`);
  }

  function hideTip() {
    tip.hidden = true;
  }

  return { update };
}

/** Name, what it is, when, and the error where there is one. */
function tipText(step, bar) {
  const times = bar.open ? `since ${clockTime(bar.from)} · ${duration(bar.to - bar.from)} so far` : `${clockTime(bar.from)} – ${clockTime(bar.to)} · ${duration(bar.to - bar.from)}`;
  return [step.name, barText(bar), times, bar.error ? errorText(bar.error) : ""];
}
