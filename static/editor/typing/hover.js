// What stands under the pointer, or at the cursor for whoever has only keys.

import { StateEffect, StateField } from "@codemirror/state";
import { hoverTooltip, keymap, showTooltip } from "@codemirror/view";
import { described, element } from "./described.js";

const setCard = StateEffect.define();

/** Hovering, and Alt+I (Mod+I selects syntax) at the cursor: `{ extension, run(view) }`. */
export function typedHover(types, name) {
  const ask = (at) => types.ask("hover", name(), at);
  const card = StateField.define({
    create: () => null,
    update(value, transaction) {
      for (const effect of transaction.effects) if (effect.is(setCard)) return effect.value;
      return transaction.docChanged || transaction.selection ? null : value;
    },
    provide: (field) => showTooltip.from(field),
  });
  const showAtCursor = (view) => {
    const at = view.state.selection.main.head;
    ask(at).then((found) => {
      const doc = view.state.doc;
      if (found !== null && found.to <= doc.length) view.dispatch({ effects: setCard.of(tooltip(found)) });
    });
    return true;
  };
  const leave = (view) => view.state.field(card) !== null && (view.dispatch({ effects: setCard.of(null) }), true);
  const extension = [
    card,
    hoverTooltip(
      async (view, at) => {
        const found = await ask(at);
        return found === null || saysNothing(found) || found.to > view.state.doc.length ? null : tooltip(found);
      },
      { hideOnChange: true },
    ),
    keymap.of([
      { key: "Alt-i", run: showAtCursor },
      { key: "Escape", run: leave },
    ]),
  ];
  return { extension, run: showAtCursor };
}

/** What could be anything is not worth a card that nobody has asked for. */
const saysNothing = ({ signature, documentation }) => documentation === "" && signature.length === 1 && signature[0][0] === "any";

function tooltip(found) {
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create: () => ({ dom: element("div", "type-card", described(found)) }),
  };
}
