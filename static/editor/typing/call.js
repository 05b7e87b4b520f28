// The call that the cursor is in: its parameters, the one that is being written in bold.

import { StateEffect, StateField } from "@codemirror/state";
import { keymap, showTooltip, ViewPlugin } from "@codemirror/view";
import { element, prose, signature } from "./described.js";

const setCall = StateEffect.define();
const MOST_LETTERS_BACK = 2000;

const call = StateField.define({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setCall)) return effect.value;
    return value === null ? null : { ...value, pos: transaction.changes.mapPos(value.pos) };
  },
  provide: (field) => showTooltip.from(field),
});

/** Shown after `(` and `,`, and as long as the cursor stays in the call. Escape closes it. */
export function callHelp(types, name) {
  const plugin = ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.view = view;
        this.asked = 0;
      }

      update(update) {
        const open = update.state.field(call) !== null;
        const typed = update.transactions.some((one) => one.isUserEvent("input.type") || one.isUserEvent("input.complete"));
        const opens = typed && /[(,]\s?$/.test(before(update.state));
        if (opens || (open && (update.docChanged || update.selectionSet))) this.ask(update.state);
      }

      async ask(state) {
        const asked = ++this.asked;
        const at = state.selection.main.head;
        const found = isInCall(state, at) ? await types.ask("signature", name(), at) : null;
        if (asked !== this.asked || this.view.state.doc !== state.doc) return;
        const shown = this.view.state.field(call) !== null;
        if (found === null && !shown) return;
        queueMicrotask(() => this.view.dispatch({ effects: setCall.of(found === null ? null : tooltip(found, at)) }));
      }

      destroy() {
        this.asked += 1;
      }
    },
  );
  const leave = (view) => view.state.field(call) !== null && (view.dispatch({ effects: setCall.of(null) }), true);
  const show = (view) => (view.plugin(plugin)?.ask(view.state), true);
  return [
    call,
    plugin,
    keymap.of([
      { key: "Escape", run: leave },
      { key: "Mod-Shift-Space", run: show },
    ]),
  ];
}

const before = (state) => state.sliceDoc(Math.max(0, state.selection.main.head - 2), state.selection.main.head);

/** Whether there is a bracket before the place that is not closed again; strings may deceive it, and the service decides. */
function isInCall(state, at) {
  let depth = 0;
  const text = state.sliceDoc(Math.max(0, at - MOST_LETTERS_BACK), at);
  for (let place = text.length - 1; place >= 0; place -= 1) {
    if (text[place] === ")") depth += 1;
    else if (text[place] === "(" && --depth < 0) return true;
  }
  return false;
}

function tooltip({ active, argument, items }, pos) {
  return { pos, above: true, arrow: false, create: () => ({ dom: card(items, active, argument) }) };
}

function card(items, active, argument) {
  const { before: head, parameters, after, documentation } = items[active];
  const line = signature(head);
  parameters.forEach(({ label }, place) => {
    if (place > 0) line.append(", ");
    const shown = signature(label);
    shown.className = place === argument ? "type-argument" : "";
    line.append(shown);
  });
  line.append(...signature(after).childNodes);
  const made = element("div", "type-card type-call", line);
  const says = parameters[argument]?.documentation || documentation;
  if (says) made.append(prose(says));
  if (items.length > 1) made.append(element("p", "type-more", `${active + 1} of ${items.length} ways to call it`));
  return made;
}
