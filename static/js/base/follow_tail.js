// Staying at the newest while it grows, until somebody scrolls away; back at the end it goes on.

import { isPressing, whenReleased } from "./press.js";

const INTENT_MS = 600;
const NEAR_END_PX = 28;
const KEYS = new Set(["ArrowUp", "PageUp", "Home"]);

/**
 * `{ pin(), loosen(), follow(), release(), following() }` for the scrolling element. `pin()` after each growth, `loosen()` before
 * rows that are there get other heights; `aim()` may name the element
 * to keep in view instead of the very end; `onChange(following)` is told of each change.
 */
export function followTail(scroller, { aim = () => null, onChange = () => {} } = {}) {
  let on = true;
  let intent = 0;
  let left = null; // how it was left by the last pin: { top, height, room }
  const intended = () => (intent = performance.now());
  scroller.addEventListener("wheel", intended, { passive: true });
  scroller.addEventListener("touchmove", intended, { passive: true });
  scroller.addEventListener("pointerdown", (event) => event.target === scroller && intended());
  scroller.addEventListener("keydown", (event) => KEYS.has(event.key) && intended());
  scroller.addEventListener("scroll", scrolled, { passive: true });
  anchor();

  /** Nothing but `pin` moves what is shown while it follows; who reads keeps their place where something above changes its height. */
  function anchor() {
    scroller.style.setProperty("overflow-anchor", on ? "none" : "");
  }

  function scrolled() {
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    if (performance.now() - intent < INTENT_MS) set(atEnd);
    else if (on && !atEnd) pin();
  }

  function set(next) {
    if (on === next) return;
    on = next;
    left = null;
    anchor();
    onChange(on);
  }

  /**
   * Whether it was scrolled up without a wheel or a key: by the search of the browser, by a screen reader, by Tab to what is out of
   * sight. The layout can only do so where what is scrolled gets shorter or has more room.
   */
  function isMoved() {
    if (left === null || scroller.scrollTop >= left.top - 1) return false;
    return scroller.scrollHeight >= left.height && scroller.clientHeight <= left.room;
  }

  function pin() {
    if (!on) return;
    if (isPressing()) return whenReleased(pin);
    if (isMoved()) return set(false);
    const target = aim();
    if (target === null) scroller.scrollTop = scroller.scrollHeight;
    else reveal(target);
    left = { top: scroller.scrollTop, height: scroller.scrollHeight, room: scroller.clientHeight };
  }

  /** Scroll as little as needed; never so far that the top of a tall target is lost. */
  function reveal(target) {
    const frame = scroller.getBoundingClientRect();
    const box = target.getBoundingClientRect();
    const below = box.bottom + NEAR_END_PX - frame.bottom;
    if (below > 0) scroller.scrollTop += Math.min(below, box.top - frame.top - 8);
    else if (box.top < frame.top) scroller.scrollTop -= frame.top - box.top + 8;
  }

  /** What is in it is about to get other heights: where the browser puts it then is nobody's wish. */
  function loosen() {
    if (!on) return;
    if (isMoved()) set(false);
    else left = null;
  }

  return {
    pin,
    loosen,
    following: () => on,
    /** Stay where it is: somebody is about to read. */
    release: () => set(false),
    follow() {
      intent = 0;
      left = null;
      set(true);
      pin();
    },
  };
}
