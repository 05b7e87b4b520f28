// Forks: whoever may not edit types anyway, and writes in a session of their own. Nothing is run by it, and nothing typed is lost.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { byId, fill, h, icon, setText } from "../base/dom.js";
import { toast } from "../base/toasts.js";
import { HIDDEN } from "../shell/commands.js";
import { fork } from "./share_api.js";

const SAVE_AFTER_MS = 500;
const EDITS = new Set(["Enter", "Backspace", "Delete", "Tab"]);

/** A part of the page: the button and the command, and for those who only watch, forking by editing. */
export function mountForking(page) {
  const button = byId("fork-button");
  const note = byId("fork-note");
  const host = byId("editor-host");
  const refusal = () => (page.can.share ? HIDDEN : null);
  let own = null; // the session of one's own, once there is one
  let opening = null;
  let saved = "";
  let timer = null;
  page.commands.add({ id: "share.fork", title: "Fork into a session of your own", group: "Share", refusal, run: go });
  if (page.can.share) return;
  button.addEventListener("click", go);
  if (page.can.edit) return;
  host.addEventListener("keydown", (event) => writes(event) && begin(), true);
  for (const type of ["beforeinput", "paste", "cut", "drop"]) host.addEventListener(type, begin, true);
  window.addEventListener("pagehide", () => own !== null && dirty() && void save(true));

  const code = () => ({ ...page.source.files(), payload: byId("payload").value });
  const dirty = () => JSON.stringify(code()) !== saved;

  /** The first key opens the editor, before the editor hears of it: so that key is the first that is written. */
  function begin() {
    if (page.writing) return;
    const editor = page.source.editor();
    if (editor === null) return;
    page.writing = true;
    saved = JSON.stringify(code());
    editor.setReadOnly(false);
    byId("payload").readOnly = false;
    for (const field of [host, byId("payload")]) field.addEventListener("input", soon);
    setText(byId("code-tools").querySelector(".save-state"), "A copy of your own");
    say("A copy of your own begins…");
    note.hidden = false;
    soon();
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_AFTER_MS);
  }

  async function save(leaving = false) {
    clearTimeout(timer);
    try {
      const session = await mine();
      if (!dirty()) return session;
      const now = code();
      await api.saveDraft(session, now, leaving);
      saved = JSON.stringify(now);
      say("You are writing in a copy of your own. It is saved.", session);
      if (dirty()) soon();
      return session;
    } catch (error) {
      say(because("Your copy is not saved yet", error));
      timer = setTimeout(() => void save(), 4000);
      return null;
    }
  }

  /** The session of one's own, made once however often it is asked for. */
  function mine() {
    opening ??= fork(page.session.id()).then(
      ({ id }) => (own = id),
      (error) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  }

  async function go() {
    button.disabled = true;
    if (page.writing && (await save()) === null) return (button.disabled = false);
    try {
      location.assign(`/s/${await mine()}`);
    } catch (error) {
      button.disabled = false;
      toast(because("Not forked", error), { kind: "bad" });
    }
  }

  function say(text, session = null) {
    const words = note.querySelector(".code-note-text");
    if (words !== null && (session === null) === (note.querySelector("button") === null)) return setText(words, text);
    const open = session !== null && h("button", { type: "button", class: "button small primary", text: "Open it", on: { click: go } });
    fill(note, icon("code"), h("span", { class: "code-note-text", role: "status", text }), h("span", { class: "code-note-actions" }, open));
  }
}

/** Whether a key would change the text. */
function writes({ key, ctrlKey, metaKey, altKey, target }) {
  if (target.closest?.(".cm-panel") !== null && target.closest?.(".cm-panel") !== undefined) return false;
  if (ctrlKey || metaKey || altKey) return false;
  return key.length === 1 || EDITS.has(key);
}
