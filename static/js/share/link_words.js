// What links and the audit trail are called in words. Pure.

import { ago, moment, remaining } from "../base/format.js";

/** What a link to the session may allow, the least first. */
export const SCOPES = [
  { id: "view", icon: "eye", name: "Watch", may: "See the code and every step, live. Change nothing." },
  { id: "approve", icon: "hand", name: "Approve", may: "Watch, and answer what a run waits for. Nothing more." },
  { id: "edit", icon: "code", name: "Edit", may: "Change the code, run it, act on runs. Not share it on." },
];

/** How long links may be good, as the server knows it. */
export const LIFETIMES = [
  { id: "1 hour", name: "1 hour" },
  { id: "1 day", name: "1 day" },
  { id: "7 days", name: "7 days" },
  { id: "never", name: "Never" },
];

export const scopeOf = (id) => SCOPES.find((scope) => scope.id === id) ?? SCOPES[0];

/** `expires in 2 h 05 min`, or `does not expire`. */
export const expiry = (expires, now) => (expires === null ? "does not expire" : `expires in ${remaining(Math.max(0, expires - now))}`);

/** `used 5 min ago`; it is known to the minute. */
export const use = (lastUsed, now) => (lastUsed === null ? "not opened yet" : `used ${ago(lastUsed, now)}`);

export const VERDICTS = { approved: "Approved", rejected: "Rejected", answered: "Answered" };

/** The name of a step, from its key. */
export const stepName = (key) => key.split(":").slice(2).join(":");

/** A row of the audit trail as a sentence: `{ icon, tone, text, more }`, `tone` "ok", "fail", "wait" or null. */
export function sentence({ action, link, step, detail }) {
  const name = step === null ? null : stepName(step);
  if (action === "decided") {
    const tone = { approved: "ok", rejected: "fail" }[detail.verdict] ?? "wait";
    const text = `${detail.by} ${(VERDICTS[detail.verdict] ?? "Answered").toLowerCase()} “${name}”`;
    return { icon: detail.verdict === "rejected" ? "cross" : "check", tone, text, more: detail.note || null };
  }
  if (action === "event_sent") return { icon: "bolt", tone: "wait", text: `An event of type ${detail.type} was sent`, more: said(detail) };
  if (action === "link_made") return { icon: "link", tone: null, text: `${kindOf(link, name)} was made`, more: null };
  if (action === "link_opened") return { icon: "eye", tone: null, text: `${kindOf(link, name)} was opened`, more: null };
  if (action === "link_revoked") return { icon: "trash", tone: null, text: `${kindOf(link, name)} was revoked`, more: null };
  if (action === "run") return { icon: "play", tone: null, text: "A run was started", more: null };
  const act = ACTS[action] ?? { icon: "info", text: action };
  return { icon: act.icon, tone: null, text: act.text, more: detail.step ? stepName(detail.step) : null };
}

const ACTS = {
  pause: { icon: "pause", text: "A run was paused" },
  resume: { icon: "play", text: "A run was resumed" },
  terminate: { icon: "stop", text: "A run was terminated" },
  restart: { icon: "restart", text: "A run was restarted" },
  delete: { icon: "trash", text: "A run was deleted" },
  skip: { icon: "skip", text: "A wait was skipped" },
  crash: { icon: "bolt", text: "A run's isolate was thrown away" },
  debug: { icon: "bolt", text: "A run's debugging was set" },
  continue: { icon: "play", text: "A run was let go on" },
  code_changed: { icon: "code", text: "A run got other code" },
  fork: { icon: "code", text: "A run was forked" },
  version_deleted: { icon: "trash", text: "A version of the code was deleted" },
};

const said = ({ payload }) => (payload === undefined ? null : JSON.stringify(payload));

function kindOf(link, step) {
  if (step !== null) return `A link to decide “${step}”`;
  return `A link to ${scopeOf(link?.scope).name.toLowerCase()}`;
}

/** By whom: the owner, or the link. */
export function doer({ actor, link, action }) {
  if (actor === "owner") return "by the owner";
  const name = link.label === "" ? `link ${link.id.slice(0, 6)}` : `the link “${link.label}”`;
  return action === "link_opened" ? name : `by ${name}`;
}

export { ago, moment };
