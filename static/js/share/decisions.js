// The audit trail: who did what, when, and by which link.

import { h, icon, setText } from "../base/dom.js";
import { clockTime } from "../base/format.js";
import { because } from "../base/refusal.js";
import { audit } from "./share_api.js";
import { doer, sentence } from "./link_words.js";

const DAY = { weekday: "long", month: "long", day: "numeric" };

/** `{ element, load() }`. */
export function createDecisions(session) {
  const rows = h("div", { class: "audit-days" });
  const state = h("p", { class: "share-state", role: "status" });
  const more = h("button", { type: "button", class: "button small", text: "Show earlier ones", hidden: true, on: { click: () => next() } });
  const element = h("section", { class: "audit", "aria-label": "Decisions" }, rows, state, more);
  let before = null;
  let day = null;
  return { element, load };

  async function load() {
    rows.replaceChildren();
    before = null;
    day = null;
    await next();
  }

  async function next() {
    more.disabled = true;
    try {
      const page = await audit(session, before);
      before = page.next;
      for (const row of page.rows) add(row);
      setText(state, rows.childElementCount === 0 ? "Nothing yet. Decisions, links and what is done by them are listed here, and no row is ever changed or removed." : "");
      more.hidden = page.next === null;
    } catch (error) {
      setText(state, because("The decisions cannot be shown", error));
    } finally {
      more.disabled = false;
    }
  }

  function add(row) {
    const date = new Date(row.time);
    if (day?.name !== date.toDateString()) {
      const list = h("ol", { class: "audit-rows" });
      rows.append(h("h3", { class: "share-label", text: date.toLocaleDateString(undefined, DAY) }), list);
      day = { name: date.toDateString(), list };
    }
    const { icon: name, tone, text, more: note } = sentence(row);
    day.list.append(
      h(
        "li",
        { class: "audit-row", data: { tone: tone ?? "none" } },
        h("span", { class: "audit-icon" }, icon(name)),
        h("div", { class: "audit-what" }, h("p", { class: "audit-text", text }), note !== null && h("p", { class: "audit-note", text: note }), h("p", { class: "audit-by", text: doer(row) })),
        h("time", { class: "audit-time mono", datetime: date.toISOString(), text: clockTime(row.time, false) }),
      ),
    );
  }
}
