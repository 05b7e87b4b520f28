// What the server does for links, forks, approvals and the audit trail.

import { call } from "../state/api.js";

const enc = encodeURIComponent;
const of = (session) => `/api/sessions/${enc(session)}`;

/** `{ scope, expires, label }`; answers the link with its `url`, which is told this once. */
export const makeLink = (session, wanted) => call("POST", `${of(session)}/shares`, wanted);
export const links = (session) => call("GET", `${of(session)}/shares`);
export const revokeLink = (session, id) => call("DELETE", `${of(session)}/shares/${enc(id)}`);
export const fork = (session) => call("POST", `${of(session)}/fork`, {});
/** `{ instance, step, question, label, expires, fields }`; answers the link with its `url`, which is told this once. */
export const askApprover = (session, wanted) => call("POST", `${of(session)}/approvals`, wanted);
/** A page of the audit trail, `{ rows, next }`. */
export const audit = (session, before = null) => call("GET", `${of(session)}/audit${before === null ? "" : `?before=${enc(before)}`}`);

const approval = (id) => `/api/approvals/${enc(id)}`;
export const openApproval = (id, secret) => call("POST", `${approval(id)}/open`, { secret });
export const readApproval = (id) => call("GET", approval(id));
export const decideApproval = (id, decision) => call("POST", `${approval(id)}/decide`, decision);
export const approvalStream = (id, after) => `${approval(id)}/stream${after === null ? "" : `?after=${enc(after)}`}`;
