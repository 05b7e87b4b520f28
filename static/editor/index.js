// The page's editor: CodeMirror with what a workflow's author needs. Bundled into static/build/editor.js.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldAll, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting, unfoldAll } from "@codemirror/language";
import { lintGutter, lintKeymap, nextDiagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
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
import { setBreakpoints } from "./breakpoints.js";
import { completionSources } from "./completions.js";
import { createDocuments, replacing } from "./documents.js";
import { grammar, languageOf } from "./language.js";
import { planOf } from "./plan.js";
import { markSteps, selectLine, stepLines } from "./step_lines.js";
import { typeOver } from "./type_over.js";
import { createTyping } from "./typing/index.js";

export { createJsonField } from "./json_field.js";
export { languageOf, planOf };

/** What CodeMirror's panels say, in the words of the page. */
const PHRASES = { next: "Next", previous: "Previous", all: "All", "match case": "Match case", regexp: "Pattern", "by word": "Whole words", replace: "Replace", "replace all": "Replace all", close: "Close" };

/**
 * Make an editor in `parent`, of one document: `doc`, named `name`; `documents` of the answer opens others (documents.js).
 * `nonce` is the page's, for the style element; `onChange(text, name)` is called after edits of the user, `onRun()` for
 * Ctrl/⌘+Enter, `onStep(key)` for a step whose mark was clicked, `onGo(name)` to show another document,
 * `onProblems(name, list)` with what the service of types has found in a document.
 */
export function createEditor({ parent, doc, name = "workflow.js", nonce, readOnly = false, label = "Workflow source", ...on }) {
  const { onChange, onRun } = on;
  const access = new Compartment();
  const language = new Compartment();
  let closed = readOnly;
  const accessOf = () => [EditorState.readOnly.of(closed), EditorView.editable.of(true)];
  const speak = (named) => grammar(languageOf(named));
  const typing = createTyping({ documents: () => documents, onGo: go, hearsProblems: () => on.onProblems });
  const sources = completionSources(typing.completions, typing.types.isReady, () => languageOf(documents.shown()));
  const extensions = (named) => [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (onRun(), true) }])),
    access.of(accessOf()),
    lintGutter(),
    stepLines((key) => on.onStep?.(key), (line) => on.onGutter?.(line) ?? false),
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
    autocompletion({ override: sources, optionClass: ({ type }) => (type?.includes("deprecated") ? "deprecated" : "") }),
    typing.extensions,
    rectangularSelection(),
    crosshairCursor(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorState.phrases.of(PHRASES),
    language.of(speak(named)),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "data-gramm": "false" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange?.(update.state.doc.toString(), documents.shown());
    }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc, extensions: extensions(name) }) });
  const documents = createDocuments(view, extensions, name);

  /** Show a place; one of another document is the page's business, which has tabs. */
  function go(place) {
    if (place.name !== documents.shown()) (on.onGo ?? documents.show)(place.name);
    view.dispatch({ selection: { anchor: place.from, head: place.to }, effects: EditorView.scrollIntoView(place.from, { y: "center" }) });
    view.focus();
  }

  const does = { ...typing.does, complete: startCompletion, find: openSearchPanel, foldAll, unfoldAll, nextProblem: nextDiagnostic };
  typing.types.startWhenIdle();
  return {
    /** Do something in the editor by name: one of `does`. */
    act(what) {
      view.focus();
      does[what](view);
    },
    documents: {
      ...documents,
      rename(from, to) {
        documents.rename(from, to, (named) => language.reconfigure(speak(named)));
        typing.problems.recheck(); // other rules hold for another language
      },
    },
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    hasFocus: () => view.hasFocus,
    planSteps: () => planOf(view.state.doc.toString()),
    /** Others of the calls above, from now on. */
    listen: (calls) => void Object.assign(on, calls),
    /** Which line's step is selected, or null. */
    selectLine: (line, named = documents.shown()) => documents.change(named, { effects: selectLine(line) }),
    types: typing.types,
    /** Where breakpoints can be and are: `{ line, on }`; `onGutter(line)` is called where one is pressed. */
    setBreakpoints: (list, named = documents.shown()) => documents.change(named, { effects: setBreakpoints(list) }),
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
      const mark = line === undefined || line === null ? null : diagnostic(view.state.doc, line, column ?? 1, message);
      typing.problems.refuse(view, mark);
      if (mark !== null) reveal(view, mark.from);
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

/** The word or text that begins or is at the position, or its one character, or the whole line where there is none. */
function diagnostic(doc, number, column, message) {
  const line = doc.line(Math.min(Math.max(1, number), doc.lines));
  const at = Math.min(line.from + Math.max(0, column - 1), line.to);
  const before = /[\w$]*$/.exec(doc.sliceString(line.from, at))[0].length;
  const after = /^[\w$]+|^(["'`])[^"'`]*\1|^\S?/.exec(doc.sliceString(at, line.to))[0].length;
  const indent = /^\s*/.exec(line.text)[0].length;
  const [from, to] = before + after === 0 ? [line.from + indent, line.to] : [at - before, at + after];
  return { from, to: Math.max(from, to), severity: "error", message };
}
