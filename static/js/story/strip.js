// The strip of a run's story: every committed entry from left to right, and a cursor that everything else follows.

import { fill, h, icon, setText } from "../base/dom.js";
import { clockTime } from "../base/format.js";
import { countUpTo } from "../state/past.js";
import { marksOf, milestone } from "./marks.js";
import { onward, SPEEDS } from "./pace.js";
import { textOf, wordsOf } from "./words.js";

const COLUMN_PX = 4;

/** `{ update(scene), play(), stop(), go(way), focus() }` in `root`. */
export function mount(root, page, { onClose }) {
  const play = tool("play", "Play", () => toggle());
  const slider = h("input", { type: "range", class: "story-slider", min: 0, max: 0, value: 0, step: 1, "aria-label": "The run's entries", on: { input: () => seek(Number(slider.value)), keydown: byKeys } });
  const marks = h("div", { class: "story-marks", "aria-hidden": "true" });
  const past = h("div", { class: "story-past", "aria-hidden": "true" });
  const speed = h("select", { class: "select small story-speed", "aria-label": "Speed" }, SPEEDS.map((times) => h("option", { value: times, text: `${times}×` })));
  const time = h("span", { class: "story-time mono" });
  const words = h("span", { class: "story-words" });
  const count = h("span", { class: "story-count" });
  const now = h("button", { type: "button", class: "button small story-now", on: { click: () => leave() } }, icon("follow"), h("span", { text: "Back to now" }));
  const close = tool("cross", "Close the story", onClose);
  fill(
    root,
    h("div", { class: "story-track" }, tool("skip", "One entry back", () => go(-1), "story-back"), play, tool("skip", "One entry on", () => go(1)), h("div", { class: "story-rail" }, past, marks, slider), speed, close),
    h("div", { class: "story-says" }, time, words, count, now),
  );
  let journal = [];
  let at = 0; // the place of the entry at the cursor
  let drawn = { id: null, length: -1, width: 0, at: -1, moment: undefined };
  let playing = null;
  new ResizeObserver(() => drawMarks()).observe(marks);

  function tool(name, label, press, more = "") {
    return h("button", { type: "button", class: `button ghost small icon-only ${more}`, "aria-label": label, title: label, on: { click: press } }, icon(name));
  }

  function update({ state, run, live }) {
    const id = state.selected;
    root.dataset.run = id ?? "";
    if (id !== drawn.id) {
      stop();
      drawn = { id, length: -1, width: 0, at: -1, moment: undefined };
    }
    journal = id === null ? [] : page.model.journal(id);
    at = state.moment === null ? journal.length - 1 : countUpTo(journal, state.moment) - 1;
    const same = drawn.length === journal.length && drawn.at === at && drawn.moment === state.moment;
    if (same) return;
    if (drawn.length !== journal.length) {
      slider.max = String(Math.max(0, journal.length - 1));
      drawMarks();
    }
    Object.assign(drawn, { length: journal.length, at, moment: state.moment });
    slider.value = String(Math.max(0, at));
    past.style.setProperty("width", `${journal.length < 2 ? 100 : (at / (journal.length - 1)) * 100}%`);
    drawWords(state.moment === null ? live : run, state.moment === null);
  }

  function drawWords(run, isNow) {
    root.dataset.past = String(!isNow);
    now.hidden = isNow;
    const entry = journal[at];
    if (entry === undefined) {
      setText(time, "");
      setText(words, "Nothing is committed yet.");
      setText(count, "");
      return;
    }
    const parts = wordsOf(entry, run);
    setText(time, clockTime(entry.time));
    fill(words, parts.map((part) => (typeof part === "string" ? part : h("strong", { text: part.name }))));
    words.title = textOf(parts);
    setText(count, isNow ? `${journal.length} entries, this is the last` : `entry ${at + 1} of ${journal.length}`);
    slider.setAttribute("aria-valuetext", `${clockTime(entry.time, false)}, ${textOf(parts)}`);
  }

  function drawMarks() {
    const width = marks.clientWidth;
    const columns = Math.max(8, Math.floor(width / COLUMN_PX));
    const list = marksOf(journal, columns);
    while (marks.childElementCount > list.length) marks.lastElementChild.remove();
    list.forEach(({ column, kind, weight }, place) => {
      const mark = marks.children[place] ?? marks.appendChild(h("span", { class: "story-mark" }));
      const left = `${(column / (columns - 1)) * 100}%`;
      if (mark.dataset.kind !== kind) mark.dataset.kind = kind;
      if (mark.dataset.size !== sizeOf(weight)) mark.dataset.size = sizeOf(weight);
      if (mark.dataset.left !== left) {
        mark.dataset.left = left;
        mark.style.setProperty("left", left);
      }
    });
  }

  /** Show the run as it was with the entry at `place`; the last one is now. */
  function seek(place) {
    const next = Math.min(Math.max(0, place), journal.length - 1);
    if (next >= journal.length - 1) return leave();
    return page.showMoment(journal[next].seq);
  }

  function leave() {
    stop();
    const held = root.contains(document.activeElement);
    page.showMoment(null);
    if (held) slider.focus();
  }

  function go(way) {
    stop();
    seek(at + way);
  }

  function byKeys(event) {
    if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      stop();
      seek(milestone(journal, at, event.key === "PageUp" ? 1 : -1));
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      toggle();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") stop();
  }

  function toggle() {
    if (playing !== null) return stop();
    let before = performance.now();
    let left = 0;
    let place = at >= journal.length - 1 ? 0 : at;
    seek(place);
    const frame = (stamp) => {
      const next = onward(journal, place, stamp - before + left, Number(speed.value));
      before = stamp;
      left = next.left;
      if (next.at !== place) {
        place = next.at;
        if (place >= journal.length - 1) return leave();
        page.showMoment(journal[place].seq);
      }
      playing = requestAnimationFrame(frame);
      return undefined;
    };
    playing = requestAnimationFrame(frame);
    return drawPlay();
  }

  function stop() {
    if (playing === null) return;
    cancelAnimationFrame(playing);
    playing = null;
    drawPlay();
  }

  function drawPlay() {
    fill(play, icon(playing === null ? "play" : "pause"));
    play.setAttribute("aria-label", playing === null ? "Play" : "Hold");
    play.title = playing === null ? "Play" : "Hold";
  }

  return { update, play: toggle, stop, go, focus: () => slider.focus() };
}

const sizeOf = (weight) => (weight >= 5 ? "large" : weight >= 2 ? "medium" : "small");
