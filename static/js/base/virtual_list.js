// A list of very many rows of different heights, of which only those in sight are in the document.

import { h } from "./dom.js";
import { createHeights } from "./heights.js";

const AROUND_PX = 400;

/**
 * In `scroller`: `{ element, reset(count), grow(count), redraw(place), reveal(place), row(place), places(), refresh() }`.
 * `draw(place)` makes a row's element, `estimate(place)` says about how high it will be: its true height is taken once it is
 * seen, and what is in sight stays where it is meanwhile. `onSizing()` is called before and `onSized()` after the whole gets another
 * height; whoever keeps to the end then, as `atEnd()` says, is not moved by the list as well.
 */
export function createVirtualList(scroller, { draw, estimate, onSizing = () => {}, onSized = () => {}, atEnd = () => false }) {
  const heights = createHeights();
  const frame = h("div", { class: "rows", role: "list" });
  const sizer = h("div", { class: "rows-room" }, frame);
  const shown = new Map(); // place: element
  let first = 0;
  let width = 0;
  let sized = -1;
  let queued = false;
  scroller.append(sizer);
  scroller.addEventListener("scroll", later, { passive: true });
  new ResizeObserver(() => {
    const wider = scroller.clientWidth !== width;
    width = scroller.clientWidth;
    if (wider && width > 0) measureAnew();
    render();
  }).observe(scroller);

  function later() {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      render();
    });
  }

  /** Lines break elsewhere: what is at the top stays there. */
  function measureAnew() {
    onSizing();
    const top = heights.at(scroller.scrollTop);
    const within = top < 0 ? 0 : scroller.scrollTop - heights.offset(top);
    heights.reset(heights.count(), estimate);
    size();
    if (top > 0 && !atEnd()) scroller.scrollTop = heights.offset(top) + within;
  }

  function size() {
    if (sized === heights.total()) return;
    sized = heights.total();
    sizer.style.setProperty("height", `${sized}px`);
    onSized();
  }

  function render() {
    if (scroller.clientHeight === 0) return;
    size();
    for (let round = 0; round < 4; round += 1) {
      const top = scroller.scrollTop;
      const from = Math.max(0, heights.at(top - AROUND_PX));
      const to = heights.at(top + scroller.clientHeight + AROUND_PX);
      place(from, to);
      if (!measure(heights.at(top))) return;
    }
  }

  /** Put the rows `from` to `to` (both in) into the document, and nothing else. */
  function place(from, to) {
    for (const [at, element] of shown) {
      if (at >= from && at <= to) continue;
      if (element.contains(document.activeElement)) scroller.focus({ preventScroll: true });
      element.remove();
      shown.delete(at);
    }
    let next = frame.firstElementChild;
    for (let at = from; at <= to; at += 1) {
      const there = shown.get(at);
      if (there !== undefined) {
        next = there.nextElementSibling;
        continue;
      }
      const element = draw(at);
      shown.set(at, element);
      frame.insertBefore(element, next);
    }
    first = from;
    move();
  }

  const move = () => frame.style.setProperty("transform", `translateY(${heights.offset(first)}px)`);

  /** Take the true heights; answers whether something is to be drawn anew. `anchor` is the place that stays where it is. */
  function measure(anchor) {
    let above = 0;
    let changed = false;
    for (const [at, element] of shown) {
      const grown = heights.set(at, element.getBoundingClientRect().height);
      if (grown === 0) continue;
      changed = true;
      if (at < anchor) above += grown;
    }
    if (!changed) return false;
    onSizing();
    move();
    if (above !== 0 && !atEnd()) {
      const aim = scroller.scrollTop + above;
      size();
      scroller.scrollTop = aim;
    } else size();
    return true;
  }

  function clear() {
    for (const element of shown.values()) element.remove();
    shown.clear();
  }

  return {
    element: frame,
    /** Other rows, or none. */
    reset(count) {
      if (frame.contains(document.activeElement)) scroller.focus({ preventScroll: true });
      clear();
      heights.reset(count, estimate);
      render();
    },
    /** More rows at the end: `count` in all. */
    grow(count) {
      for (let at = heights.count(); at < count; at += 1) heights.push(estimate(at));
      render();
    },
    /** A row looks different now. */
    redraw(place) {
      const element = shown.get(place);
      if (element === undefined) return void heights.set(place, estimate(place));
      const next = draw(place);
      element.replaceWith(next);
      shown.set(place, next);
      render();
    },
    /** Bring a row into view, scrolling as little as needed. */
    reveal(place) {
      const top = heights.offset(place);
      const bottom = top + heights.get(place);
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
      render();
    },
    row: (place) => shown.get(place),
    /** The first and the last place that are in sight. */
    places: () => [heights.at(scroller.scrollTop), heights.at(scroller.scrollTop + scroller.clientHeight - 1)],
    refresh: render,
  };
}
