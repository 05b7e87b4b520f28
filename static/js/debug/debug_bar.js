// The strip over a run's views, and the button that opens the panel: what is set, where the run is stopped and how it goes on, and what it came back with.

import { byId, fill, h, icon } from "../base/dom.js";
import { clockTime, plural, remaining } from "../base/format.js";
import { countDown, serverNow, still } from "../base/countdown.js";
import { popup } from "../base/popup.js";
import { isPlanOf } from "./breakpoints.js";
import { createPanel } from "./debug_panel.js";
import { recovery } from "./recovery.js";
import { aheadOf, naps, paceLabel } from "./virtual_time.js";

/** `{ update(scene, again), open(section), editPin(name, output) }`. */
export function createBar(root, page, debug) {
  const button = h("button", { type: "button", class: "button ghost small debug-button", title: "Clock, breakpoints, faults and pins (D)" }, icon("bug"), h("span", { text: "Debug" }));
  const place = h("div", { class: "popup debug-popup", hidden: true, popover: "manual", role: "dialog", "aria-label": "Debug" });
  const chips = h("ul", { class: "debug-chips", "aria-label": "What is set" });
  const clock = h("span", { class: "debug-clock mono", hidden: true });
  const strip = h("div", { class: "debug-strip", hidden: true }, chips, clock);
  const stop = h("div", { class: "debug-stop", role: "status", hidden: true });
  const back = h("div", { class: "debug-back", role: "status", hidden: true });
  const panel = createPanel(place, page, debug, { close: () => (menu.close(), button.focus()) });
  const menu = popup(button, place, { onOpen: () => (raise(place), putUnder(button, place), panel.open()) });
  addEventListener("resize", () => menu.isOpen() && putUnder(button, place));
  let drawn = {};
  let dismissed = 0;
  if (page.can.run) {
    byId("run-tools").append(h("div", { class: "anchor" }, button, place));
    fill(root, strip, stop, back);
  }

  function update(scene, again = false) {
    if (!page.can.run) return;
    const run = debug.live();
    const settings = debug.settings();
    const loss = debug.loss();
    const same = drawn.run === scene.live && drawn.shown === scene.run && drawn.settings === settings && drawn.loss === loss;
    if (same && drawn.plan === scene.plan && !again) return;
    drawn = { run: scene.live, shown: scene.run, settings, loss, plan: scene.plan };
    drawChips(settings);
    drawClock(run);
    strip.hidden = chips.childElementCount === 0 && clock.hidden;
    drawStop(run, scene.plan);
    drawRecovery(scene.run === scene.live ? scene.live : undefined, loss);
    if (!menu.isOpen()) return;
    panel.update();
    putUnder(button, place); // what is above it may take another line now
  }

  function drawChips(settings) {
    const pins = Object.keys(settings.pins);
    const left = settings.faults.reduce((sum, { left, times }) => sum + (left ?? times ?? 1), 0);
    const list = [];
    if (settings.pace !== 1) list.push(["clock", settings.pace === "skip" ? "waits skipped" : paceLabel(settings.pace)]);
    if (settings.everyStep) list.push(["step", "step by step"]);
    if (settings.breakpoints.length > 0) list.push(["dot", plural(settings.breakpoints.length, "breakpoint")]);
    if (left > 0) list.push(["bolt", plural(left, "fault")]);
    if (pins.length > 0) list.push(["pin", plural(pins.length, "pin")]);
    const look = JSON.stringify([list, debug.scope()]);
    if (chips.dataset.look === look) return;
    chips.dataset.look = look;
    const next = debug.scope() === "next" && list.length > 0;
    fill(chips, next && h("li", { class: "debug-scope", text: "next run" }), list.map(([name, text]) => h("li", { class: "debug-chip", title: text }, icon(name), h("span", { text }))));
  }

  /** The virtual clock, where it is not the real one, and how soon what sleeps is over. */
  function drawClock(run) {
    still(clock);
    const moves = run !== undefined && ((run.debug?.pace ?? 1) !== 1 || run.skippedMs > 0);
    clock.hidden = !moves;
    if (!moves) return;
    const dues = naps(run).map(({ step }) => step.due).filter((due) => due !== undefined);
    const over = dues.length > 0 ? Math.min(...dues) : null;
    clock.title = "Virtual time of the run: real time, and what was skipped of its waits";
    countDown(clock, over ?? 0, { write: () => virtual(run, over) });
  }

  function virtual(run, over) {
    const now = serverNow();
    const ahead = aheadOf(run, now);
    const wakes = over !== null && over > now ? ` · wakes in ${remaining(over - now)}` : "";
    return `${dayOf(now + ahead, now)}${clockTime(now + ahead, false)}${wakes}`;
  }

  function drawStop(run, plan) {
    const held = run?.held ?? [];
    const place = held.length === 0 ? undefined : plan.find((planned) => isPlanOf(planned, held[0]));
    const look = JSON.stringify([run?.id, run?.status === "paused", held.map(({ key }) => key), place?.line, place?.module]);
    if (stop.dataset.look === look) return;
    stop.dataset.look = look;
    const had = stop.contains(document.activeElement) ? document.activeElement.dataset.go : null;
    stop.hidden = held.length === 0;
    if (held.length === 0) return fill(stop);
    const [first, ...others] = held;
    const paused = run.status === "paused";
    const go = (mode, text, keys, look, name) =>
      h(
        "button",
        { type: "button", class: `button small ${look}`, "aria-disabled": paused ? "true" : null, title: paused ? "The run is paused: resume it first" : `${text} (${keys})`, data: { go: mode }, on: { click: () => paused || debug.doing.goOn(mode) } },
        icon(name),
        h("span", { text }),
        h("kbd", { class: look === "primary" ? "on-primary" : "", text: keys }),
      );
    fill(
      stop,
      h("p", { class: "debug-stop-text" }, icon("hand"), h("span", {}, paused ? "Paused before " : "Stopped before ", stepName(first, place))),
      others.length > 0 && h("p", { class: "debug-others" }, "and before ", others.map((step) => one(step, paused))),
      h("div", { class: "debug-stop-actions" }, go("step", "Run next step", "F10", "", "step"), go("run", "Continue", "F8", "primary", "play")),
    );
    if (had !== null) stop.querySelector(`[data-go="${had}"]`)?.focus();
  }

  /** One of several steps that are stopped before: it can go on by itself. */
  function one(step, paused) {
    const title = `Run “${step.name}” next`;
    return h("button", { type: "button", class: "debug-other", title, "aria-label": title, on: { click: () => paused || debug.doing.goOn("step", step.key) } }, step.name);
  }

  function stepName(step, place) {
    if (place === undefined) return h("strong", { text: step.name });
    const { line, module } = place;
    return h("button", { type: "button", class: "link", title: `Line ${line}${module === null ? "" : ` of ${module}`}`, on: { click: () => page.goToLine(line, module) } }, step.name);
  }

  function drawRecovery(run, loss) {
    const found = run === undefined ? null : recovery(run, loss);
    const shown = found !== null && !(dismissed === `${run.id}:${found.seq}`);
    const look = shown ? `${run.id}:${found.text}` : "";
    if (back.dataset.look === look) return;
    back.dataset.look = look;
    back.hidden = !shown;
    if (!shown) return fill(back);
    const close = () => {
      dismissed = `${run.id}:${found.seq}`;
      drawRecovery(run, loss);
    };
    fill(
      back,
      icon("journal"),
      h("p", {}, h("strong", { text: "Recovered: " }), h("span", { text: `${found.text}.` })),
      h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close the note", on: { click: close } }, icon("cross")),
    );
  }

  function open(section) {
    menu.open();
    panel.focus(section);
  }

  return {
    update,
    open,
    editPin(name, output) {
      menu.open();
      panel.editPin(name, output);
    },
  };
}

/** Over everything: the pane would cut it off. */
function raise(place) {
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
}

/** Below its button, with as much room as the window has. */
function putUnder(button, place) {
  const { left, bottom } = button.getBoundingClientRect();
  const width = Math.min(400, innerWidth - 24);
  place.style.setProperty("--x", `${Math.max(12, Math.min(left, innerWidth - width - 12))}px`);
  place.style.setProperty("--y", `${bottom + 6}px`);
}

/** The day in front of a virtual time, where it is another than that of `now`. */
function dayOf(epoch, now) {
  const date = new Date(epoch);
  if (date.toDateString() === new Date(now).toDateString()) return "";
  return `${date.toLocaleDateString(undefined, { weekday: "short", month: "short", day: "numeric" })}, `;
}
