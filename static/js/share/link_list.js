// The links that are good: what each allows, until when, when it was last used; and a button that ends it.

import { fill, h, icon, setText } from "../base/dom.js";
import { serverNow } from "../base/countdown.js";
import { moment } from "../base/format.js";
import { because } from "../base/refusal.js";
import { links, revokeLink } from "./share_api.js";
import { VERDICTS, expiry, scopeOf, stepName, use } from "./link_words.js";

/** `{ element, load() }`. */
export function createLinkList(session) {
  const title = h("h3", { class: "share-label", text: "Links" });
  const rows = h("ul", { class: "link-rows" });
  const state = h("p", { class: "share-state", role: "status" });
  const element = h("section", { class: "link-list", "aria-label": "Links that are good" }, title, rows, state);
  return { element, load };

  async function load() {
    try {
      const { shares } = await links(session);
      const newest = [...shares].reverse();
      setText(title, newest.length === 0 ? "No links yet" : "Links that are good");
      fill(rows, newest.map(row));
      setText(state, "");
    } catch (error) {
      setText(state, because("The links cannot be shown", error));
    }
  }

  function row(link) {
    const { approval } = link;
    const now = serverNow();
    const scope = approval === undefined ? scopeOf(link.scope) : { icon: "flag", name: `Decide “${stepName(approval.step)}”` };
    const facts = approval?.decision
      ? [`${VERDICTS[approval.decision.verdict]} by ${approval.decision.by}, ${moment(approval.decision.time)}`]
      : [expiry(link.expires, now), use(link.lastUsed, now)];
    const button = h("button", { type: "button", class: "button ghost danger small", "aria-label": `Revoke the link ${link.label || scope.name}`, on: { click: revoke } }, icon("trash"), h("span", { text: "Revoke" }));
    const made = `Made ${moment(link.created)}`;
    const item = h(
      "li",
      { class: "link-row", title: made },
      h("span", { class: "scope-icon" }, icon(scope.icon)),
      h("div", { class: "link-what" }, h("strong", { text: link.label === "" ? scope.name : link.label }), h("span", { text: [link.label === "" ? null : scope.name, ...facts].filter(Boolean).join(" · ") })),
      button,
    );
    return item;

    async function revoke() {
      button.disabled = true;
      try {
        await revokeLink(session, link.id);
        item.remove();
        setText(state, "Revoked. Nobody comes in by that link any more.");
        if (rows.childElementCount === 0) setText(title, "No links yet");
      } catch (error) {
        button.disabled = false;
        setText(state, because("Not revoked", error));
      }
    }
  }
}
