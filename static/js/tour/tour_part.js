// The guided walk's command. It is loaded when it is first begun, and remembered when it was ended.

import { toast } from "../base/toasts.js";

const KEPT = "playground:walk";

/** A part of the page. `page.offersWalk()`: whether this visitor has neither taken nor refused it yet. */
export function mountTour(page) {
  let tour = null;
  const refusal = () => (page.can.run ? null : "You are watching: open your own playground to take the walk.");
  page.commands.add({ id: "tour.start", title: "Guided walk: run, crash, approve, share", group: "Help", words: ["tour", "tutorial", "learn", "begin", "help"], refusal, run: begin });
  page.commands.add({ id: "tour.end", title: "End the guided walk", group: "Help", refusal: () => (tour === null ? "No walk is under way." : null), run: () => tour.end(false) });
  page.commands.add({ id: "tour.there", title: "Go where the guided walk points", group: "Help", keys: ["w"], refusal: () => (tour === null ? "No walk is under way." : null), run: () => tour.there() });
  page.offersWalk = () => page.can.run && kept() === null;
  return { update: (scene) => tour?.update(scene) };

  async function begin() {
    tour?.end(false);
    try {
      const { startTour } = await import("./tour.js");
      tour = await startTour(page, { onOver: (finished) => (keep(finished ? "taken" : "left"), (tour = null), page.show("run")) });
    } catch {
      toast("The walk could not be loaded. Try again when the server is back.", { kind: "bad" });
    }
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(how) {
  try {
    localStorage.setItem(KEPT, how);
  } catch {
    // it is offered again then
  }
}
