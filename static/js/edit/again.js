// Run again with other input: the payload of a run goes back into its field, and the next run says what it replays.

import * as api from "../state/api.js";
import { byId } from "../base/dom.js";
import { pretty } from "../base/format.js";
import { toast } from "../base/toasts.js";
import { isFileRun } from "../state/file_run.js";

/** Put the input of the scene's run into the payload's field. */
export async function again(page, { run, state }) {
  const value = await inputOf(run);
  if (value === undefined) return toast("The input of this run is no JSON, so it cannot be edited here.", { kind: "bad" });
  const code = state.codes[run.id] ?? null;
  const field = byId("payload");
  const before = field.value;
  field.value = pretty(value);
  page.payload.check();
  page.draft.changed();
  page.replays = isFileRun(run.id) ? null : run.id;
  page.show("code");
  field.focus();
  field.select();
  const undo = { label: "Undo", run: () => ((field.value = before), page.payload.check(), page.draft.changed(), (page.replays = null)) };
  toast(code === null ? "Its input is in the payload: edit it, then run." : "Its input is in the payload: edit it, then run the code in the editor.", { action: undo });
}

/** What the log shows where that is all of it, else what the run's file holds. */
async function inputOf(run) {
  const shown = run.params;
  if (shown === undefined) return {};
  if (typeof shown !== "string") return shown;
  try {
    const { params } = await api.runFile(run.id);
    return typeof params === "string" && params.startsWith("j") ? JSON.parse(params.slice(1)) : undefined;
  } catch {
    return shown;
  }
}
