// Two drafts in one dialog, and what can be done about them.

import { h } from "../base/dom.js";
import { openDialog } from "../base/dialogs.js";
import { createDiffView } from "./diff_view.js";

/**
 * `before` and `after` are drafts, `{ files, main, payload }`; `labels` name them; `actions` are `[label, run, look]`. Answers
 * the dialog.
 */
export function openComparison({ title, about, before, after, labels, actions }) {
  const place = h("div", { class: "diff" });
  const payload = before.payload === after.payload ? null : payloads(before.payload, after.payload, labels);
  const buttons = actions.map(([label, run, look]) => h("button", { type: "button", class: `button ${look}`, text: label, on: { click: run } }));
  const dialog = openDialog(title, [h("p", { class: "comparison-about", text: about }), place, payload, h("div", { class: "dialog-actions" }, buttons)], "wide comparison");
  const view = createDiffView(place);
  view.show(before, after, labels);
  dialog.addEventListener("close", view.destroy);
  return dialog;
}

/** The payloads differ too, or alone. */
function payloads(before, after, labels) {
  const one = (label, text) => h("div", { class: "payload-side" }, h("h3", { text: `Payload, ${label.toLowerCase()}` }), h("pre", { text: text === "" ? "(empty)" : text }));
  return h("div", { class: "payload-sides" }, one(labels[0], before), one(labels[1], after));
}
