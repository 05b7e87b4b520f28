// Short notes in the corner, with at most one thing to do.

import { byId, h, icon } from "./dom.js";

const SHOWN_MS = 6000;
const ICONS = { info: "info", good: "check", bad: "warning" };

/** Take away what is shown; something new has begun. */
export const clearToasts = () => byId("toasts").replaceChildren();

/** Show `message`; `action` is `{ label, run }`. A bad one stays until it is closed. */
export function toast(message, { kind = "info", action = null } = {}) {
  const close = () => note.remove();
  const note = h(
    "div",
    { class: `toast ${kind}`, role: kind === "bad" ? "alert" : null },
    icon(ICONS[kind]),
    h("span", { class: "toast-text", text: message }),
    action && h("button", { type: "button", class: "button small", text: action.label, on: { click: () => (action.run(), close()) } }),
    h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close", on: { click: close } }, icon("cross")),
  );
  const shelf = byId("toasts");
  comeForward();
  while (shelf.children.length > 2) shelf.firstElementChild.remove();
  shelf.append(note);
  if (kind !== "bad") setTimeout(close, SHOWN_MS);
}

/** What is behind a modal dialog can be neither read nor pressed: notes stand in the foremost one that is open, or in the page. */
export function comeForward() {
  const shelf = byId("toasts");
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (shelf.parentNode !== place) place.append(shelf);
}
