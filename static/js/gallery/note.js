// What an opened example is about, above its code, until somebody closes it. It is kept for the next visit.

import { byId, coded, fill, h, icon } from "../base/dom.js";

const KEPT = "playground:lesson";

/** Show the note of `example` (`{ title, shows, try }`); answers `{ close }`. */
export function showNote({ title, shows, try: tries }, open = true) {
  const root = byId("lesson-note");
  const details = h(
    "details",
    { class: "note-more", open },
    h("summary", { class: "note-head" }, icon("chevron", "icon note-turn"), h("span", { class: "note-title", text: title })),
    h("p", { class: "note-shows" }, coded(shows)),
    h("ul", { class: "note-tries", "aria-label": "What to try" }, tries.map((text) => h("li", {}, coded(text)))),
  );
  fill(root, details, h("button", { type: "button", class: "button ghost small icon-only note-close", "aria-label": "Close the notes of this example", on: { click: closeNote } }, icon("cross")));
  root.hidden = false;
  details.addEventListener("toggle", () => write({ title, shows, try: tries, open: details.open }));
  write({ title, shows, try: tries, open });
  return { close: closeNote };
}

/** Take the note away, for good. */
export function closeNote() {
  byId("lesson-note").hidden = true;
  byId("lesson-note").replaceChildren();
  write(null);
}

/** Show the note of the last visit, where it was not closed. */
export function restoreNote() {
  const kept = read();
  if (kept !== null) showNote(kept, kept.open);
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return kept !== null && typeof kept.title === "string" && typeof kept.shows === "string" && Array.isArray(kept.try) ? kept : null;
  } catch {
    return null;
  }
}

function write(note) {
  try {
    if (note === null) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, JSON.stringify(note));
  } catch {
    // shown for this visit only
  }
}
