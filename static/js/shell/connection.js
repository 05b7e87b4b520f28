// Whether what is shown is live: a dot at the top, and a banner while it is not.

import { byId, fill, h, icon, setText } from "../base/dom.js";

const LABELS = { idle: "Ready", connecting: "Connecting", catching: "Catching up", live: "Live", lost: "Reconnecting", restarting: "Server restarting", offline: "Offline", gone: "Gone" };
const TITLES = {
  idle: "Nothing has run yet",
  connecting: "Asking the server",
  catching: "What was committed meanwhile comes in",
  live: "What is committed is shown at once",
  lost: "The server cannot be reached; it is asked again and again",
  restarting: "The server is there, but not ready yet",
  offline: "This device has no network",
  gone: "The server does not know this session",
};
const AWAY = {
  lost: ["Reconnecting… ", "The server is away. Runs are safe in its journal and go on when it is back; keep typing."],
  restarting: ["The server restarts… ", "It takes up its runs where their journals end. Keep typing; this page goes on by itself."],
  offline: ["You are offline. ", "Runs go on at the server without you. What you type is kept in this browser."],
};
const BANNER_AFTER_MS = 600;
const BACK_FOR_MS = 2500;

const GONE = {
  own: ["This session is not here any more. ", "Your code is still in this browser: run it, and a new session begins.", "Start anew"],
  view: ["You cannot watch any longer. ", "The link was revoked, or the session is gone. What was shown last stays here.", "Open your own"],
};

/** `{ set(state) }`, `state` being a key of LABELS; `onHurry()` is called when somebody presses "Try now". */
export function mountConnection({ access, onHurry }) {
  const dot = byId("connection");
  const label = dot.querySelector(".connection-label");
  const banner = byId("offline-banner");
  let timer = null;
  let away = false;

  function showAway(state) {
    away = true;
    banner.dataset.kind = "lost";
    const [title, text] = AWAY[state];
    fill(
      banner,
      h("span", { class: "spinner", "aria-hidden": "true" }),
      h("span", {}, h("strong", { text: title }), h("span", { class: "banner-more", text })),
      h("button", { type: "button", class: "button small", text: "Try now", on: { click: onHurry } }),
    );
    banner.hidden = false;
  }

  function showBack() {
    banner.dataset.kind = "back";
    fill(banner, icon("check"), h("span", {}, h("strong", { text: "Back. " }), "Nothing was lost."));
    timer = setTimeout(() => (banner.hidden = true), BACK_FOR_MS);
  }

  function showGone() {
    const [title, text, verb] = GONE[access] ?? GONE.view;
    banner.dataset.kind = "gone";
    fill(
      banner,
      icon("warning"),
      h("span", {}, h("strong", { text: title }), h("span", { class: "banner-more", text })),
      h("a", { class: "button small", href: "/", text: verb }),
    );
    banner.hidden = false;
  }

  return {
    set(state) {
      if (dot.dataset.state === state) return;
      dot.dataset.state = state;
      dot.title = TITLES[state];
      setText(label, LABELS[state]);
      if (state === "connecting" || state === "catching") return;
      clearTimeout(timer);
      if (AWAY[state] !== undefined) {
        if (away) showAway(state);
        else timer = setTimeout(() => showAway(state), BANNER_AFTER_MS);
        return;
      }
      if (state === "gone") showGone();
      else if (away) showBack();
      else banner.hidden = true;
      away = false;
    },
  };
}
