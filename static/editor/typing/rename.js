// Another name for what stands at the cursor, in all files: F2 asks for it in a panel.

import { StateEffect, StateField } from "@codemirror/state";
import { keymap, showPanel } from "@codemirror/view";
import { element } from "./described.js";

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const setAsked = StateEffect.define();

/** `{ extension, run(view) }`. `documents()` are those of the editor: places in others than the shown one are changed there. */
export function typedRename(types, documents) {
  const field = StateField.define({
    create: () => null,
    update(value, transaction) {
      for (const effect of transaction.effects) if (effect.is(setAsked)) return effect.value;
      return transaction.docChanged ? null : value;
    },
    provide: (self) => showPanel.from(self, (asked) => (asked === null ? null : (view) => panel(view, asked))),
  });
  const close = (view) => {
    view.dispatch({ effects: setAsked.of(null) });
    view.focus();
  };

  function start(view) {
    if (!types.isReady() || view.state.readOnly) return false;
    const { doc, selection } = view.state;
    types.ask("rename", documents().shown(), selection.main.head).then((found) => {
      if (found !== null && view.state.doc === doc) view.dispatch({ effects: setAsked.of({ ...found, docs: texts() }) });
    });
    return true;
  }

  const texts = () => new Map(documents().names().map((name) => [name, documents().state(name).doc]));

  function panel(view, { word, places, refusal, docs }) {
    const dom = element("form", "cm-panel cm-rename");
    dom.addEventListener("keydown", (event) => event.key === "Escape" && (event.preventDefault(), close(view)));
    if (refusal !== undefined) {
      const button = element("button", "cm-button", "Close");
      button.type = "submit";
      dom.append(element("span", "cm-rename-text", `This cannot be renamed: ${refusal}`), button);
      dom.addEventListener("submit", (event) => (event.preventDefault(), close(view)));
      return { dom, top: true, mount: () => button.focus() };
    }
    const input = element("input", "cm-textfield");
    Object.assign(input, { value: word, name: "name", autocomplete: "off", spellcheck: false });
    const files = new Set(places.map(({ name }) => name)).size;
    const count = `${places.length} ${places.length === 1 ? "place" : "places"}${files > 1 ? ` in ${files} files` : ""}`;
    const button = element("button", "cm-button", "Rename");
    button.type = "submit";
    dom.append(element("label", "", `Rename ${word} to `, input), button, element("span", "cm-rename-text", count));
    dom.addEventListener("submit", (event) => {
      event.preventDefault();
      const to = input.value.trim();
      if (!NAME.test(to)) return input.setAttribute("aria-invalid", "true");
      const unchanged = places.every(({ name }) => documents().state(name)?.doc === docs.get(name));
      close(view);
      if (unchanged && to !== word) write(places, to);
    });
    return { dom, top: true, mount: () => input.select() };
  }

  function write(places, to) {
    for (const name of new Set(places.map((place) => place.name))) {
      const here = places.filter((place) => place.name === name);
      const changes = here.map(({ from, to: end, before, after }) => ({ from, to: end, insert: before + to + after }));
      documents().change(name, { changes, userEvent: "input.rename" });
    }
  }

  return { extension: [field, keymap.of([{ key: "F2", run: start }])], run: start };
}
