// What is done to the run that is looked at, as commands: the palette lists them, and keys do them.

import { canSkip, isHeld, refusals, restartPoint } from "../state/abilities.js";
import { HIDDEN } from "../shell/commands.js";
import { isFileRun } from "../state/file_run.js";
import { until } from "../state/why.js";

const NO_RUN = "There is no run yet.";
const PAST = "The run is shown as it was: go back to now first.";

/** A part of the page. */
export function mountRunCommands(page) {
  const live = () => {
    const { log, selected } = page.model.get();
    return selected === null || isFileRun(selected) ? undefined : log.runs[selected];
  };

  /** Why nothing can be done to the run, or null. */
  function unable() {
    if (!page.can.run) return HIDDEN;
    if (live() === undefined) return NO_RUN;
    return page.model.get().moment === null ? null : PAST;
  }

  const act = (action, detail) => page.act(action, live().id, detail);
  const why = (action) => () => unable() ?? refusals(live())[action];
  const command = (id, title, keys, refusal, run, words = []) => page.commands.add({ id, title, group: "Run", keys, refusal, run, words });

  command("run.pause", "Pause", ["p"], () => (live() !== undefined && isHeld(live()) ? HIDDEN : why("pause")()), () => act("pause"), ["hold", "stop"]);
  command("run.resume", "Resume", ["p"], () => (live() === undefined || !isHeld(live()) ? HIDDEN : why("resume")()), () => act("resume"), ["continue", "go on"]);
  command("run.skip", "Skip the wait that is next to end", ["s"], () => why("skip")() ?? (next() === undefined ? "Nothing sleeps or waits for another attempt." : null), () => act("skip", next().key), ["sleep", "retry", "delay"]);
  command("run.crash", "Crash the isolate", ["x"], () => (page.commands.get("debug.crash") === undefined ? why("crash")() : HIDDEN), () => act("crash"), ["kill", "throw away", "recover"]);
  command("run.restart", "Restart from the top", ["Shift+r"], why("restart"), () => act("restart"), ["again"]);
  page.commands.add({ id: "step.restart", title: "Restart from the selected step", group: "Step", keys: ["Shift+s"], refusal: restartRefusal, run: () => act("restart", restartPoint(step())), words: ["again", "rerun"] });
  page.commands.add({ id: "step.skip", title: "Skip the wait of the selected step", group: "Step", refusal: stepRefusal, run: () => act("skip", step().key), words: ["sleep", "delay"] });
  command("run.terminate", "Terminate, with or without rollback", ["t"], why("terminate"), () => act("terminate"), ["end", "stop", "undo", "roll back"]);
  command("run.delete", "Delete the run", ["Shift+d"], why("delete"), () => act("delete"), ["remove"]);

  /** The step whose delay ends next. */
  function next() {
    const waits = (live()?.steps ?? []).filter((each) => canSkip(each) && until(each) !== null);
    return waits.sort((one, other) => until(one) - until(other))[0];
  }

  const step = () => live()?.steps.find(({ key }) => key === page.model.get().step);

  function stepRefusal() {
    return why("skip")() ?? (step() === undefined ? "No step is selected." : canSkip(step()) ? null : "The step neither sleeps nor waits for another attempt.");
  }

  function restartRefusal() {
    return unable() ?? (step() === undefined ? "No step is selected." : restartPoint(step()) === null ? "The step has not ended: only from one that has can the run begin anew." : null);
  }
}
