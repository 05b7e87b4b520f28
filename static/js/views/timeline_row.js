// One row of the timeline: the name of a step, and its bars in their lane.

import { h, setText } from "../base/dom.js";
import { duration } from "../base/format.js";
import { STATE_LABELS } from "../run/pill.js";
import { SETTLED } from "../state/store.js";
import { barsOf, barText } from "./timeline_bars.js";

const LEAST_PX = 3;

/** `{ element, bars(), update(…) }` of the row at `place`. */
export function timelineRow(place) {
  const name = h("span", { class: "tl-name" });
  const time = h("span", { class: "tl-time mono" });
  const state = h("span", { class: "visually-hidden" });
  const lane = h("div", { class: "tl-lane" });
  const label = h("div", { class: "tl-label" }, h("span", { class: "tl-dot" }), name, state, time);
  const element = h("div", { class: "tl-row", role: "option", id: `tl-row-${place}`, "aria-posinset": String(place + 1) }, label, lane);
  let shown = { step: null, scale: null };
  let bars = [];

  function update(step, { scale, now, selected, active, bar, size }) {
    element.setAttribute("aria-setsize", String(size));
    element.setAttribute("aria-selected", String(selected));
    element.classList.toggle("active", active);
    const moving = !SETTLED.has(step.state);
    if (shown.step !== step || shown.scale !== scale || moving) {
      bars = barsOf(step, now);
      draw(step, scale, now);
      shown = { step, scale };
    }
    [...lane.children].forEach((each, at) => each.classList.toggle("active", active && at === bar));
  }

  function draw(step, scale, now) {
    element.dataset.state = step.state;
    element.dataset.kind = step.kind;
    setText(name, step.name || "(no name)");
    const took = duration((step.ended ?? now) - step.started);
    setText(time, took);
    setText(state, `, ${STATE_LABELS[step.state] ?? step.state}, ${step.attempts.length > 1 ? `${step.attempts.length} attempts, ` : ""}`);
    while (lane.childElementCount > bars.length) lane.lastElementChild.remove();
    bars.forEach((bar, at) => {
      const left = scale.x(bar.from);
      const width = Math.max(LEAST_PX, scale.x(bar.to) - left);
      const view = lane.children[at] ?? lane.appendChild(h("span", { class: "tl-bar" }));
      view.dataset.kind = bar.kind;
      view.dataset.state = bar.state;
      view.classList.toggle("open", bar.open);
      view.style.setProperty("left", `${left}px`);
      view.style.setProperty("width", `${width}px`);
      setText(view, width > 90 ? textIn(bar) : "");
    });
  }

  return { element, label, lane, update, bars: () => bars, step: () => shown.step };
}

const textIn = (bar) => (bar.kind === "attempt" ? (bar.number > 1 ? `attempt ${bar.number}` : "") : barText(bar));
