// The page put together: what it knows, what can be done on it, and who draws what of it.

import { ACTIONS } from "./state/actions.js";
import { holdClock } from "./base/countdown.js";
import { byId } from "./base/dom.js";
import { followTail } from "./base/follow_tail.js";
import { toast } from "./base/toasts.js";
import { createDraft } from "./code/draft.js";
import { startingCode } from "./code/files.js";
import { jsonField } from "./code/payload.js";
import { mountRunning } from "./code/running.js";
import { createSourcePane } from "./code/source_pane.js";
import { mountConnection } from "./shell/connection.js";
import { mountPanes, showPane } from "./shell/panes.js";
import { createCommands } from "./shell/commands.js";
import { mountKeys } from "./shell/keys.js";
import { isFileRun } from "./state/file_run.js";
import { createModel } from "./state/model.js";
import { createSession } from "./state/session.js";
import { createPlaces } from "./state/places.js";
import { createSources } from "./state/sources.js";
import { FINISHED } from "./state/store.js";
import { createStepPanel } from "./panel/step_panel.js";
import { createViews } from "./views/views.js";

const NO_PLAN = [];

/**
 * Make the page from `data` (what the server put into it) and the parts (see parts.js). A part is `mount(page)`, which may answer
 * `{ update(scene) }`.
 *
 * The page, as every part gets it:
 *   data      { session, access, language, version, … } as the page came with it
 *   access    "own", "edit", "approve" or "view";  can: { run, approve, edit, share } what follows from it
 *   model     what is known: get, set, entry, journal(id), shown()   (state/model.js)
 *   session   id(), ensure(), adopt(id)                              (state/session.js)
 *   sources   need(id, version), put(id, code): the code that runs were started with (state/sources.js)
 *   source    the editor's pane and its files (code/source_pane.js);  payload: the payload's field, read() it;  draft: what is kept of both
 *   commands  what can be done, by name (shell/commands.js): every action of a part is added here
 *   views     the views of a run (views/views.js)
 *   stepPanel what a selected step opens: addAction(make), addFacts(make), mount(root)   (panel/step_panel.js)
 *   tail      keeps the newest in sight: follow(), pin()
 *   withRun   functions whose answers' fields go to the server with each run that is started here
 * and what parts do to it:
 *   select(run id), selectStep(key or null), showMoment(seq or null), showView(id), show("code" | "run" | "console"),
 *   goToLine(line, module?), places of the selected run's code ({ go, lineAt, nameOf }: state/places.js), act(action, run id, detail), run(options?), write({ files, main, payload? }) into the editor
 *
 * A scene, once per frame in which something changed: `{ state, run, live, runs, plan, step, access }`. `run` is the selected run
 * as it is shown (as it was, where somebody went back to `state.moment`), `live` as it is now; `runs` all of the session in the
 * order in which they began; `plan` of the selected run's own source, or of what stands in the editor where none is selected;
 * `step` the key of the step that is selected. What did not change is the same object as before.
 */
