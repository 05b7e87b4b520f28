// When to draw: once per frame, however much came in. What comes in after a pause does not wait for the next frame to begin, so that it
// is in that frame.

const PAUSE_MS = 40;
const HIDDEN_MS = 200;

/** `{ later(), soon() }`: both have `draw()` called, once for all calls until then. */
export function createDrawing(draw) {
  let cancelFrame = null;
  let timer = null;
  let heard = -Infinity;

  function work() {
    cancelFrame?.();
    clearTimeout(timer);
    cancelFrame = timer = null;
    draw();
  }

  /** Draw in the next frame. */
  function later() {
    if (cancelFrame !== null || timer !== null) return;
    // a hidden tab gets no frames, but its title and its announcements should go on
    if (document.hidden) timer = setTimeout(work, HIDDEN_MS);
    else {
      const frame = requestAnimationFrame(work);
      cancelFrame = () => cancelAnimationFrame(frame);
    }
  }

  /** Draw as soon as what comes in at the same time is there; in the next frame where something came shortly before. */
  function soon() {
    const paused = performance.now() - heard > PAUSE_MS;
    heard = performance.now();
    if (!paused || document.hidden) later();
    else timer ??= setTimeout(work);
  }

  return { later, soon };
}
