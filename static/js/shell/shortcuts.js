// Keys, and the list of them under "?".

import { openDialog } from "../base/dialogs.js";
import { byId, h } from "../base/dom.js";

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const MOD = APPLE ? "⌘" : "Ctrl";

const LIST = [
  ["Run", [MOD, "↵"]],
  ["This list", ["?"]],
  ["Run before, run after", ["[", "]"]],
  ["From step to step, open one", ["↑", "↓", "↵"]],
  ["Leave a step, show all lines", ["Esc"]],
  ["To the editor, the run, the console", ["E", "R", "C"]],
  ["Find in the code", [MOD, "F"]],
  ["Complete", [MOD, "Space"]],
  ["Comment lines", [MOD, "/"]],
  ["Tab out of the editor", ["Esc", "Tab"]],
];

/** `actions`: `run`, `leave`, `step(way)` through the runs, `show(pane)`. */
export function mountShortcuts(actions) {
  byId("help-button").addEventListener("click", help);
  for (const hint of document.querySelectorAll("[data-mod-enter]")) hint.textContent = APPLE ? "⌘ ↵" : "Ctrl ↵";
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return actions.run();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const act = KEYS[event.key];
    if (act === undefined || (event.key !== "Escape" && !singleKeys())) return;
    if (event.key !== "Escape") event.preventDefault();
    act(actions);
  });
}

const KEYS = {
  "?": () => help(),
  Escape: (actions) => actions.leave(),
  "[": (actions) => actions.step(-1),
  "]": (actions) => actions.step(1),
  e: (actions) => actions.show("code"),
  r: (actions) => actions.show("run"),
  c: (actions) => actions.show("console"),
};

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable='true']") !== null;

function help() {
  const rows = LIST.map(([what, keys]) => h("div", { class: "key-row" }, h("dt", { text: what }), h("dd", {}, keys.map((key) => h("kbd", { text: key })))));
  const box = h("input", { type: "checkbox", on: { change: () => keepSingleKeys(box.checked) } });
  box.checked = singleKeys();
  const choice = h("label", { class: "check" }, box, h("span", { text: "Keys without Ctrl or ⌘ work outside of fields" }));
  openDialog("Keyboard shortcuts", [h("dl", { class: "keys" }, rows), choice]);
}

/** People who speak to their computer may not want single letters to do anything. */
function singleKeys() {
  try {
    return localStorage.getItem("single-keys") !== "off";
  } catch {
    return true;
  }
}

function keepSingleKeys(on) {
  try {
    localStorage.setItem("single-keys", on ? "on" : "off");
  } catch {
    // cannot be kept
  }
}
