// A link that lets somebody else watch.

import * as api from "../state/api.js";
import { copy } from "../base/clipboard.js";
import { openDialog } from "../base/dialogs.js";
import { byId, h, icon } from "../base/dom.js";
import { toast } from "../base/toasts.js";

/** A part of the page: the button that makes a link, with what stands in the editor saved. */
export function mountShare(page) {
  const button = byId("share-button");
  if (!page.can.share) return;
  page.commands.add({ id: "share", title: "Share this session", group: "Share", run: make });
  button.addEventListener("click", make);

  async function make() {
    button.disabled = true;
    try {
      const session = await page.session.ensure();
      await page.draft.save();
      const share = await api.share(session);
      const url = new URL(share.url, location.href).href;
      show(session, share.id, url, await copy(url));
    } catch (error) {
      toast(`No link was made: ${error.message}`, { kind: "bad" });
    } finally {
      button.disabled = false;
    }
  }
}

function show(session, shareId, url, copied) {
  const field = h("input", { class: "field mono", id: "share-url", readonly: true, value: url, "aria-label": "Link to watch this session", on: { focus: () => field.select() } });
  const label = h("span", { text: copied ? "Copied" : "Copy" });
  const again = h("button", { type: "button", class: "button primary", autofocus: true, on: { click: press } }, icon("copy"), label);
  const revoke = h("button", { type: "button", class: "button ghost danger small", on: { click: withdraw } }, icon("trash"), h("span", { text: "Revoke this link" }));
  const dialog = openDialog(
    "Share this session",
    [
      h("p", { text: "Whoever has this link watches live: your code, every step, every line. They cannot run, approve or change anything." }),
      h("div", { class: "share-row" }, field, again),
      h("p", { class: "share-foot" }, icon("link"), h("span", { text: copied ? "The link is on your clipboard." : "Copy the link and send it." }), revoke),
    ],
    "share-dialog",
  );

  async function press() {
    label.textContent = (await copy(url)) ? "Copied" : "Press Ctrl+C";
    if (label.textContent !== "Copied") field.select();
  }

  async function withdraw() {
    try {
      await api.revoke(session, shareId);
      dialog.close();
      toast("The link is revoked. Nobody can open it any more.", { kind: "good" });
    } catch (error) {
      toast(`Not revoked: ${error.message}`, { kind: "bad" });
    }
  }
}

/** Trade the secret of a share link's fragment for the right to watch, and load the page anew with it. */
export async function redeemLink(page) {
  const secret = new URLSearchParams(location.hash.slice(1)).get("share");
  if (secret === null) return refuse("This session is not open to you", "Ask its owner for a link, or start your own.");
  history.replaceState(null, "", location.pathname);
  try {
    await api.redeem(page.session, secret);
    location.reload();
  } catch (error) {
    if (error.offline) refuse("The server cannot be reached", "Open the link again in a moment.");
    else refuse("This link does not work any more", "It was revoked, or a part of it is missing. Ask for a new one.");
  }
}

function refuse(title, text) {
  byId("closed-title").textContent = title;
  byId("closed-text").textContent = text;
}
