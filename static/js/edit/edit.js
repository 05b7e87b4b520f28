// Other code for a run: while the editor holds other code than an unfinished run goes by, a quiet strip offers to try it there.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { byId, fill, h, icon } from "../base/dom.js";
import { toast } from "../base/toasts.js";
import { fromVersion, sameCode, toRun } from "../code/files.js";
import { FINISHED } from "../state/store.js";
import { isFileRun } from "../state/file_run.js";
import { mountRunFiles } from "./run_files.js";
import { lineageWords, runName } from "./lineage.js";
import { again } from "./again.js";

/** A part of the page. Adds the commands "edit.rehearse", "edit.apply", "edit.fork", "edit.keep" and those of files. */
export function mountEdit(page) {
  const origin = h("p", { class: "lineage", hidden: true });
  const strip = h("section", { class: "edit-strip", "aria-label": "Other code for this run", hidden: true });
  fill(byId("edit-slot"), origin, strip);
  const files = mountRunFiles(page, byId("edit-slot"));
  let scene = null;
  let known = { code: null, other: null, same: true };
  let kept = null; // { id, code } for which somebody said to keep the run as it is
  let tried = null; // { id, code, seq, busy, rehearsal, view }
  let drawn = null;
  let before = [];

  page.replays = null; // the run whose input was taken for the next one
  page.withRun.push(() => (page.replays === null ? {} : { lineage: { of: page.replays, why: "replay" } }));

  const live = () => scene?.live;
  const name = () => runName(live().id, scene.runs);
  page.commands.add(
    { id: "edit.rehearse", title: "Try the editor's code on this run", group: "Run", refusal: () => refusal(), run: rehearse },
    { id: "edit.apply", title: "Apply the code that was tried to this run", group: "Run", refusal: () => unready("apply"), run: () => decide("apply") },
    { id: "edit.fork", title: "Fork this run with the code that was tried", group: "Run", refusal: () => unready("fork"), run: () => decide("fork") },
    { id: "edit.keep", title: "Keep this run as it is", group: "Run", refusal: () => unready("keep"), run: keep },
    { id: "run.again", title: "Run again with other input", group: "Run", keys: ["i"], refusal: () => (page.can.run ? chosen() : watching()), run: () => again(page, scene) },
  );

  const watching = () => "You are watching: only who may edit can do that.";
  const chosen = () => (scene?.run === undefined ? "Choose a run first." : null);

  function refusal() {
    if (!page.can.edit) return watching();
    if (live() === undefined) return scene?.run !== undefined ? "A run from a file is only looked at." : "Choose a run first.";
    if (sameAsEditor()) return "The editor holds the code that this run goes by.";
    return null;
  }

  function unready(what) {
    const why = refusal();
    if (why !== null) return why;
    if (tried?.rehearsal === undefined || isStale()) return "Try the code on this run first.";
    if (what === "keep") return null;
    return tried.view.refusal(what);
  }

  /** Whether the editor holds what the run goes by; what is not known yet counts as that. */
  function sameAsEditor() {
    const code = page.source.files();
    const other = scene.state.codes[live().id] ?? null;
    if (known.code !== code || known.other !== other) {
      known = { code, other, same: other === null || sameCode(code, fromVersion(other)) };
    }
    return known.same;
  }

  const isStale = () => tried.id !== live()?.id || tried.code !== page.source.files() || tried.seq !== live().seq;

  async function rehearse() {
    const why = refusal();
    if (why !== null) return toast(why);
    const { id } = live();
    const code = page.source.files();
    const mine = { id, code, busy: true };
    tried = mine;
    kept = null;
    if (strip.offsetParent === null) page.show("run");
    draw();
    try {
      const [rehearsal, view] = await Promise.all([api.rehearse(id, toRun(code)), import("./rehearsal_view.js")]);
      if (tried !== mine) return;
      const title = runName(id, scene.runs);
      Object.assign(mine, { rehearsal, seq: live()?.id === id ? live().seq : -1 });
      mine.view = view.rehearsalView({ rehearsal, name: title, finished: FINISHED.has(rehearsal.status), onDecide: decide, onAgain: rehearse, onKeep: keep, onLine: page.goToLine });
    } catch (error) {
      if (tried === mine) tried = null;
      toast(because("Not tried", error), { kind: "bad" });
    } finally {
      mine.busy = false;
      drawn = null;
      draw();
      strip.querySelector(".rehearsal")?.focus();
    }
  }

  async function decide(what) {
    const why = unready(what);
    if (why !== null) return toast(why);
    const { id, code, rehearsal, view } = tried;
    const from = view.start();
    const more = from === null ? {} : { from };
    view.busy(what);
    try {
      const title = name();
      const put = { modules: code.files, main: code.main };
      if (what === "apply") {
        const answer = await api.apply(id, toRun(code), { seq: rehearsal.seq, ...more });
        page.sources.put(id, { ...put, version: answer.version });
        toast(`${title} goes on with this code.`, { kind: "good" });
      } else {
        const answer = await api.fork(id, toRun(code), more);
        page.sources.put(answer.id, { ...put, version: answer.version });
        page.select(answer.id);
        toast(`Forked from ${title}, which stays as it is.`, { kind: "good" });
      }
      tried = null;
      page.tail.follow();
    } catch (error) {
      view.busy(null);
      toast(because(what === "apply" ? "Not applied" : "Not forked", error), { kind: "bad" });
    }
    drawn = null;
    draw();
  }

  function keep() {
    kept = { id: live().id, code: page.source.files() };
    tried = null;
    draw();
    byId("run-head").querySelector(".run-picker")?.focus();
  }

  function state() {
    if (scene === null || live() === undefined || !page.can.edit || scene.run !== scene.live) return "none";
    if (tried?.id !== live().id) return offer();
    if (tried.busy) return "busy";
    if (tried.code !== page.source.files() || sameAsEditor()) return offer();
    return isStale() ? "stale" : "tried";
  }

  function offer() {
    if (FINISHED.has(live().status) || sameAsEditor()) return "none";
    return kept?.id === live().id && kept.code === page.source.files() ? "none" : "offer";
  }

  function draw() {
    const now = state();
    const key = `${now} ${live()?.id} ${now === "none" ? "" : name()}`;
    if (now === "stale" || now === "tried") tried.view.stale(now === "stale");
    if (key === drawn || (now === "stale" && drawn === `tried ${live().id} ${name()}`)) return;
    drawn = key;
    strip.hidden = now === "none";
    strip.dataset.state = now;
    if (now === "none") fill(strip);
    else if (now === "tried" || now === "stale") fill(strip, tried.view.element);
    else fill(strip, offered(now === "busy"));
  }

  function offered(busy) {
    const text = busy ? `Replaying the journal of ${name()} with this code…` : `The editor holds other code than ${name()} goes by.`;
    const press = h("button", { type: "button", class: "button small", "aria-busy": busy ? "true" : null, text: `Try this code on ${name()}`, on: { click: rehearse } });
    const compare = h("button", { type: "button", class: "link", text: "Compare", on: { click: () => page.openVersions({ version: live().version, against: "editor" }) } });
    return h("div", { class: "edit-offer", role: "status" }, icon("code"), h("span", { class: "edit-offer-text" }, text, !busy && [" ", compare]), press);
  }

  function drawOrigin({ run, runs }) {
    const words = run === undefined ? null : lineageWords(run);
    origin.hidden = words === null;
    if (words === null) return;
    const title = runName(words.of, runs);
    const there = runs.some((each) => each.id === words.of);
    const link = there ? h("button", { type: "button", class: "link", text: title, on: { click: () => page.select(words.of) } }) : title;
    fill(origin, icon("fork"), h("span", {}, words.before, link, words.after));
  }

  /** Whether anything of the scene has changed that is shown here. */
  function isNew(next) {
    const seen = [next.live, next.run, next.state.codes, next.state.selected, next.step, next.runs.length, page.source.files()];
    const same = before.length > 0 && seen.every((each, at) => each === before[at]);
    before = seen;
    return !same;
  }

  return {
    update(next) {
      if (!isNew(next)) return void (scene = next);
      const moved = scene === null || next.run?.lineage !== scene.run?.lineage || next.runs.length !== scene.runs.length;
      scene = next;
      if (page.replays !== null && next.runs.at(-1)?.lineage?.of === page.replays) page.replays = null;
      if (moved) drawOrigin(next);
      files.update(next);
      if (!isFileRun(next.state.selected)) draw();
      else if (!strip.hidden) (strip.hidden = true, (drawn = null));
    },
  };
}
