// The run's panel around its views: the head with its controls, the prompts, the lesson before the first run, the result.

import { byId } from "../base/dom.js";
import { regainFocus } from "../base/focus.js";
import { mountEmpty } from "./empty.js";
import { mountPrompts } from "./prompt.js";
import { mountResult } from "./result.js";
import { mountRuns } from "./runs.js";

/** A part of the page. What is done to a run is done to it as it is now, so nothing is offered while the past is shown. */
export function mountRunPane(page) {
  const runs = mountRuns(byId("run-head"), page);
  const prompts = mountPrompts(byId("prompts"), page);
  const empty = mountEmpty(byId("empty"), {
    onRun: () => page.run(),
    onWalk: () => page.commands.run("tour.start"),
    onExamples: () => page.commands.run("examples"),
    offers: () => page.offersWalk?.() === true,
  });
  const result = mountResult(byId("result"), { page, onStep: page.selectStep });
  const own = page.can.run ? "own" : "view";
  let last = null; // the id of the run that was shown
  // the focus is not lost with the run that it was in
  const afterDeletion = () => regainFocus(page.views.tab(), byId("run-button"));
  return {
    update({ state, run, live, runs: all }) {
      const id = live?.id ?? null;
      if (last !== null && last !== id && !all.some((each) => each.id === last)) queueMicrotask(afterDeletion);
      last = id;
      runs.update({ run, runs: all, selected: state.selected, access: run === live ? own : "view", link: state.link });
      prompts.update(run === live ? live : undefined, page.can.approve ? "own" : "view");
      empty.update({ shown: state.selected === null, loading: state.selected === null && state.loading, access: own });
      result.update(run);
    },
  };
}
