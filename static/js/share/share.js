// Sharing: the button, the commands, and the door that a share link opens.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { byId } from "../base/dom.js";
import { toast } from "../base/toasts.js";
import { pendingWaits } from "../state/store.js";

const NOT_OWN = "Only the owner of this session can share it.";

/** A part of the page. `page.askApprover(run id, step)` opens the dialog that sends a wait to an approver. */
export function mountShare(page) {
  const button = byId("share-button");
  const refusal = () => (page.can.share ? null : NOT_OWN);
  const waiting = () => {
    const { selected, log } = page.model.get();
    const run = selected === null ? undefined : log.runs[selected];
    return run === undefined ? [] : pendingWaits(run).map((step) => ({ run, step }));
  };
  page.askApprover = (runId, step) => void opened(async (session) => (await import("./ask_approver.js")).openAsking(session, runId, step, texts(runId)));
  const texts = (runId) => Object.values(page.model.get().codes[runId]?.modules ?? {}).filter((content) => typeof content === "string");
  page.commands.add(
    { id: "share", title: "Share this session", group: "Share", refusal, run: () => show("links") },
    { id: "share.code", title: "Copy a link that carries the code", group: "Share", run: copyCode },
    { id: "share.approver", title: "Send what the run waits for to an approver", group: "Share", refusal: askRefusal, run: () => ask(waiting()[0]) },
    { id: "share.decisions", title: "See who decided what", group: "Share", refusal, run: () => show("decisions") },
  );
  // at a session's own address what is run belongs to that session, also where it is not the visitor's first
  page.withRun.push(() => (location.pathname.startsWith("/s/") ? { session: page.session.id() } : {}));
  button.addEventListener("click", () => page.commands.run("share"));

  function askRefusal() {
    return refusal() ?? (waiting().length > 0 ? null : "The run does not wait for anybody now.");
  }

  function ask({ run, step }) {
    page.askApprover(run.id, step);
  }

  function show(tab) {
    return opened(async (session) => (await import("./share_dialog.js")).openShare(page, session, tab));
  }

  async function copyCode() {
    (await import("./code_link.js")).copyCodeLink(page);
  }

  /** With a session to share, and what stands in the editor saved. */
  async function opened(open) {
    button.disabled = true;
    try {
      const session = await page.session.ensure();
      await page.draft.save();
      await open(session);
    } catch (error) {
      if (error.status === undefined) throw error;
      toast(because("Not shared", error), { kind: "bad" });
    } finally {
      button.disabled = false;
    }
  }
}

/** Trade the secret of a share link's fragment for what it allows, and load the page anew with it. */
export async function redeemLink(page) {
  const secret = new URLSearchParams(location.hash.slice(1)).get("share");
  if (secret === null) return refuse("This session is not open to you", "Ask its owner for a link, or start your own.");
  history.replaceState(null, "", location.pathname);
  try {
    await api.redeem(page.session, secret);
    location.reload();
  } catch (error) {
    if (error.offline) refuse("The server cannot be reached", "Open the link again in a moment.");
    else refuse("This link does not work any more", "It was revoked or has expired, or a part of it is missing. Ask for a new one.");
  }
}

function refuse(title, text) {
  byId("closed-title").textContent = title;
  byId("closed-text").textContent = text;
}
