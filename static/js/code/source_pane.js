// The editor: a textarea at first, CodeMirror as soon as it has loaded. Both answer to the same few calls.

import { byId, fill, h, icon } from "../base/dom.js";

const BUNDLE = "/static/build/editor.js";

/** `onChange()` after edits, `onRun()` for the shortcut. The pane's `plan(text)` is empty until the bundle is there. */
export function createSourcePane({ readOnly, onChange, onRun, onReady }) {
  const field = byId("source");
  const trouble = byId("diagnostic");
  let editor = null;
  let planOf = () => [];

  field.addEventListener("input", edited);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    }
  });

  function edited() {
    if (!trouble.hidden) clear();
    onChange();
  }

  async function load() {
    try {
      const bundle = await import(BUNDLE);
      const selection = document.activeElement === field;
      editor = bundle.createEditor({ parent: byId("editor-host"), doc: field.value, nonce: document.body.dataset.nonce, readOnly, onChange: edited, onRun });
      planOf = bundle.planOf;
      field.hidden = true;
      if (selection) editor.focus();
      performance.mark("editor-ready");
    } catch (error) {
      console.warn("the editor did not load; the plain field stays", error);
    }
    onReady();
  }

  function clear() {
    trouble.hidden = true;
    editor?.setDiagnostics(null);
  }

  return {
    load,
    clear,
    text: () => editor?.text() ?? field.value,
    setText(text) {
      if (editor === null) field.value = text;
      else editor.setText(text);
    },
    plan: (text) => planOf(text),
    focus: () => (editor ?? field).focus(),
    hasFocus: () => editor?.hasFocus ?? document.activeElement === field,
    markSteps: (marks) => editor?.markSteps(marks),
    goToLine: (line) => editor?.goToLine(line),
    /** Say that the code was refused; `error` is an `ApiError`, marked at its line where it has one. */
    refuse(error) {
      const place = error.line === null ? "" : `line ${error.line}${error.column ? `, column ${error.column}` : ""}`;
      const module = error.module && !/^index\.[jt]s$/.test(error.module) ? ` of ${error.module}` : "";
      const text = `${error.errorName ? `${error.errorName}: ` : ""}${error.message}`;
      const go = place && h("button", { type: "button", class: "button small", on: { click: () => editor?.goToLine(error.line) } }, `${place}${module}`);
      const close = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close", on: { click: clear } }, icon("cross"));
      const frame = error.frame && h("pre", { class: "diagnostic-frame", text: error.frame });
      fill(trouble, icon("warning"), h("span", { class: "diagnostic-text", text }), go || null, close, frame || null);
      trouble.hidden = false;
      if (error.line !== null) editor?.setDiagnostics(error.line, error.column, text);
    },
  };
}
