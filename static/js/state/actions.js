// What the owner does to a run. Nothing is shown as done here: the log says what came of it.

import * as api from "./api.js";
import { chosen, confirmed } from "../base/dialogs.js";
import { because } from "../base/refusal.js";
import { toast } from "../base/toasts.js";

const NOT_DONE = {
  pause: "Not paused",
  resume: "Not resumed",
  restart: "Not restarted",
  terminate: "Not terminated",
  delete: "Not deleted",
  crash: "Not thrown away",
  skip: "Not skipped",
};

/** Actions by name, each `(runId, detail)`, resolving to the server's answer, or null where nothing was done. */
export const ACTIONS = {
  pause: (id) => ask("pause", id),
  resume: (id) => ask("resume", id),
  restart: (id, from) => ask("restart", id, from === undefined ? {} : { from }),
  skip: (id, step) => ask("skip", id, { step }),
  async terminate(id) {
    const way = await chosen(
      "Terminate this run?",
      "It stops where it is and cannot go on. What its steps have done stays done, unless they are rolled back: then the rollbacks of finished steps run, the latest first, before it ends.",
      [
        { value: "rollback", label: "Terminate and roll back", look: "" },
        { value: "plain", label: "Terminate", look: "primary danger" },
      ],
    );
    return way === null ? null : ask("terminate", id, way === "rollback" ? { rollback: true } : {});
  },
  async delete(id) {
    const text = "Its journal, its outputs and its lines are removed for good. This cannot be undone.";
    return (await confirmed("Delete this run?", text, "Delete")) ? ask("delete", id) : null;
  },
  async crash(id) {
    const answer = await ask("crash", id);
    if (answer?.crashed === true) toast("The isolate is gone. What was committed stays, and the run goes on from there.");
    if (answer?.crashed === false) toast("Nothing of this run is in memory: there is no isolate to throw away.");
    return answer;
  },
};

async function ask(action, id, body = {}) {
  try {
    return await api.act(id, action, body);
  } catch (error) {
    toast(because(NOT_DONE[action], error), { kind: "bad" });
    return null;
  }
}
