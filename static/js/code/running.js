// Run: what stands in the editor goes to the server as it is shown, and the run that it becomes comes forward.

import * as api from "../state/api.js";
import { byId } from "../base/dom.js";
import { advice } from "../state/advice.js";
import { mountQuota } from "../run/quota.js";
import { showPane } from "../shell/panes.js";
import { clearToasts, toast } from "../base/toasts.js";
import { toRun } from "./files.js";
import { keepPresent } from "./keeping.js";

const INSTANCE_ID = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/;
const PATIENCE_MS = 1500; // for which a second press is taken for a double click

/** `{ run }`; adds the commands "run" and "code.reset". */
export function mountRunning(page) {
  const { model, source, payload, draft } = page;
  const button = byId("run-button");
  const quota = mountQuota();
  let began = 0; // when the run was pressed that is being started
  const refusal = () => (page.can.run ? quota.refusal() : "You are watching: only who may edit can run.");
  page.commands.add({ id: "run", title: "Run", group: "Run", keys: ["Mod+Enter"], refusal, run: () => run() });
  if (page.can.edit) {
    page.commands.add({ id: "code.reset", title: "Back to the default workflow", group: "Code", run: reset });
    button.addEventListener("click", () => run());
    for (const type of ["pointerenter", "pointerdown", "focus"]) button.addEventListener(type, prepare);
    byId("source-pane").addEventListener("keydown", ({ key }) => (key === "Control" || key === "Meta") && prepare());
    byId("payload").addEventListener("input", draft.changed);
    void draft.restore();
  }

  /** Somebody is about to run: when they do, the session is there and its stream open. */
  function prepare() {
    if (quota.refusal() === null) page.session.ensure().catch(() => {});
  }

  /** Run it. `more` goes to the server beside the code and the payload. */
  async function run(more = {}) {
    if (!page.can.run) return;
    if (model.get().busy) return performance.now() - began < PATIENCE_MS ? undefined : toast("The run before this one is still being started.");
    if (quota.refusal() !== null) return toast(quota.refusal());
    clearToasts();
    const result = payload.read();
    if (!result.ok) {
      showPane("code");
      toast(`Not run: the payload is not JSON. ${result.message}`, { kind: "bad" });
      return;
    }
    source.clear();
    setBusy(true);
    const code = source.files(); // what is shown now is what runs, whatever is typed until the answer comes
    try {
      await page.session.settled();
      // the run carries its code itself: its draft comes behind it
      const answer = await api.run({ ...toRun(code), payload: result.value, ...page.moreForRun(), ...more }).finally(() => void draft.save());
      page.session.adopt(answer.session);
      const id = begun(answer, model.get().log.runs);
      page.sources.put(id, { modules: code.files, main: code.main, version: answer.version });
      // the stream may have been quicker than the answer: then it is shown already, and a step of it may be selected
      const there = model.get().selected === id;
      model.set({ chosen: false, started: id, ...(there ? {} : { selected: id, step: null, moment: null }) });
      page.tail.follow();
      showPane("run");
    } catch (error) {
      refuse(error, more);
    } finally {
      setBusy(false);
    }
  }

  function refuse(error, more) {
    if (error.status === undefined) throw error;
    const { what, next, way } = advice(error) ?? {};
    if (error.status === 429) quota.hold(error.wait);
    if (error.status === 429 && what === undefined) return toast(`Not run: ${quota.refusal()}`);
    const action = way === undefined ? { label: "Try again", run: () => void run(more) } : { label: way.label, run: () => page.commands.run(way.command) };
    if (what !== undefined) return toast(`Not run. ${what} ${next}`, { kind: "bad", action });
    showPane("code");
    source.refuse(error);
  }

  function setBusy(busy) {
    began = performance.now();
    model.set({ busy });
    button.setAttribute("aria-busy", String(busy));
  }

  async function reset() {
    const before = source.files();
    try {
      const text = await api.defaultSource();
      const fresh = { files: { "workflow.js": text }, main: "workflow.js" };
      if (Object.keys(before.files).length === 1 && before.files["workflow.js"] === text) return toast("This is the default workflow.");
      await keepPresent(page);
      page.write(fresh);
      toast("Back to the default workflow.", { action: { label: "Undo", run: () => page.write(before) } });
    } catch (error) {
      toast(error.message, { kind: "bad" });
    }
  }

  return { run };
}

/** The run that began: the code may have created it under an id of its own, which it answers, and not under the one that it was given. */
function begun({ runId, id }, runs) {
  return runs[runId] === undefined && typeof id === "string" && INSTANCE_ID.test(id) ? id : runId;
}
