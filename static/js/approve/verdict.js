// How things stand when there is nothing to decide (any more): one card for each way in which that came about.

import { fill, h, icon } from "../base/dom.js";
import { moment } from "../base/format.js";

export const UNKNOWN = { state: "unknown" };
export const LOST = { state: "lost" };

const DECIDED = {
  approved: { icon: "check", tone: "ok", title: (by) => `Approved by ${by}` },
  rejected: { icon: "cross", tone: "fail", title: (by) => `Rejected by ${by}` },
  answered: { icon: "check", tone: "ok", title: (by) => `Answered by ${by}` },
};

const CARDS = {
  answered: { icon: "check", tone: "wait", title: "Already answered", text: "Somebody has answered this in another way. Your decision is not needed any more." },
  timed_out: { icon: "clock", tone: "wait", title: "The time to decide is over", text: "The run has waited for as long as it may, and went on without an answer." },
  ended: { icon: "flag", tone: "idle", title: "The run has ended", text: "It was ended before anybody decided. Nothing waits for your answer." },
  restarted: { icon: "restart", tone: "idle", title: "The run has begun anew", text: "What you were asked is not asked any more. If it is asked again, you need a new link." },
  deleted: { icon: "trash", tone: "idle", title: "The run is gone", text: "It was deleted by its owner. There is nothing left to decide." },
  expired: { icon: "clock", tone: "wait", title: "This link has expired", text: "Nobody decided by it in time. Ask whoever sent it for a new one." },
  revoked: { icon: "link", tone: "fail", title: "This link was withdrawn", text: "Whoever sent it has taken it back. Nothing was decided by it." },
  unknown: { icon: "link", tone: "idle", title: "This link opens nothing", text: "A part of it may be missing. Copy all of it, or ask for a new one." },
  lost: { icon: "bolt", tone: "wait", title: "The server cannot be reached", text: "Nothing was decided. This page tries again by itself." },
};

let drawn = null;

/** Show the card of `view`, or none where it is null. */
export function showVerdict(card, view) {
  card.hidden = view === null;
  const key = view === null ? null : JSON.stringify([view.state, view.decision, view.question]);
  if (key === drawn) return;
  const before = drawn;
  drawn = key;
  if (view === null) return;
  const { icon: name, tone, title, text } = view.state === "decided" ? decided(view.decision) : CARDS[view.state];
  card.dataset.tone = tone;
  fill(
    card,
    h("span", { class: "verdict-mark" }, icon(name)),
    h("h1", { text: title, tabindex: "-1" }),
    view.question !== undefined && h("p", { class: "verdict-question", text: `“${view.question}”` }),
    h("p", { text }),
    view.decision?.note ? h("blockquote", { class: "verdict-note", text: view.decision.note }) : null,
  );
  if (before !== null) card.querySelector("h1").focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

function decided({ verdict, by, time }) {
  const { icon: name, tone, title } = DECIDED[verdict];
  return { icon: name, tone, title: title(by), text: `Decided ${onDay(time)}. A link decides once: this one is used.` };
}

function onDay(time) {
  const text = moment(time);
  return text.includes(",") ? `on ${text}` : `today at ${text}`;
}
