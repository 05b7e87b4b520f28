// The state of a run in one word, and the glyph of a step's state.

import { h, icon, svgElement } from "../base/dom.js";
import { pendingWaits } from "../state/store.js";

const LABELS = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  asking: "Waiting for you",
  held: "Stopped",
  waitingForPause: "Pausing",
  paused: "Paused",
  complete: "Complete",
  errored: "Failed",
  terminated: "Terminated",
};

/** The run's status, with "asking" for a run that waits for an event and "held" for one at a breakpoint: somebody has to do something. */
export function shownStatus(run) {
  if (run.status === "waiting" && run.held.length > 0) return "held";
  return run.status === "waiting" && pendingWaits(run).length > 0 ? "asking" : run.status;
}

export const statusLabel = (status) => LABELS[status] ?? status;

export function pill(status, label = statusLabel(status)) {
  return h("span", { class: "pill", data: { status } }, h("span", { class: "pill-dot" }), label);
}

export const STATE_LABELS = {
  planned: "planned",
  missed: "not reached",
  running: "running",
  retrying: "waiting to try again",
  sleeping: "asleep",
  waiting: "waiting for an event",
  completed: "done",
  failed: "failed",
  timed_out: "timed out",
  stopped: "stopped",
  held: "stopped here",
};

const ICONS = {
  completed: "check",
  failed: "cross",
  timed_out: "clock",
  waiting: "hand",
  retrying: "retry",
  sleeping: "moon",
  stopped: "stop",
};

/** A disc with a ring around it; the ring shows progress where `share(0…1)` is called. */
export function glyph(state) {
  const ring = svgElement("svg", { class: "glyph-ring", viewBox: "0 0 24 24", "aria-hidden": "true" });
  ring.append(
    svgElement("circle", { class: "glyph-track", cx: 12, cy: 12, r: 10.5 }),
    svgElement("circle", { class: "glyph-arc", cx: 12, cy: 12, r: 10.5, pathLength: 100 }),
  );
  const element = h("span", { class: "glyph", data: { state } }, ring, ICONS[state] ? icon(ICONS[state], "glyph-icon") : null);
  const arc = ring.lastElementChild;
  return { element, share: (part) => (arc.style.strokeDashoffset = String(100 - part * 100)) };
}
