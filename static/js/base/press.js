// Whether somebody is pressing something just now. Between a press and its release nothing of what is listed may move or be made anew:
// the release would meet another thing, and the click be lost or be somebody else's.

const LONGEST_MS = 1000; // a press that lasts longer is none: what is shown goes on
const MOVED_PX = 8; // a drag is none either
const TAP_MS = 60; // a finger's click comes this much after it has gone

let press = null;
const waiting = new Set();

export const isPressing = () => press !== null;

/** Do it now, or as soon as nothing is pressed any more; the same function once only. */
export function whenReleased(work) {
  if (press === null) work();
  else waiting.add(work);
}

function begin(next) {
  end();
  press = next;
  press.timer = setTimeout(end, LONGEST_MS);
}

function end() {
  if (press === null) return;
  clearTimeout(press.timer);
  press = null;
  const all = [...waiting];
  waiting.clear();
  for (const work of all) work();
}

/** After the click that is about to come. */
function endAfter(ms) {
  if (press === null) return;
  clearTimeout(press.timer);
  press.timer = setTimeout(end, ms);
}

const listeners = {
  pointerdown: (event) => event.isPrimary && event.button === 0 && begin({ x: event.clientX, y: event.clientY }),
  pointermove: ({ clientX: x, clientY: y }) => press !== null && Math.hypot(x - press.x, y - press.y) > MOVED_PX && end(),
  pointerup: (event) => endAfter(event.pointerType === "mouse" ? 0 : TAP_MS),
  pointercancel: end,
  // Space presses a button when it comes up
  keydown: (event) => event.key === " " && !event.repeat && event.target.closest?.("button") && begin({}),
  keyup: (event) => event.key === " " && endAfter(0),
};

for (const [type, listener] of Object.entries(listeners)) globalThis.addEventListener?.(type, listener, { capture: true, passive: true });
globalThis.addEventListener?.("blur", end);
