// Several documents in one editor: each keeps its undo history, its selection, its folds and where it was scrolled to.

import { EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * The documents of `view`, of which one is shown. `extensions(name)` are those of a document. `names()` has no order
 * that means anything: tabs keep their own.
 */
export function createDocuments(view, extensions, first) {
  let shown = first;
  const hidden = new Map(); // name: { state, scroll }

  const make = (name, text) => ({ state: EditorState.create({ doc: text, extensions: extensions(name) }), scroll: null });
  const stateOf = (name) => (name === shown ? view.state : hidden.get(name)?.state);

  /** Change a document, shown or not: `specs` are a transaction's. */
  function change(name, ...specs) {
    if (name === shown) return view.dispatch(...specs);
    const document = hidden.get(name);
    if (document !== undefined) document.state = document.state.update(...specs).state;
  }

  return {
    shown: () => shown,
    names: () => [shown, ...hidden.keys()],
    has: (name) => name === shown || hidden.has(name),
    state: stateOf,
    change,
    text: (name) => stateOf(name)?.doc.toString(),
    /** Show a document; one that is not there yet begins with `text`. */
    show(name, text = "") {
      if (name === shown) return;
      const next = hidden.get(name) ?? make(name, text);
      hidden.delete(name);
      hidden.set(shown, { state: view.state, scroll: view.scrollSnapshot() });
      shown = name;
      view.setState(next.state);
      view.dispatch({ effects: next.scroll ?? EditorView.scrollIntoView(next.state.selection.main) });
    },
    /** Put a text into a document, which is made where there is none. What stays the same keeps its place. */
    set(name, text) {
      const state = stateOf(name);
      if (state === undefined) return void hidden.set(name, make(name, text));
      const spec = replacing(state.doc.toString(), text);
      if (spec !== null) change(name, spec);
    },
    /** The document goes on under another name, with all that it remembers; its language is that of the new one. */
    rename(name, to, reconfigured) {
      if (name === shown) shown = to;
      else {
        hidden.set(to, hidden.get(name));
        hidden.delete(name);
      }
      change(to, { effects: reconfigured(to) });
    },
    /** Forget a document that is not shown. */
    close: (name) => void hidden.delete(name),
    /** All documents, one after the other. */
    each(work) {
      for (const name of [shown, ...hidden.keys()]) work(name);
    },
  };
}

/** The smallest replacement that makes `after` of `before`, as a transaction's spec; null where they are the same. */
export function replacing(before, after) {
  if (before === after) return null;
  const least = Math.min(before.length, after.length);
  let from = 0;
  while (from < least && before.charCodeAt(from) === after.charCodeAt(from)) from += 1;
  let tail = 0;
  while (tail < least - from && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  return {
    changes: { from, to: before.length - tail, insert: after.slice(from, after.length - tail) },
    annotations: Transaction.userEvent.of("input.replace"),
  };
}