export function createPage(data, parts) {
  const access = data.access ?? "own";
  const edit = access === "own" || access === "edit";
  const model = createModel({
    session: data.session,
    selected: null, // the run that is looked at
    newest: null,
    chosen: false, // whether somebody has chosen it, though it is not the newest
    started: null, // the run that was last started here
    step: null, // the key of the step that is selected
    moment: null, // the seq of the entry up to which the run is shown; null: as it is now
    plan: [], // of what stands in the editor
    codes: {}, // of runs, by id: { modules, main, version }; null while they are asked for
    sources: {}, // the main module's text of those
    plans: {}, // and what it promises
    busy: false,
    link: "idle", // how the page and the server are connected, as connection.js has it
    loading: data.session !== null, // whether runs may yet come in that were there before
  });
  const page = { data, access, can: { run: edit, edit, approve: edit || access === "approve", share: access === "own" }, model, withRun: [] };
  const drawn = { run: undefined, step: null };

  Object.assign(page, { select, selectStep, showMoment, showView, show, goToLine, act, write, run: (options) => page.running.run(options), moreForRun });
  page.commands = createCommands({ onRefused: (why) => toast(why) });
  const connection = mountConnection({ access, onHurry: () => page.session.hurry() });
  page.session = createSession(model, { onState: (link) => (connection.set(link), model.set({ link })), onSelect: select, onDraft: (revision) => page.draft.told(revision), onAdopted: () => page.draft.adopted() });
  const start = startingCode(data, byId("source").value);
  page.source = createSourcePane({ start, readOnly: !edit, onChange: () => (replan(), page.draft.changed()), onRun: () => page.run(), onReady: () => (replan(), page.sources.replan()) });
  page.places = createPlaces(page);
  page.sources = createSources(model, { planOf: page.source.plan });
  page.payload = jsonField(byId("payload"), byId("payload-state"), { empty: "empty, sent as {}" });
  page.draft = createDraft({
    start: { ...start, payload: byId("payload").value, revision: data.revision ?? 0 },
    read: () => ({ ...page.source.files(), payload: byId("payload").value }),
    write: page.write,
    sessionId: page.session.id,
    onState: () => model.set({ draft: page.draft.state() }),
    closed: !edit,
  });
  page.tail = followTail(byId("run-body"), { aim: () => newest(model.get()) });
  page.stepPanel = createStepPanel(page);
  page.views = createViews(page);
  page.running = mountRunning(page);
  mountPanes();
  const drawing = parts.map((mount) => mount(page)).filter((part) => part?.update !== undefined);
  mountKeys(page.commands);
  model.watch(draw);
  page.session.start();
  page.source.load();
  return page;

  function draw(state) {
    followNewest(state);
    const now = model.get();
    const shown = model.shown();
    holdClock(model.shownAt());
    const live = now.selected === null || isFileRun(now.selected) ? undefined : now.log.runs[now.selected]; // a file's is not live
    const scene = {
      state: now,
      run: shown,
      live,
      runs: now.log.order.map((id) => now.log.runs[id]),
      plan: now.selected === null ? now.plan : (now.plans[now.selected] ?? NO_PLAN),
      step: now.step,
      access,
    };
    page.views.update(scene);
    for (const part of drawing) part.update(scene);
    // while a run is being started its code is at hand, and only its answer says whose it is
    if (live !== undefined && !now.busy) void page.sources.need(live.id, live.version);
    if (shown !== drawn.run || now.step !== drawn.step) page.tail.pin();
    Object.assign(drawn, { run: shown, step: now.step });
  }

  /**
   * A run that begins comes forward, unless somebody has chosen to look at an older one, or looks at the one that they have started
   * and in whose time it began: it may have created it.
   */
  function followNewest({ log, newest: known, selected, chosen, started }) {
    const last = log.order.at(-1) ?? null;
    if (last === known) return;
    const next = { newest: last, loading: false };
    const own = selected === started ? log.runs[started] : undefined;
    const goesOn = own !== undefined && (!FINISHED.has(own.status) || log.runs[last]?.created <= own.ended);
    const stays = chosen || last === selected || goesOn;
    model.set(stays ? next : { ...next, selected: last, step: null, moment: null });
  }

  function select(id) {
    model.set({ selected: id, step: null, moment: null, chosen: id !== model.get().newest });
    page.tail.follow();
  }

  function selectStep(key) {
    if (key !== model.get().step) model.set({ step: key });
  }

  function showMoment(seq) {
    if (seq !== model.get().moment) model.set({ moment: seq });
  }

  function showView(id) {
    page.views.show(id);
    showPane("run");
  }

  function replan() {
    model.set({ plan: page.source.plan(page.source.text(), page.source.files()) });
  }

  /** Put code into the editor in place of what stands there, and a payload's text where one is given. */
  function write({ files, main, payload }) {
    page.source.setFiles({ files, main });
    if (payload === undefined) return;
    byId("payload").value = payload;
    page.payload.check();
    page.draft.changed();
  }

  /** Do something to a run, as ACTIONS has it; a restart is followed from its beginning. */
  async function act(action, id, detail) {
    const answer = await ACTIONS[action](id, detail);
    if (action === "restart") page.tail.follow();
    return answer;
  }

  function moreForRun() {
    return Object.assign({}, ...page.withRun.map((give) => give()));
  }

  function goToLine(line, module) {
    showPane("code");
    page.source.goToLine(line, module);
  }

  function show(name) {
    showPane(name);
    if (name === "code") page.source.focus();
    else document.querySelector(name === "run" ? ".step.selected .step-row, .step-row" : ".console-lines")?.focus();
  }
}

/** What the eye should be on: the step that was opened, the result, or the last step that was started. */
function newest({ step }) {
  if (step !== null) return document.querySelector(".step.selected");
  const result = document.querySelector("#result .result");
  if (result !== null) return result;
  let row = document.querySelector(".steps")?.lastElementChild ?? null;
  while (row !== null && (!row.classList.contains("step") || row.dataset.state === "planned")) row = row.previousElementSibling;
  return row ?? byId("run-body").firstElementChild;
}
