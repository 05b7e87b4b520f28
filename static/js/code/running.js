// Run: what stands in the editor goes to the server as it is shown, and the run that it becomes comes forward.

import * as api from "../state/api.js";
import { byId } from "../base/dom.js";
import { showPane } from "../shell/panes.js";
import { clearToasts, toast } from "../base/toasts.js";

/** `{ run, onForeign }`; adds the commands "run" and "code.reset". */
export function mountRunning(page) {
  const { model, source, payload, draft } = page;
  const button = byId("run-button");
  const refusal = () => (page.can.run ? null : "You are watching: only who may edit can run.");
  page.commands.add({ id: "run", title: "Run", group: "Run", keys: ["Mod+Enter"], refusal, run: () => run() });
  if (page.can.edit) {
    page.commands.add({ id: "code.reset", title: "Back to the default workflow", group: "Code", run: reset });
    button.addEventListener("click", () => run());
    byId("reset-button").addEventListener("click", reset);
    byId("payload").addEventListener("input", draft.changed);
    restore();
  }

  /** Run it. `more` goes to the server beside the code and the payload. */
  async function run(more = {}) {
    if (!page.can.run || model.get().busy) return;
    clearToasts();
    const result = payload.read();
    if (!result.ok) {
      showPane("code");
      toast(`Not run: the payload is not JSON. ${result.message}`, { kind: "bad" });
      return;
    }
    source.clear();
    setBusy(true);
    const text = source.text();
    await draft.save();
    try {
      const answer = await api.run({ source: text, payload: result.value, language: page.data.language, ...more });
      page.session.adopt(answer.session);
      page.sources.put(answer.runId, text);
      model.set({ selected: answer.runId, step: null, moment: null, chosen: false });
      page.tail.follow();
      showPane("run");
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(false);
    }
  }

  function refuse(error) {
    if (error.offline) return toast("Not run: the server is away. Try again when it is back.", { kind: "bad" });
    if (error.status === undefined) throw error;
    showPane("code");
    source.refuse(error);
  }

  function setBusy(busy) {
    model.set({ busy });
    button.setAttribute("aria-busy", String(busy));
  }

  async function reset() {
    const before = source.text();
    try {
      const text = await api.defaultSource();
      if (text === before) return toast("This is the default workflow.");
      replace(text);
      toast("Back to the default workflow.", { action: { label: "Undo", run: () => replace(before) } });
    } catch (error) {
      toast(error.message, { kind: "bad" });
    }
  }

  function replace(text) {
    source.setText(text);
    source.clear();
    draft.changed();
  }

  function restore() {
    const kept = draft.kept();
    if (kept === null) return;
    take(kept);
    draft.changed();
  }

  function take(kept) {
    source.setText(kept.source);
    byId("payload").value = kept.payload;
    payload.check();
  }

  function onForeign(foreign, dirty) {
    if (foreign.source === source.text() && foreign.payload === byId("payload").value) return;
    if (document.hidden && !dirty) take(foreign);
    else toast("The code was changed in another tab.", { action: { label: "Load it", run: () => take(foreign) } });
  }

  return { run, onForeign };
}
