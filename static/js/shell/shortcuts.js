// The list of keys under "?".

import { openDialog } from "../base/dialogs.js";
import { byId, h } from "../base/dom.js";
import { keepSingleKeys, keyLabels, singleKeys } from "./keys.js";

/** What the editor and the lists do by themselves. */
const FURTHER = [
  ["From step to step, open one", ["ArrowUp", "ArrowDown", "Enter"]],
  ["Find in the code", ["Mod+f"]],
  ["Complete", ["Mod+Space"]],
  ["Comment lines", ["Mod+/"]],
  ["Tab out of the editor", ["Escape", "Tab"]],
];

/** The button and the command that open the list; it names every command that has keys. */
export function mountShortcuts({ commands }) {
  byId("help-button").addEventListener("click", () => commands.run("help.keys"));
  commands.add({ id: "help.keys", title: "Keyboard shortcuts", group: "Help", keys: ["?"], run: () => help(commands) });
}

function help(commands) {
  const own = commands.all().filter(({ keys }) => keys.length > 0);
  const rows = [...own.map(({ title, keys }) => [title, keys.slice(0, 1)]), ...FURTHER].map(([title, keys]) =>
    h("div", { class: "key-row" }, h("dt", { text: title }), h("dd", {}, keys.flatMap(keyLabels).map((key) => h("kbd", { text: key })))),
  );
  const box = h("input", { type: "checkbox", on: { change: () => keepSingleKeys(box.checked) } });
  box.checked = singleKeys();
  const choice = h("label", { class: "check" }, box, h("span", { text: "Keys without Ctrl or ⌘ work outside of fields" }));
  openDialog("Keyboard shortcuts", [h("dl", { class: "keys" }, rows), choice]);
}
