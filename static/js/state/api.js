// Calls to the server. Every answer that is not a success becomes an `ApiError`.

import { waitOf } from "./advice.js";
import { observeDate } from "../base/countdown.js";

export class ApiError extends Error {
  /** `details`: the server's `{ error, code, name?, line?, column?, module?, frame? }`; `status` 0 when it could not be reached. */
  constructor(status, details) {
    super(details.error);
    this.status = status;
    this.details = details;
    this.code = details.code ?? null;
    this.errorName = details.name ?? null;
    this.line = details.line ?? null;
    this.column = details.column ?? null;
    this.module = details.module ?? null;
    this.frame = details.frame ?? null;
    this.wait = details.wait ?? null; // seconds after which to try again, where the server says so
  }

  get offline() {
    return this.status === 0;
  }
}

/** `request`: `{ source, language?, payload? }` or `{ modules, main, payload? }`, and what else the route takes. */
export const run = (request) => call("POST", "/api/run", request);
/** The whole output of a step: what its JSON says, or a text. */
export const stepOutput = (id, key) => call("GET", `/api/instances/${enc(id)}/steps/${enc(key)}/output`);
export const killServer = () => call("POST", "/api/debug/kill-server", {});
export const openSession = () => call("POST", "/api/sessions", {});
export const session = (id) => call("GET", `/api/sessions/${enc(id)}`);
export const defaultSource = () => call("GET", "/api/source");
export const examples = () => call("GET", "/api/examples");
export const example = (id) => call("GET", `/api/examples/${enc(id)}`);
export const instance = (id) => call("GET", `/api/instances/${enc(id)}`);
/** `action`: pause, resume, restart, terminate, delete, skip or crash; `body` as the server's API has it. */
export const act = (id, action, body) => call("POST", `/api/instances/${enc(id)}/${action}`, body);
/** The code that a run was started with, and no entries: `{ source, language, modules, version }`. */
export const codeOf = (id) => call("GET", `/api/instances/${enc(id)}?after=${2 ** 53}`);
export const draft = (id) => call("GET", `/api/sessions/${enc(id)}/draft`);
export const versions = (id, before = null) => call("GET", `/api/sessions/${enc(id)}/versions${before === null ? "" : `?before=${enc(before)}`}`);
export const version = (id, versionId) => call("GET", `/api/sessions/${enc(id)}/versions/${enc(versionId)}`);
export const deleteVersion = (id, versionId) => call("DELETE", `/api/sessions/${enc(id)}/versions/${enc(versionId)}`);
export const keepVersion = (id, { files, main }) => call("POST", `/api/sessions/${enc(id)}/versions`, { files, main });
export const saveDraft = (id, draft, leaving = false) => call("PUT", `/api/sessions/${enc(id)}/draft`, draft, leaving);
export const share = (id) => call("POST", `/api/sessions/${enc(id)}/shares`, { scope: "view" });
export const revoke = (id, shareId) => call("DELETE", `/api/sessions/${enc(id)}/shares/${enc(shareId)}`, {});
export const redeem = (id, secret) => call("POST", "/api/shares/redeem", { session: id, secret });

/** What a replay of the run with other code would come to. `code` as `run` takes it. */
export const rehearse = (id, code) => call("POST", `/api/instances/${enc(id)}/rehearse`, code);
/** `more`: `{ seq, from? }`, `seq` what the rehearsal answered. */
export const apply = (id, code, more) => call("POST", `/api/instances/${enc(id)}/apply`, { ...code, ...more });
export const fork = (id, code, more) => call("POST", `/api/instances/${enc(id)}/fork`, { ...code, ...more });
export const runFile = (id) => call("GET", `/api/instances/${enc(id)}/file`);
export const runFileAddress = (id) => `/api/instances/${enc(id)}/file`;
/** Run on from a file: `{ file, from?, session? }`. */
export const runFromFile = (request) => call("POST", "/api/runs/from-file", request);

/** Send an event to the wait `step` (its key), and to no other of that type. */
export function sendEvent(id, type, payload, step) {
  return call("POST", `/api/instances/${enc(id)}/events`, payload === undefined ? { type, step } : { type, payload, step });
}

const enc = encodeURIComponent;

/** Ask the server; answers what it answers, and throws an `ApiError` where it refuses. */
export async function call(method, path, body, keepalive = false) {
  const request = { method, credentials: "same-origin", keepalive, headers: {} };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new ApiError(0, { error: "The server cannot be reached right now." });
  }
  observeDate(response.headers.get("date"));
  const answer = await contents(response);
  if (response.ok) return answer;
  const wait = waitOf(response.headers.get("retry-after"));
  throw new ApiError(response.status, { ...(answer?.error ? answer : { error: refusal(response) }), wait });
}

async function contents(response) {
  if (response.status === 204) return null;
  const text = await response.text();
  if (!(response.headers.get("content-type") ?? "").includes("json")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(response) {
  if (response.status === 413) return "This is larger than the server takes.";
  if (response.status === 429) return "Too many runs in a short time. Wait a moment, then run again.";
  return `The server answered ${response.status} ${response.statusText}`.trim();
}
