// The page's editor: CodeMirror with what a workflow's author needs. Bundled into static/build/editor.js.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { workflowCompletions } from "./completions.js";
import { createDocuments, replacing } from "./documents.js";
import { grammar, languageOf } from "./language.js";
import { planOf } from "./plan.js";
import { markSteps, stepGutter } from "./step_gutter.js";
import { typeOver } from "./type_over.js";

export { languageOf, planOf };

/**
 * Make an editor in `parent`, of one document: `doc`, named `name`; `documents` of the answer opens others (documents.js).
 * `nonce` is the page's, for the style element; `onChange(text, name)` is called after edits of the user, `onRun()` for
 * Ctrl/⌘+Enter.
 */
export function createEditor({ parent, doc, name = "workflow.js", nonce, readOnly = false, label = "Workflow source", onChange, onRun }) {
  const access = new Compartment();
  const language = new Compartment();
  let closed = readOnly;
  const accessOf = () => [EditorState.readOnly.of(closed), EditorView.editable.of(true)];
  const speak = (named) => grammar(languageOf(named));
  const extensions = (named) => [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (onRun(), true) }])),
    access.of(accessOf()),
    lintGutter(),
    stepGutter,
    lineNumbers(),
    foldGutter({ openText: "⌄", closedText: "›" }),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    EditorState.tabSize.of(2),
    indentOnInput(),
    syntaxHighlighting(classHighlighter),
    bracketMatching(),
    closeBrackets(),
    typeOver,
    autocompletion({ icons: false }),
    rectangularSelection(),
    crosshairCursor(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    language.of(speak(named)),
    workflowCompletions,
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "data-gramm": "false" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange?.(update.state.doc.toString(), documents.shown());
    }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc, extensions: extensions(name) }) });
  const documents = createDocuments(view, extensions, name);
  return {
    documents: {
      ...documents,
      rename: (from, to) => documents.rename(from, to, (named) => language.reconfigure(speak(named))),
    },
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    hasFocus: () => view.hasFocus,
    planSteps: () => planOf(view.state.doc.toString()),
    markSteps: (list, named = documents.shown()) => documents.change(named, { effects: markSteps(list) }),
    setReadOnly(shut) {
      closed = shut;
      documents.each((named) => documents.change(named, { effects: access.reconfigure(accessOf()) }));
    },
    setText(text) {
      const change = replacing(view.state.doc.toString(), text);
      if (change !== null) view.dispatch(change);
    },
    /** Where the cursor is, as an offset. */
    cursor: () => view.state.selection.main.head,
    /** Put the cursor there and bring it into view. */
    putCursor(at) {
      view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true });
    },
    /** Mark an error at `line` and `column` (both from 1) and bring it into view; no line clears the mark. */
    setDiagnostics(line, column, message) {
      const mark = line === undefined || line === null ? [] : [diagnostic(view.state.doc, line, column ?? 1, message)];
      view.dispatch(setDiagnostics(view.state, mark));
      if (mark.length > 0) reveal(view, mark[0].from);
    },
    goToLine(line) {
      const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines)).from;
      reveal(view, at);
      view.focus();
    },
  };
}

function reveal(view, at) {
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
}

/** The word that the position is in, or its one character, or the whole line where there is none. */
function diagnostic(doc, number, column, message) {
  const line = doc.line(Math.min(Math.max(1, number), doc.lines));
  const at = Math.min(line.from + Math.max(0, column - 1), line.to);
  const before = /[\w$]*$/.exec(doc.sliceString(line.from, at))[0].length;
  const after = /^[\w$]+|^\S?/.exec(doc.sliceString(at, line.to))[0].length;
  const indent = /^\s*/.exec(line.text)[0].length;
  const [from, to] = before + after === 0 ? [line.from + indent, line.to] : [at - before, at + after];
  return { from, to: Math.max(from, to), severity: "error", message };
}
