// Ways through the page by keys and commands, and the badges of the tabs on narrow screens.

import { byId } from "../base/dom.js";
import { shownStatus } from "../run/pill.js";

const PANES = [
  ["code", "To the editor", "e"],
  ["run", "To the run", "r"],
  ["console", "To the console", "c"],
];

/** A part of the page. */
export function mountNavigation(page) {
  const neighbour = (way) => {
    const { log, selected } = page.model.get();
    return log.order[log.order.indexOf(selected) + way];
  };
  const step = (id, title, key, way, none) =>
    page.commands.add({ id, title, group: "View", keys: [key], refusal: () => (neighbour(way) === undefined ? none : null), run: () => page.select(neighbour(way)) });
  step("run.previous", "To the run before", "[", -1, "There is no run before this one.");
  step("run.next", "To the run after", "]", 1, "There is no run after this one.");
  for (const [pane, title, key] of PANES) page.commands.add({ id: `go.${pane}`, title, group: "View", keys: [key], run: () => page.show(pane) });
  page.commands.add({
    id: "step.leave",
    title: "Leave the step, show all lines",
    group: "View",
    keys: ["Escape"],
    run: () => page.selectStep(null),
  });
  page.commands.add({ id: "theme", title: "Theme: the next of system, light and dark", group: "View", words: ["dark", "light", "colours"], run: () => byId("theme-button").click() });
  const badge = byId("run-badge");
  return {
    update({ run }) {
      badge.hidden = run === undefined;
      if (run !== undefined) badge.dataset.status = shownStatus(run);
    },
  };
}
