// Which panes there are: splitters between them where there is room, one at a time where there is none.

import { byId } from "../base/dom.js";

const STEP = 3;
const ONE_AT_A_TIME = "(max-width: 860px)"; // as mobile.css has it

export function mountPanes() {
  splitter(byId("split-columns"), byId("workbench"), "--split-columns", "x", 48, [26, 74]);
  splitter(byId("split-rows"), byId("right"), "--split-rows", "y", 66, [25, 86]);
  for (const tab of document.querySelectorAll("[data-show]")) tab.addEventListener("click", () => showPane(tab.dataset.show));
}

/** On narrow screens: bring one pane forward ("code", "run" or "console"). */
export function showPane(name) {
  document.body.dataset.view = name;
  for (const tab of document.querySelectorAll("[data-show]")) tab.setAttribute("aria-pressed", String(tab.dataset.show === name));
  if (matchMedia(ONE_AT_A_TIME).matches) keepFocus(name);
}

/** What had the focus may be out of sight now: then the tab of what came in its place has it. */
function keepFocus(name) {
  const focused = document.activeElement;
  if (!byId("workbench").contains(focused) || focused.getClientRects().length > 0) return;
  document.querySelector(`[data-show="${name}"]`)?.focus();
}

/** Share of the first pane in percent, moved by pointer, arrow keys or a double click, kept in this browser. */
function splitter(handle, frame, property, axis, normal, [least, most]) {
  let share = normal;
  const set = (value, keep = true) => {
    share = Math.min(most, Math.max(least, value));
    frame.style.setProperty(property, `${share}%`);
    handle.setAttribute("aria-valuenow", String(Math.round(share)));
    if (keep) store(property, share);
  };
  handle.setAttribute("aria-valuemin", String(least));
  handle.setAttribute("aria-valuemax", String(most));
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("moving");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = frame.getBoundingClientRect();
    set(axis === "x" ? ((event.clientX - box.left) / box.width) * 100 : ((event.clientY - box.top) / box.height) * 100);
  });
  handle.addEventListener("pointerup", () => handle.classList.remove("moving"));
  handle.addEventListener("dblclick", () => set(normal));
  handle.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    set(share + way);
  });
  set(stored(property) ?? normal, false);
}

function store(property, share) {
  try {
    localStorage.setItem(`pane${property}`, String(share));
  } catch {
    // holds for this page only
  }
}

function stored(property) {
  try {
    const share = parseFloat(localStorage.getItem(`pane${property}`) ?? "");
    return Number.isFinite(share) ? share : null;
  } catch {
    return null;
  }
}
