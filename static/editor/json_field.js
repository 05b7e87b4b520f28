// A field of JSON: a small editor with brackets that match, and mistakes marked where they are.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { replacing } from "./documents.js";
import { typeOver } from "./type_over.js";

/**
 * Make one in `parent`. `placeOf(text)` answers `{ line, column, message }` of what is wrong, or null. `onChange(text)` after edits of
 * the user, `onRun()` for Ctrl/⌘+Enter. Tab leaves it, as it leaves every field.
 */
export function createJsonField({ parent, doc, nonce, label, describedBy, readOnly = false, placeOf, onChange, onRun }) {
  let setting = false;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc,
      extensions: [
        nonce ? EditorView.cspNonce.of(nonce) : [],
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (onRun(), true) }])),
        EditorState.readOnly.of(readOnly),
        EditorState.tabSize.of(2),
        indentUnit.of("  "),
        history(),
        drawSelection(),
        indentOnInput(),
        syntaxHighlighting(classHighlighter),
        bracketMatching(),
        closeBrackets(),
        typeOver,
        foldGutter({ openText: "⌄", closedText: "›" }),
        EditorView.lineWrapping,
        json(),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...foldKeymap]),
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "aria-describedby": describedBy, "data-gramm": "false" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          queueMicrotask(mark);
          if (!setting) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });

  function mark() {
    const wrong = placeOf(view.state.doc.toString());
    view.contentDOM.setAttribute("aria-invalid", String(wrong !== null));
    if (wrong === null) return view.dispatch(setDiagnostics(view.state, []));
    const line = view.state.doc.line(Math.min(wrong.line, view.state.doc.lines));
    const at = Math.min(line.from + wrong.column - 1, line.to);
    const from = at === line.to && at > line.from ? at - 1 : at;
    view.dispatch(setDiagnostics(view.state, [{ from, to: Math.min(from + 1, line.to), severity: "error", message: wrong.message }]));
  }

  mark();
  return {
    focus: () => view.focus(),
    hasFocus: () => view.hasFocus,
    select: () => view.dispatch({ selection: { anchor: 0, head: view.state.doc.length } }),
    /** Put another text in; it is not told as an edit of the user, and can be undone. */
    setText(text) {
      const change = replacing(view.state.doc.toString(), text);
      if (change === null) return;
      setting = true;
      view.dispatch(change);
      setting = false;
    },
  };
}
