// The log's panel as a part of the page.

import { byId, setText } from "../base/dom.js";
import { whenReleased } from "../base/press.js";
import { mountLogs } from "./logs.js";

const MOST = 999;

/** Lines of the run as it is shown, of one step where one is selected. */
export function mountConsole(page) {
  const ways = { journal: page.model.journal, onStep: page.selectStep, onLine: page.goToLine, nameOf: page.places.nameOf };
  const logs = mountLogs(byId("console-pane"), ways);
  let wanted = null; // what is to be drawn
  let drawn = null;

  /** Behind the frame: the steps are seen first, and their lines a moment later, when the page has its layout already. */
  function later(scene) {
    if (wanted === null && drawn !== null && scene.run === drawn.run && scene.step === drawn.step) return;
    if (wanted === null) setTimeout(due);
    wanted = scene;
  }

  const due = () => whenReleased(draw);

  function draw() {
    if (wanted === null) return;
    const { run, step } = wanted;
    drawn = { run, step };
    wanted = null;
    logs.update(run, run?.steps.some(({ key }) => key === step) ? step : null);
    const count = run?.logs.length ?? 0;
    setText(byId("console-count"), count === 0 ? "" : count > MOST ? `${MOST}+` : String(count));
  }

  const none = () => ((page.model.shown()?.logs.length ?? 0) > 0 ? null : "There are no lines.");
  page.commands.add(
    { id: "log.find", title: "Filter the log", group: "Log", keys: ["Mod+Shift+l"], run: () => (page.show("console"), logs.find()) },
    { id: "log.copy", title: "Copy the lines shown", group: "Log", refusal: none, run: () => (draw(), logs.copyAll()) },
    { id: "log.text", title: "Download the log as text", group: "Log", refusal: none, run: () => (draw(), logs.download("txt")) },
    { id: "log.ndjson", title: "Download the log as NDJSON", group: "Log", refusal: none, run: () => (draw(), logs.download("ndjson")) },
  );
  page.log = { show: (seq) => (page.show("console"), draw(), logs.show(seq)) };
  return { update: later };
}
