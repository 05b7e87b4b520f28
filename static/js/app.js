// The playground's page put together. What the page shows is in model.js; each view below draws its part of it.

import { ACTIONS } from "./state/actions.js";
import * as api from "./state/api.js";
import { createAnnouncer } from "./base/announce.js";
import { mountChecklist } from "./views/checklist.js";
import { mountConnection } from "./shell/connection.js";
import { observe } from "./base/countdown.js";
import { byId, setText } from "./base/dom.js";
import { createDraft } from "./state/draft.js";
import { mountEmpty } from "./run/empty.js";
import { mountLogs } from "./console/logs.js";
import { followTail } from "./base/follow_tail.js";
import { createModel, selectedRun } from "./state/model.js";
import { mountPanes, showPane } from "./shell/panes.js";
import { jsonField } from "./code/payload.js";
import { shownStatus } from "./run/pill.js";
import { mountPrompts } from "./run/prompt.js";
import { mountResult } from "./run/result.js";
import { mountRuns } from "./run/runs.js";
import { mountShare, redeemLink } from "./share/share.js";
import { mountShortcuts } from "./shell/shortcuts.js";
import { createSourcePane } from "./code/source_pane.js";
import { stepMarks } from "./code/step_marks.js";
import { DELETED } from "./state/store.js";
import { follow } from "./state/stream.js";
import { mountTheme } from "./base/theme.js";
import { clearToasts, toast } from "./base/toasts.js";

const NO_PLAN = [];
const LISTED_AT_MOST = 100; // runs that the server tells of with a session
const LOADED_MS = 300; // after which a stream that has said nothing has nothing to say

const page = JSON.parse(byId("page-data").textContent);
mountTheme();
if (page.session !== null && page.access === null) await redeemLink(page);
else start();

