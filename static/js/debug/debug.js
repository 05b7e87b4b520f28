// Debugging: how time goes by, where a run stops, what befalls it, what is pinned. A part of the page.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { FINISHED } from "../state/store.js";
import { HIDDEN } from "../shell/commands.js";
import { h, byId, icon } from "../base/dom.js";
import { binaryOf, cutSize, kindOf, kindsBesideJson } from "../base/json_kinds.js";
import { confirmed } from "../base/dialogs.js";
import { toast } from "../base/toasts.js";
import { serverNow } from "../base/countdown.js";
import { breakpointOf, includes, isPlanOf, isSame, without } from "./breakpoints.js";
import { createBar } from "./debug_bar.js";
import { mountGutter } from "./debug_gutter.js";
import { PACES, naps } from "./virtual_time.js";
import { PLAIN, asRequest, createWishes } from "./wishes.js";

const ENDED = "The run has ended.";

/**
 * A part of the page. What is set holds for a scope: "run", the selected run as it goes on, or "next", the runs that are
 * started here from now on, which is kept in this browser. `page.debug` is `{ scope, settings, change, toggle, doing }`.
 */
export function mountDebug(page) {
  const wishes = createWishes(page.session.id);
  const doing = { skipAll, goOn, crash, kill };
  let scene = null;
  let loss = null; // what this page has thrown away: { run, seq, time }

  const debug = { scope, settings, change, toggle, doing, live: () => live(), loss: () => loss, stepNames, places, wishes };
  page.debug = debug;
  page.withRun.push(() => {
    const wanted = asRequest(wishes.get());
    return wanted === undefined ? {} : { debug: wanted };
  });
  const bar = createBar(byId("debug-bar"), page, debug);
  const gutter = mountGutter(page, debug);
  wishes.watch(() => redraw());
  if (page.can.run) addCommands();
  page.stepPanel.addAction(pinButton);

  return {
    update(next) {
      scene = next;
      bar.update(next);
      gutter.update(next);
    },
  };

  function redraw() {
    if (scene === null) return;
    bar.update(scene, true);
    gutter.update(scene, true);
  }

  /** The run that can be debugged now: the selected one as it is, where it has not ended and the past is not shown. */
  function live() {
    const run = scene?.live;
    const past = scene?.state.moment ?? null;
    return run === undefined || FINISHED.has(run.status) || past !== null || !page.can.edit ? undefined : run;
  }

  function scope() {
    return live() === undefined ? "next" : "run";
  }

  function settings(of = scope()) {
    return of === "run" ? (live()?.debug ?? PLAIN) : wishes.get();
  }

  /** Change some of the settings of a scope. */
  async function change(patch, of = scope()) {
    if (of === "next") return wishes.set(patch);
    const run = live();
    if (run === undefined) return toast(ENDED);
    await ask("debug", run, patch, "Not changed");
  }

  /** A breakpoint comes or goes: for the runs to come, and for the one that goes on. */
  function toggle(breakpoint) {
    const stops = includes(wishes.get().breakpoints, breakpoint) || includes(live()?.debug?.breakpoints ?? [], breakpoint);
    const put = (list) => (stops ? without(list, breakpoint) : [...without(list, breakpoint), breakpoint]);
    wishes.set({ breakpoints: put(wishes.get().breakpoints) });
    const run = live();
    if (run !== undefined) void ask("debug", run, { breakpoints: put(run.debug?.breakpoints ?? []) }, "Not changed");
    return !stops;
  }

  async function ask(action, run, body, refusal) {
    try {
      return await api.act(run.id, action, body);
    } catch (error) {
      toast(because(refusal, error), { kind: "bad" });
      return null;
    }
  }

  async function skipAll() {
    const run = live();
    if (run !== undefined) await ask("skip", run, { all: true }, "Not skipped");
  }

  async function goOn(mode, step) {
    const run = live();
    if (run !== undefined) await ask("continue", run, step === undefined ? { mode } : { mode, step }, "It stays where it is");
  }

  async function crash() {
    const run = live();
    if (run === undefined) return;
    const mine = { run: run.id, seq: run.seq, time: serverNow() };
    const answer = await page.act("crash", run.id);
    if (answer?.crashed === true) noteLoss(mine);
  }

  async function kill() {
    const text = "Its process ends at once, as in a power cut, and all runs with it. It is started again, and they go on from their journals.";
    if (!(await confirmed("Kill the server?", text, "Kill it"))) return;
    const run = live();
    const mine = run === undefined ? null : { run: run.id, seq: run.seq, time: serverNow() };
    try {
      await api.killServer();
      if (mine !== null) noteLoss(mine);
    } catch (error) {
      toast(because("Not killed", error), { kind: "bad" });
    }
  }

  function noteLoss(mine) {
    loss = mine;
    redraw();
  }

  /** The breakpoints that steps of the shown plan and run may have, each once. */
  function places() {
    const planned = (scene?.plan ?? []).map(breakpointOf).filter((each) => each !== null);
    const begun = (scene?.run?.steps ?? []).filter((step) => !scene.plan.some((each) => isPlanOf(each, step)));
    return [...planned, ...begun.map(({ name }) => name)].filter((each, at, all) => all.findIndex((other) => isSame(other, each)) === at);
  }

  /** The names that steps of the shown plan and run have, each once. */
  function stepNames(kinds = ["do", "sleep", "wait"]) {
    const planned = (scene?.plan ?? []).filter(({ kind, pattern }) => kinds.includes(kind) && pattern === null);
    const begun = (scene?.run?.steps ?? []).filter(({ kind }) => kinds.includes(kind));
    return [...new Set([...planned, ...begun].map(({ name }) => name))];
  }

  /** Pin what the step gave, where it can be looked at before. The log may show the beginning of it only. */
  async function pin(step, run) {
    const { output } = step;
    if (kindOf(output) === "redacted") return bar.editPin(step.name, null);
    if (step.stream !== undefined || binaryOf(output) !== null) return toast("Streams and bytes cannot be pinned: a pin is JSON.");
    if (cutSize(output) === null) return editPin(step.name, output);
    try {
      editPin(step.name, await api.stepOutput(run.id, step.key));
    } catch (error) {
      toast(because("Not pinned", error), { kind: "bad" });
    }
    return undefined;
  }

  function editPin(name, output) {
    bar.editPin(name, output);
    const kinds = [...kindsBesideJson(output)];
    if (kinds.length > 0) toast(`A pin is JSON: where the step gave ${kinds.join(", ")}, the next runs get a text or a plain object.`);
  }

  function pinButton(step, run) {
    if (step.kind !== "do" || !page.can.run) return null;
    const pinned = Object.hasOwn(wishes.get().pins, step.name);
    if (!pinned && step.state !== "completed") return null;
    const press = () => (pinned ? unpin(step.name) : pin(step, run));
    const title = pinned ? "Call the step again in the next runs" : "Give this output in the next runs, without calling the step";
    return h("button", { type: "button", class: "button small", title, "aria-pressed": String(pinned), on: { click: press } }, icon("pin"), h("span", { text: pinned ? "Pinned" : "Pin output" }));
  }

  function unpin(name) {
    const { [name]: gone, ...pins } = wishes.get().pins;
    wishes.set({ pins });
    toast(`“${name}” is called again in the next runs.`, { action: { label: "Undo", run: () => wishes.set({ pins: { ...pins, [name]: gone } }) } });
  }

  function addCommands() {
    const running = () => (live() === undefined ? "No run that goes on is selected." : null);
    const stopped = () => running() ?? (live().held.length > 0 ? null : "The run is not stopped at a breakpoint.");
    const asleep = () => running() ?? (naps(live()).length > 0 ? null : "Nothing sleeps or waits for its next attempt.");
    page.commands.add(
      { id: "debug.open", title: "Debug: clock, breakpoints, faults, pins", group: "Debug", keys: ["d"], run: () => (page.show("run"), bar.open()) },
      { id: "debug.step", title: "Run next step", group: "Debug", keys: ["F10"], refusal: stopped, run: () => goOn("step") },
      { id: "debug.continue", title: "Continue", group: "Debug", keys: ["F8"], refusal: stopped, run: () => goOn("run") },
      { id: "debug.breakpoint", title: "Set or remove a breakpoint at the cursor", group: "Debug", keys: ["F9"], refusal: () => gutter.refusal(), run: () => gutter.toggleAtCursor() },
      { id: "debug.every", title: "Stop before every step, or do not", group: "Debug", run: () => change({ everyStep: !settings().everyStep }) },
      ...PACES.map(({ pace, label, about }) => ({ id: `debug.pace.${pace}`, title: `Clock: ${label}`, hint: about, group: "Debug", run: () => change({ pace }) })),
      { id: "debug.skip", title: "Skip all sleeps of this run now", group: "Debug", refusal: asleep, run: skipAll },
      { id: "debug.fault", title: "Have attempts fail, time out or crawl…", group: "Debug", run: () => bar.open("faults") },
      { id: "debug.unpin", title: "Forget all pinned outputs", group: "Debug", refusal: () => (Object.keys(settings().pins).length > 0 ? null : "No output is pinned."), run: () => change({ pins: {} }) },
      { id: "debug.crash", title: "Crash: throw the isolate of this run away", group: "Debug", keys: ["x"], refusal: running, run: crash },
      { id: "debug.kill", title: "Crash: kill the server", group: "Debug", refusal: () => (page.data.killable ? null : HIDDEN), run: kill },
    );
  }
}
