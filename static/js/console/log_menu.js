// What can be set about the log, and taken from it.

import { fill, h, icon } from "../base/dom.js";
import { popup } from "../base/popup.js";

const TIMES = [
  ["clock", "Time of day"],
  ["start", "Since the start"],
  ["before", "Since the line before"],
];

const KEPT = "playground:log-times";

/**
 * `{ element, times(), step() }`. `onChange()` after each choice; `actions`: `[icon, label, run]`; `step()`: whether a step that is
 * selected filters the log.
 */
export function mountLogMenu({ onChange, actions }) {
  const button = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Times, copy and download", title: "Times, copy and download" }, icon("more"));
  const panel = h("div", { class: "popup log-menu", hidden: true, role: "group", "aria-label": "The log" });
  const menu = popup(button, panel, { onOpen: () => queueMicrotask(stand) });
  const chosen = remembered();
  const only = h("input", { type: "checkbox", on: { change: onChange } });
  only.checked = true;
  const radios = TIMES.map(([value, label]) => {
    const input = h("input", { type: "radio", name: "log-times", value, on: { change: () => (remember(value), onChange()) } });
    input.checked = value === chosen;
    return h("label", { class: "check" }, input, h("span", { text: label }));
  });
  // out of the panel, which may be lower than the menu is
  function stand() {
    const box = button.getBoundingClientRect();
    const below = innerHeight - box.bottom - 14;
    const up = below < panel.offsetHeight && box.top > below;
    panel.style.setProperty("right", `${Math.max(8, innerWidth - box.right)}px`);
    panel.style.setProperty("top", up ? "auto" : `${box.bottom + 6}px`);
    panel.style.setProperty("bottom", up ? `${innerHeight - box.top + 6}px` : "auto");
    panel.querySelector("input:checked")?.focus();
  }

  const press = (run) => () => (menu.close(), button.focus(), run());
  fill(
    panel,
    h("fieldset", { class: "log-menu-part" }, h("legend", { text: "Times" }), radios),
    h("div", { class: "log-menu-part" }, h("label", { class: "check" }, only, h("span", { text: "Only lines of the selected step" }))),
    h("div", { class: "log-menu-part" }, actions.map(([look, label, run]) => h("button", { type: "button", class: "menu-line", on: { click: press(run) } }, icon(look), h("span", { text: label })))),
  );
  return {
    element: h("div", { class: "anchor" }, button, panel),
    times: () => panel.querySelector("input[type=radio]:checked")?.value ?? "clock",
    step: () => only.checked,
  };
}

function remembered() {
  try {
    const value = localStorage.getItem(KEPT);
    return TIMES.some(([each]) => each === value) ? value : "clock";
  } catch {
    return "clock";
  }
}

function remember(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // holds for this page only
  }
}
