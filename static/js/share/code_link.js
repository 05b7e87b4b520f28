// A link that carries the code itself. Opening one puts the code into the editor, and runs nothing.

import { copy } from "../base/clipboard.js";
import { byId, fill, h, icon, setText } from "../base/dom.js";
import { toast } from "../base/toasts.js";
import { BadFragment, carriesCode, fromFragment, toFragment } from "./code_fragment.js";

const TOO_LARGE = "The code is too large for a link of its own. Share the session instead.";

/** The link to what stands in the editor, or null where it is too large. */
async function codeLink(page) {
  const fragment = await toFragment({ ...page.source.files(), payload: byId("payload").value });
  return fragment === null ? null : `${location.origin}/#${fragment}`;
}

/** Copy it, and say so. */
export async function copyCodeLink(page) {
  const url = await codeLink(page);
  if (url === null) return toast(TOO_LARGE, { kind: "bad" });
  if (await copy(url)) toast("A link that carries the code is on your clipboard.", { kind: "good" });
  else toast("The link could not be copied.", { kind: "bad" });
}

/** The row of the share dialog that offers it. */
export function codeLinkRow(page) {
  const word = h("span", { text: "Copy" });
  const state = h("span", { text: "Carries the code and the payload itself. No runs; nothing is stored, nothing expires." });
  const button = h("button", { type: "button", class: "button small", "aria-label": "Copy a link that carries the code", on: { click: press } }, icon("copy"), word);
  return h("div", { class: "link-row code-link" }, h("span", { class: "scope-icon" }, icon("file")), h("div", { class: "link-what" }, h("strong", { text: "Code only" }), state), button);

  async function press() {
    const url = await codeLink(page);
    if (url === null) return setText(state, TOO_LARGE);
    setText(word, (await copy(url)) ? "Copied" : "Not copied");
  }
}

/** A part of the page: offers the code that the address carries, without touching what is there until somebody says so. */
export function mountCodeLink(page) {
  const note = byId("code-link-note");
  void open();
  window.addEventListener("hashchange", open);

  async function open() {
    const fragment = location.hash.slice(1);
    if (!carriesCode(fragment)) return;
    history.replaceState(null, "", location.pathname);
    if (!page.can.edit) return toast("Open the link in a playground of your own: this one is somebody else's.", { kind: "bad" });
    try {
      offer(await fromFragment(fragment));
    } catch (error) {
      if (!(error instanceof BadFragment)) throw error;
      toast(`The code of this link cannot be opened. ${error.message}`, { kind: "bad" });
    }
  }

  function offer(code) {
    const names = Object.keys(code.files);
    const size = names.length === 1 ? `${lines(code.files[code.main])} lines` : `${names.length} files`;
    const keep = h("button", { type: "button", class: "button small ghost", text: "Keep mine", on: { click: close } });
    const take = h("button", { type: "button", class: "button small primary", text: "Open shared code", on: { click: () => put(code) } });
    fill(note, icon("file"), h("span", { class: "code-note-text" }, h("strong", { text: "This link carries code " }), `(${size}). It does not run by itself.`), h("span", { class: "code-note-actions" }, keep, take));
    note.hidden = false;
    take.focus();
  }

  function put(code) {
    const before = { ...page.source.files(), payload: byId("payload").value };
    page.write(code);
    close();
    page.source.focus();
    toast("The shared code is in the editor. Read it before you run it.", { action: { label: "Undo", run: () => page.write(before) } });
  }

  function close() {
    note.hidden = true;
    note.replaceChildren();
  }
}

const lines = (content) => (typeof content === "string" ? content.split("\n").length : 1);
