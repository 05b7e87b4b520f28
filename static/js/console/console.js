// The console's panel as a part of the page.

import { byId, setText } from "../base/dom.js";
import { mountLogs } from "./logs.js";

/** Lines of the run, of one step where one is selected. */
export function mountConsole(page) {
  const logs = mountLogs(byId("console-pane"), { onClear: () => page.selectStep(null), onStep: page.selectStep });
  return {
    update({ run, step }) {
      logs.update(run, run?.steps.some(({ key }) => key === step) ? step : null);
      setText(byId("console-count"), run?.logs.length ? String(Math.min(run.logs.length, 999)) : "");
    },
  };
}
