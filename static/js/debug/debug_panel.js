// What can be set to see how a run works: its clock, where it stops, what befalls its steps, what is pinned.

import { fill, h, icon } from "../base/dom.js";
import { breakpointSection, clockSection, faultSection, lossSection, pinSection } from "./debug_sections.js";

/** `{ open(), update(), focus(section), editPin(name, output) }` in `root`; `close()` closes what it is in. */
export function createPanel(root, page, debug, { close }) {
  let scope = "next";
  let drawn = "";
  const heads = {
    run: h("button", { type: "button", class: "debug-tab", role: "radio", text: "This run", on: { click: () => choose("run") } }),
    next: h("button", { type: "button", class: "debug-tab", role: "radio", text: "Next runs", on: { click: () => choose("next") } }),
  };
  const body = h("div", { class: "debug-sections" });
  const about = h("p", { class: "debug-about" });
  const shut = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close the panel", on: { click: close } }, icon("cross"));
  const tabs = h("div", { class: "debug-tabs", role: "radiogroup", "aria-label": "What it is set for" }, heads.run, heads.next);
  tabs.addEventListener("keydown", moveByKeys);
  fill(root, h("div", { class: "debug-head" }, tabs, shut), about, body);

  const at = {
    change: (patch) => debug.change(patch, scope),
    names: debug.stepNames,
    places: debug.places,
    doing: debug.doing,
    live: debug.live,
    killable: page.data.killable === true,
  };
  const sections = [clockSection(at), breakpointSection(at), faultSection(at), pinSection(at), lossSection(at)];
  fill(body, sections.map(({ element }) => element));

  function choose(next) {
    if (next === "run" && debug.live() === undefined) return;
    scope = next;
    update();
    heads[scope].focus();
  }

  function update() {
    const run = debug.live();
    if (run === undefined) scope = "next";
    const settings = debug.settings(scope);
    const names = [debug.stepNames(), debug.places()];
    const look = JSON.stringify([scope, run?.id, run?.status, settings, names, run?.steps.map(({ state }) => state)]);
    if (look === drawn) return;
    drawn = look;
    for (const [name, head] of Object.entries(heads)) {
      head.setAttribute("aria-checked", String(name === scope));
      head.tabIndex = name === scope ? 0 : -1;
    }
    heads.run.setAttribute("aria-disabled", String(run === undefined));
    heads.run.title = run === undefined ? "No run that goes on is selected" : "";
    about.textContent = scope === "run" ? "Counts from now on, for the run that is selected." : "Kept in this browser, and sent with each run that you start.";
    sections.forEach((section) => section.update(settings, scope === "run" ? run : undefined));
  }

  function open() {
    scope = debug.scope();
    drawn = "";
    update();
    queueMicrotask(() => heads[scope].focus());
  }

  return {
    open,
    update,
    focus(name) {
      if (name !== undefined) queueMicrotask(() => sections.find((section) => section.name === name)?.focus());
    },
    /** Pin an output for the runs to come, where it can be looked at before. */
    editPin(name, output) {
      scope = "next";
      drawn = "";
      update();
      queueMicrotask(() => sections.find((section) => section.name === "pins").edit(name, output));
    },
  };
}

function moveByKeys(event) {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const other = [...event.currentTarget.children].find((head) => head.getAttribute("aria-checked") !== "true");
  event.preventDefault();
  other.click();
}