function start() {
  const access = page.access ?? "own";
  const own = access === "own";
  const model = createModel({
    session: page.session,
    selected: null, // the run that is looked at
    newest: null,
    chosen: false, // whether somebody has chosen it, though it is not the newest
    step: null, // the key of the step that is open
    plan: [], // of what stands in the editor
    sources: {}, // of runs, by id; null while they are asked for
    plans: {}, // of those
    busy: false,
    loading: page.session !== null, // whether runs may yet come in that were there before
  });
  const sessionId = () => model.get().session;
  const payload = byId("payload");
  const payloadJson = jsonField(payload, byId("payload-state"), { empty: "empty, sent as {}" });
  const runButton = byId("run-button");
  let stream = null;
  let drawn = {};
  let shownMarks = "[]";

  const source = createSourcePane({
    readOnly: !own,
    onChange: () => (replan(), draft.changed()),
    onRun: run,
    onReady: () => (replan(), readPlans()),
  });
  const draft = createDraft({ read: () => ({ source: source.text(), payload: payload.value, language: page.language }), sessionId, onForeign });
  const connection = mountConnection({ access, onHurry: () => stream?.hurry() });
  const announcer = createAnnouncer();
  const views = {
    runs: mountRuns(byId("run-head"), { onSelect: select, onAct: act }),
    prompts: mountPrompts(byId("prompts")),
    empty: mountEmpty(byId("empty"), { onRun: run }),
    checklist: mountChecklist(byId("checklist"), { onSelect: selectStep, onLine: goToLine, onAct: act }),
    result: mountResult(byId("result"), { onStep: selectStep, onLine: goToLine }),
    logs: mountLogs(byId("console-pane"), { onClear: () => selectStep(null), onStep: selectStep }),
  };

  const tail = followTail(byId("run-body"), { aim: () => newest(model.get()) });

  mountPanes();
  mountShortcuts({ run, leave: () => selectStep(null), step: stepThroughRuns, show });
  if (own) {
    mountShare(sharedSession);
    runButton.addEventListener("click", run);
    byId("reset-button").addEventListener("click", reset);
    payload.addEventListener("input", draft.changed);
    restore();
  }
  model.watch(draw);
  if (page.session !== null) connect(page.session);
  else connection.set("idle");
  if (location.hash.startsWith("#share=")) history.replaceState(null, "", location.pathname);
  source.load();

  function draw(state) {
    followNewest(state);
    const now = model.get();
    const chosen = selectedRun(now);
    const runs = now.log.order.map((id) => now.log.runs[id]);
    const plan = now.selected === null ? now.plan : (now.plans[now.selected] ?? []);
    views.runs.update({ run: chosen, runs, selected: now.selected, access });
    views.prompts.update(chosen, access);
    views.empty.update({ shown: now.selected === null && !now.loading, access });
    views.checklist.update({ run: chosen, plan: now.loading ? NO_PLAN : plan, selected: now.step, access });
    views.result.update(chosen);
    views.logs.update(chosen, chosen?.steps.some((step) => step.key === now.step) ? now.step : null);
    announcer.update(chosen);
    drawTabs(chosen);
    if (chosen !== undefined) needSource(chosen.id);
    drawMarks(now, plan, chosen);
    if (chosen !== drawn.run || now.step !== drawn.step) tail.pin();
    drawn = { run: chosen, step: now.step };
  }

  /** Beside the lines of the editor, as long as they are the lines that run. */
  function drawMarks(now, plan, chosen) {
    const marks = now.sources[now.selected] === source.text() ? stepMarks(plan, chosen) : [];
    const text = JSON.stringify(marks);
    if (text === shownMarks) return;
    shownMarks = text;
    source.markSteps(marks);
  }

  function drawTabs(chosen) {
    const badge = byId("run-badge");
    badge.hidden = chosen === undefined;
    if (chosen !== undefined) badge.dataset.status = shownStatus(chosen);
    setText(byId("console-count"), chosen?.logs.length ? String(Math.min(chosen.logs.length, 999)) : "");
  }

  /** The server has given us a session: the first one, or another one where it does not know ours any more. */
  function adopt(session) {
    stream?.close();
    model.forget();
    model.set({ session, selected: null, newest: null, chosen: false, step: null, sources: {}, plans: {} });
    draft.adopted();
    connect(session);
    draft.changed();
  }

  function connect(session) {
    stream = follow(session, {
      onEntry(entry) {
        observe(entry.time);
        model.entry(entry);
      },
      onState(state) {
        connection.set(state);
        if (state === "live") setTimeout(() => model.get().loading && model.set({ loading: false }), LOADED_MS);
      },
      onDeleted: deleted,
      onGone: () => connection.set("gone"),
      probe: () => probe(session),
    });
  }

  /** Ask for the session after an absence: runs that it does not list any more were deleted meanwhile. */
  async function probe(session) {
    const known = model.get().log.order;
    const { runs } = await api.session(session);
    const listed = new Set(runs.map((run) => run.id));
    if (listed.size < LISTED_AT_MOST) known.filter((id) => !listed.has(id)).forEach(deleted);
  }

  /** A run was deleted, by whomever: where it was looked at, the next one is, or none. */
  function deleted(id) {
    const { order } = model.get().log;
    const at = order.indexOf(id);
    model.entry({ type: DELETED, instance: id });
    if (at < 0) return;
    toast(`Run ${at + 1} was deleted.`, { kind: "good" });
    if (id !== model.get().selected) return;
    const left = order.filter((each) => each !== id);
    const next = left[Math.min(at, left.length - 1)] ?? null;
    model.set({ selected: next, newest: left.at(-1) ?? null, chosen: next !== (left.at(-1) ?? null), step: null });
    tail.follow();
  }

  /** A run that begins comes forward, unless somebody has chosen to look at an older one. */
  function followNewest({ log, newest, selected, chosen }) {
    const last = log.order.at(-1) ?? null;
    if (last === newest) return;
    const known = { newest: last, loading: false };
    model.set(chosen || last === selected ? known : { ...known, selected: last, step: null });
  }

  function select(id) {
    model.set({ selected: id, step: null, chosen: id !== model.get().newest });
    tail.follow();
  }

  function selectStep(key) {
    const { step } = model.get();
    if (key !== step) model.set({ step: key });
  }

  function stepThroughRuns(way) {
    const { log, selected } = model.get();
    const next = log.order[log.order.indexOf(selected) + way];
    if (next !== undefined) select(next);
  }

  async function run() {
    if (!own || model.get().busy) return;
    clearToasts();
    const result = payloadJson.read();
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
      const answer = await api.run(text, result.value, page.language);
      if (sessionId() !== answer.session) adopt(answer.session);
      rememberSource(answer.runId, text);
      model.set({ selected: answer.runId, step: null, chosen: false });
      tail.follow();
      showPane("run");
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(false);
    }
  }

  function refuse(error) {
    if (error.offline) return toast("Not run: the server is away. Try again when it is back.", { kind: "bad" });
    showPane("code");
    source.refuse(error);
  }

  function setBusy(busy) {
    model.set({ busy });
    runButton.setAttribute("aria-busy", String(busy));
  }

  /** Do something to a run, as ACTIONS has it; a restart is followed from its beginning. */
  async function act(action, id, detail) {
    const answer = await ACTIONS[action](id, detail);
    if (action === "restart") tail.follow();
    return answer;
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
    replan();
    draft.changed();
  }

  function restore() {
    const kept = draft.kept();
    if (kept === null) return;
    source.setText(kept.source);
    payload.value = kept.payload;
    payloadJson.check();
    draft.changed();
  }

  function onForeign(foreign, dirty) {
    const take = () => {
      source.setText(foreign.source);
      payload.value = foreign.payload;
      payloadJson.check();
    };
    if (foreign.source === source.text() && foreign.payload === payload.value) return;
    if (document.hidden && !dirty) take();
    else toast("The code was changed in another tab.", { action: { label: "Load it", run: take } });
  }

  async function sharedSession() {
    if (sessionId() === null) {
      adopt((await api.openSession()).id);
    }
    await draft.save();
    return sessionId();
  }

  function replan() {
    model.set({ plan: source.plan(source.text()) });
  }

  /** Plans of runs whose source came before the editor could read it. */
  function readPlans() {
    for (const [id, text] of Object.entries(model.get().sources)) model.set({ plans: { ...model.get().plans, [id]: source.plan(text) } });
  }

  function rememberSource(id, text) {
    const { sources, plans } = model.get();
    model.set({ sources: { ...sources, [id]: text }, plans: { ...plans, [id]: source.plan(text) } });
    if (!own && id === model.get().selected) source.setText(text);
  }

  async function needSource(id) {
    const { sources } = model.get();
    if (id in sources) return;
    model.set({ sources: { ...sources, [id]: null } });
    try {
      const { source: text } = await api.instance(id);
      if (typeof text === "string") rememberSource(id, text);
    } catch {
      // without its source a run has no plan; its steps are shown all the same
    }
  }

  function goToLine(line) {
    showPane("code");
    source.goToLine(line);
  }

  function show(name) {
    showPane(name);
    if (name === "code") source.focus();
    else document.querySelector(name === "run" ? ".step.selected .step-row, .step-row" : ".console-lines")?.focus();
  }
}

/** What the eye should be on: the step that was opened, the result, or the last step that was started. */
function newest({ step }) {
  if (step !== null) return document.querySelector(".step.selected");
  return document.querySelector("#result .result") ?? [...document.querySelectorAll(".step:not([data-state='planned'])")].at(-1) ?? byId("run-body").firstElementChild;
}
