// The list of keys under "?", and the menu of what helps.

import { openDialog } from "../base/dialogs.js";
import { byId, h, icon } from "../base/dom.js";
import { popup } from "../base/popup.js";
import { keepSingleKeys, keyLabels, singleKeys } from "./keys.js";

/** What the editor and the lists do by themselves. */
const FURTHER = [
  ["From step to step, open one", ["ArrowUp", "ArrowDown", "Enter"]],
  ["Find in the code", ["Mod+f"]],
  ["Complete", ["Mod+Space"]],
  ["Comment lines", ["Mod+/"]],
  ["Tab out of the editor", ["Escape", "Tab"]],
];
const GROUPS = ["Run", "Step", "View", "Code", "Debug", "Log", "Share", "Help"];
const MENU = [
  ["tour.start", "compass", "Guided walk", "Run, approve, crash and share, in two minutes"],
  ["examples", "gallery", "Examples", "Workflows to open, each a small lesson"],
  ["palette.open", "search", "All commands", "Everything that can be done, by name"],
  ["help.keys", "keyboard", "Keyboard shortcuts", "What each key does"],
];

/** The menu under the button, and the command that lists every command that has keys. */
export function mountShortcuts(page) {
  const { commands } = page;
  const button = byId("help-button");
  const panel = h("div", { class: "popup help-menu", hidden: true, role: "group", "aria-label": "Help" });
  button.after(panel);
  const menu = popup(button, panel, { onOpen: fillMenu });
  panel.addEventListener("keydown", moveByKeys);
  commands.add({ id: "help.keys", title: "Keyboard shortcuts", group: "Help", keys: ["?"], run: () => help(commands) });

  function fillMenu() {
    const known = MENU.filter(([id]) => commands.get(id) !== undefined);
    panel.replaceChildren(...known.map(item));
    queueMicrotask(() => panel.firstElementChild.focus());
  }

  function item([id, name, title, about]) {
    const press = () => {
      menu.close();
      button.focus();
      commands.run(id);
    };
    return h("button", { type: "button", class: "menu-item", on: { click: press } }, icon(name), h("span", { class: "menu-text" }, h("span", { text: title }), h("span", { class: "menu-about", text: about })));
  }
}

function moveByKeys(event) {
  const items = [...event.currentTarget.children];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  items[(next + items.length) % items.length].focus();
}

function help(commands) {
  const own = commands.all().filter(({ keys }) => keys.length > 0);
  const names = [...new Set([...GROUPS, ...own.map(({ group }) => group)])];
  const sections = names
    .map((name) => [name, own.filter(({ group }) => group === name).map(({ title, keys }) => [title, keys.slice(0, 1)])])
    .concat([["Lists and the editor", FURTHER]])
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => h("section", { class: "key-group" }, h("h3", { class: "key-title", text: name }), h("dl", { class: "keys" }, rows.map(keyRow))));
  const box = h("input", { type: "checkbox", on: { change: () => keepSingleKeys(box.checked) } });
  box.checked = singleKeys();
  const choice = h("label", { class: "check" }, box, h("span", { text: "Keys without Ctrl or ⌘ work outside of fields" }));
  openDialog("Keyboard shortcuts", [h("div", { class: "key-groups", tabindex: "0", role: "region", "aria-label": "Shortcuts" }, sections), choice], "shortcuts");
}

const keyRow = ([title, keys]) => h("div", { class: "key-row" }, h("dt", { text: title }), h("dd", {}, keys.flatMap(keyLabels).map((key) => h("kbd", { text: key }))));
