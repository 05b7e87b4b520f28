// The editor and the files in it: a textarea at first, CodeMirror as soon as it has loaded. Both answer to the same few calls.

import { byId, setText } from "../base/dom.js";
import * as plain from "./files.js";
import { changed, importEdits } from "./moves.js";
import { createTrouble } from "./trouble.js";

const BUNDLE = "/static/build/editor.js";

/**
 * `start` is `{ files, main }`. `onChange()` after edits, `onRun()` for the shortcut. The pane's `plan(text)` is empty until the
 * bundle is there. Who watches (`watch(listener)`) hears when files came, went, or changed their names, order or which is shown.
 */
export function createSourcePane({ start, readOnly, onChange, onRun, onReady }) {
  const field = byId("source");
  const host = byId("editor-host");
  const note = byId("no-text");
  let code = start; // names, order, main file, and what is no text; texts are in the editor
  let shown = start.main;
  let editor = null;
  let known = start; // what `files()` answered last
  let fresh = true;
  let planOf = () => [];
  let latest = null; // `{ text, code, plan }` of what was read last: what is run is what was edited just before
  let quietly = false; // while several documents change at once
  const watchers = [];
  const onFiles = () => watchers.forEach((watcher) => watcher());

  const trouble = createTrouble({ onPlace: (line, module) => goToLine(line, module), onClose: () => editor?.setDiagnostics(null) });
  field.addEventListener("input", edited);

  function edited() {
    if (quietly) return;
    trouble.clear();
    fresh = false;
    onChange();
  }

  const isText = (name) => typeof code.files[name] === "string";

  function textOf(name) {
    if (!isText(name)) return code.files[name];
    if (editor !== null) return editor.documents.has(name) ? editor.documents.text(name) : code.files[name];
    return name === shown ? field.value : code.files[name];
  }

  /** What stands in the editor, `{ files, main }`; the same object as long as nothing changes. */
  function files() {
    if (!fresh) {
      const names = Object.keys(code.files);
      known = { files: Object.fromEntries(names.map((name) => [name, textOf(name)])), main: code.main };
      fresh = true;
    }
    return known;
  }

  /** Other names, another order or another main file, with the texts as they are. */
  function rearrange(next, { show = shown, quiet = false } = {}) {
    code = next;
    known = next;
    fresh = true;
    if (!Object.hasOwn(code.files, shown) || show !== shown) open(Object.hasOwn(code.files, show) ? show : code.main);
    if (!quiet) onChange();
    onFiles();
  }

  function open(name) {
    if (editor === null && isText(shown) && Object.hasOwn(code.files, shown)) keepField();
    shown = name;
    const text = isText(name);
    note.hidden = text;
    host.hidden = !text;
    if (!text) setText(note, noTextOf(name, code.files[name]));
    else if (editor === null) field.value = code.files[name];
    else editor.documents.show(name, code.files[name]);
  }

  /** The plain field holds one file: what was typed goes back among the others. */
  function keepField() {
    code = { ...code, files: { ...code.files, [shown]: field.value } };
  }

  function show(name) {
    if (name === shown || !Object.hasOwn(code.files, name)) return;
    trouble.clear();
    open(name);
    onFiles();
  }

  /** Put a whole set of files into the editor; documents that go on keep their history. */
  function setFiles(next, { quiet = false } = {}) {
    if (plain.sameFiles(next, files())) return;
    const gone = Object.keys(code.files).filter((name) => !Object.hasOwn(next.files, name));
    const stays = Object.hasOwn(next.files, shown) ? shown : next.main;
    quietly = true;
    if (editor !== null) {
      for (const [name, content] of Object.entries(next.files)) if (typeof content === "string") editor.documents.set(name, content);
    } else if (stays === shown && typeof next.files[shown] === "string") field.value = next.files[shown];
    code = next;
    if (stays !== shown || !note.hidden) open(stays);
    if (editor !== null) gone.forEach((name) => editor.documents.close(name));
    quietly = false;
    trouble.clear();
    known = next;
    fresh = true;
    if (!quiet) onChange();
    onFiles();
  }

  function follow(from, to) {
    const edits = Object.entries(importEdits(files().files, from, to));
    quietly = true;
    for (const [name, changes] of edits) {
      if (editor !== null) editor.documents.change(name, { changes });
      else write(name, changed(textOf(name), changes));
    }
    quietly = false;
    fresh = false;
    return edits.reduce((count, [, changes]) => count + changes.length, 0);
  }

  function write(name, text) {
    code = { ...code, files: { ...code.files, [name]: text } };
    if (editor !== null) editor.documents.set(name, text);
    else if (name === shown) field.value = text;
  }

  function setContent(name, text) {
    quietly = true;
    write(name, text);
    quietly = false;
    edited();
  }

  function goToLine(line, module) {
    const name = fileOf(module);
    if (name !== null) show(name);
    editor?.goToLine(line);
  }

  /** The file that a run means by a module's name: its only one is index.js there. */
  function fileOf(module) {
    if (module === undefined || module === null) return code.main;
    if (Object.hasOwn(code.files, module)) return module;
    return /^index\.[jt]s$/.test(module) ? code.main : null;
  }

  /** Each caller has a list of its own. */
  function plan(text, code = { files: {} }) {
    if (latest?.text !== text || !plain.sameFiles(latest.code, code)) latest = { text, code, plan: planOf(text, code) };
    return Object.assign([...latest.plan], { shape: latest.plan.shape });
  }

  async function load() {
    try {
      const bundle = await import(BUNDLE);
      const typing = document.activeElement === field;
      if (isText(shown)) keepField();
      const { nonce } = document.body.dataset;
      const doc = isText(shown) ? code.files[shown] : "";
      editor = bundle.createEditor({ parent: host, doc, name: shown, nonce, readOnly, onChange: edited, onRun });
      for (const [name, content] of Object.entries(code.files)) if (name !== shown && isText(name)) editor.documents.set(name, content);
      ({ planOf } = bundle);
      latest = null;
      field.hidden = true;
      if (typing) editor.focus();
      performance.mark("editor-ready");
    } catch (error) {
      console.warn("the editor did not load; the plain field stays", error);
    }
    onReady();
  }

  return {
    load,
    clear: trouble.clear,
    /** The main file's text, which the plan is read from. */
    text: () => textOf(code.main),
    setText: (text) => setContent(code.main, text),
    plan,
    files,
    setFiles,
    shown: () => shown,
    show,
    /** What a file holds: its text, or an object of its kind. */
    content: textOf,
    setContent,
    watch: (watcher) => void watchers.push(watcher),
    add(name, content, place) {
      rearrange(plain.added(files(), name, content, place), { show: name });
    },
    /** The file is called `to` from now on, also where it is imported; answers in how many places that is. */
    rename(from, to) {
      if (from === to) return 0;
      const places = follow(from, to);
      const next = plain.renamed(files(), from, to);
      if (editor?.documents.has(from)) editor.documents.rename(from, to);
      if (shown === from) shown = to;
      rearrange(next);
      return places;
    },
    remove(name) {
      const next = plain.removed(files(), name);
      const names = Object.keys(code.files);
      const neighbour = names[names.indexOf(name) + 1] ?? names[names.indexOf(name) - 1];
      rearrange(next, { show: name === shown ? neighbour : shown });
      editor?.documents.close(name);
    },
    move: (name, place) => rearrange(plain.moved(files(), name, place)),
    setMain: (name) => rearrange({ ...files(), main: name }),
    focus: () => (editor ?? field).focus(),
    hasFocus: () => editor?.hasFocus() ?? document.activeElement === field,
    cursor: () => editor?.cursor() ?? field.selectionStart,
    putCursor: (at) => (editor === null ? field.setSelectionRange(at, at) : editor.putCursor(at)),
    markSteps: (marks, name) => editor?.documents.has(name) && editor.markSteps(marks, name),
    goToLine,
    /** Say that the code was refused; `error` is an `ApiError`, marked at its line where it has one. */
    refuse(error) {
      const file = fileOf(error.module);
      const single = Object.keys(code.files).length === 1;
      if (single) error.message = error.message.replace(/"index\.[jt]s"/g, `"${code.main}"`); // as it is run alone
      if (error.line !== null && file !== null) show(file);
      trouble.show(error, file === code.main && single ? null : error.module);
      if (error.line !== null && file !== null) editor?.setDiagnostics(error.line, error.column, trouble.text());
    },
    /** The editor itself, for what extends it; null before it has loaded. */
    editor: () => editor,
  };
}

/** What is said in place of a text. */
function noTextOf(name, content) {
  const [kind, value] = Object.entries(content)[0];
  const size = kind === "data" ? Math.floor((value.length * 3) / 4) : JSON.stringify(value).length;
  return `${name} holds ${kind === "data" ? "bytes" : kind} (about ${size.toLocaleString()} of them). It is kept and run as it is.`;
}
