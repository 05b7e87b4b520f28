// The share dialog: links and what they allow, and what was done by them.

import { openDialog } from "../base/dialogs.js";
import { h } from "../base/dom.js";
import { codeLinkRow } from "./code_link.js";
import { createDecisions } from "./decisions.js";
import { createLinkForm } from "./link_form.js";
import { createLinkList } from "./link_list.js";

/** Open it on `tab`: "links" or "decisions". */
export function openShare(page, session, tab = "links") {
  const list = createLinkList(session);
  const decisions = createDecisions(session);
  const panels = {
    links: h("div", { class: "share-panel", role: "tabpanel", "aria-label": "Links" }, createLinkForm(session, { onMade: list.load }), list.element, codeLinkRow(page)),
    decisions: h("div", { class: "share-panel", role: "tabpanel", "aria-label": "Decisions" }, decisions.element),
  };
  const tabs = Object.entries({ links: "Links", decisions: "Decisions" }).map(([id, name]) =>
    h("button", { type: "button", class: "share-tab", role: "tab", text: name, data: { tab: id }, on: { click: () => show(id), keydown: move } }),
  );
  const dialog = openDialog("Share this session", [h("div", { class: "share-tabs", role: "tablist", "aria-label": "Share" }, tabs), ...Object.values(panels)], "share-dialog");
  show(tab);
  dialog.querySelector(tab === "links" ? ".scope-choice input:checked" : ".share-tab[aria-selected='true']")?.focus();

  function show(id) {
    for (const each of tabs) {
      const on = each.dataset.tab === id;
      each.setAttribute("aria-selected", String(on));
      each.tabIndex = on ? 0 : -1;
    }
    for (const [name, panel] of Object.entries(panels)) panel.hidden = name !== id;
    if (id === "links") void list.load();
    else void decisions.load();
  }

  function move(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = tabs.find((each) => each !== event.currentTarget);
    show(other.dataset.tab);
    other.focus();
  }
}
