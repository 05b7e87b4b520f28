// A new link: what it allows, for how long, for whom.

import { copy } from "../base/clipboard.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { lifetimeChoice } from "./lifetime_choice.js";
import { SCOPES } from "./link_words.js";
import { makeLink } from "./share_api.js";

/** The form; `onMade()` when there is a new link. */
export function createLinkForm(session, { onMade }) {
  const choices = SCOPES.map(({ id, icon: name, name: title, may }) =>
    h(
      "label",
      { class: "scope-choice" },
      h("input", { type: "radio", name: "scope", value: id, checked: id === "view" }),
      h("span", { class: "scope-icon" }, icon(name)),
      h("span", { class: "scope-words" }, h("strong", { text: title }), h("span", { text: may })),
    ),
  );
  const label = h("input", { class: "field", type: "text", maxlength: "80", placeholder: "Who is it for? (optional)", "aria-label": "Label of the link", autocomplete: "off" });
  const { select, button, state, made, working } = lifetimeChoice({ forever: "Never expires", chosen: "7 days" });
  const form = h(
    "form",
    { class: "link-form", on: { submit: working(make) } },
    h("fieldset", { class: "scope-choices" }, h("legend", { class: "share-label", text: "Whoever has the link may" }), choices),
    h("div", { class: "link-options" }, label, select, button),
    state,
    made,
  );
  return form;

  async function make(expires) {
    const scope = form.elements.namedItem("scope").value;
    const link = await makeLink(session, { scope, expires, label: label.value });
    label.value = "";
    await showLink(made, new URL(link.url, location.href).href, SCOPES.find(({ id }) => id === scope).name);
    onMade();
  }
}

/** Show a link in `place`, copied if that is possible. It is shown this once: the server does not know it any more. */
export async function showLink(place, url, what) {
  const field = h("input", { class: "field mono", id: "share-url", readonly: true, value: url, "aria-label": `Link: ${what}`, on: { focus: () => field.select() } });
  const word = h("span", { text: "Copy" });
  const again = h("button", { type: "button", class: "button", on: { click: press } }, icon("copy"), word);
  const note = h("p", { class: "share-note", role: "status" });
  fill(place, h("div", { class: "share-row" }, field, again), note);
  await press();

  async function press() {
    const copied = await copy(url);
    setText(word, copied ? "Copied" : "Copy");
    setText(note, copied ? "On your clipboard. It is shown this once: what opens it is not stored." : "Copy it now: it is shown this once.");
    if (!copied) field.focus();
  }
}
