// Zoom and pan by pointer: wheel with Ctrl or ⌘, two fingers, a drag; a press that was no drag is a press.

const DRAG_PX = 5;
const WHEEL_SPEED = 0.0022;

/**
 * On a scrolling `area`: `onZoom(factor, x, y)` around a point (px from its corner); `onPress(target)` where a pointer went down
 * and up in the same place; `onPan(dx, dy)` for drags, else the area itself is scrolled.
 */
export function mountGestures(area, { onZoom, onPress, onPan = null }) {
  const pointers = new Map();
  let drag = null;
  let distance = null;

  area.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = area.getBoundingClientRect();
      onZoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 20 : 1) * WHEEL_SPEED), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) drag = { x: event.clientX, y: event.clientY, target: event.target, moved: false };
    distance = null;
  });
  area.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = pointers.get(event.pointerId);
    pointers.set(event.pointerId, event);
    if (pointers.size === 2) return pinch();
    if (drag === null) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PX) return;
    if (!drag.moved) {
      drag.moved = true;
      // not before: a captured pointer would take the press away from buttons
      area.setPointerCapture(event.pointerId);
      area.classList.add("dragging");
    }
    const dx = event.clientX - before.clientX;
    const dy = event.clientY - before.clientY;
    if (onPan !== null) onPan(dx, dy);
    else if (event.pointerType === "mouse") area.scrollBy(-dx, -dy);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    area.addEventListener(type, (event) => {
      const pressed = type === "pointerup" && drag !== null && !drag.moved && pointers.size === 1 ? drag.target : null;
      pointers.delete(event.pointerId);
      if (pointers.size === 0) {
        drag = null;
        area.classList.remove("dragging");
      }
      if (pressed !== null) onPress?.(pressed);
    });
  }

  function pinch() {
    const [one, other] = [...pointers.values()];
    const next = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (drag !== null) drag.moved = true;
    if (distance !== null && next > 0) {
      const box = area.getBoundingClientRect();
      onZoom(next / distance, (one.clientX + other.clientX) / 2 - box.left, (one.clientY + other.clientY) / 2 - box.top);
    }
    distance = next;
  }
}
