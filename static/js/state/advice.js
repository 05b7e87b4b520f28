// What to do about a refusal that is not about the code: in one sentence what is the matter, in the next what helps. Pure.

const ADVICE = {
  internal: ["Something went wrong at the server.", "Nothing of yours was lost. Try again; if it stays so, the operator’s log says why."],
  disk_full: ["The server’s disk is full.", "What is stored can still be read, and runs go on when there is room. Delete runs that you do not need, or try later."],
  storage_refused: ["The server cannot store anything at the moment.", "What you type is kept in this browser. Try again in a moment."],
  isolate_lost: ["The code’s isolate went away while it started.", "Try again: it gets a new one."],
  too_busy: ["The code has used up its computing time of this minute.", "Wait for the next minute; runs that are under way go on by themselves."],
  too_much_code: ["This session stores as much code as it may.", "Delete versions that no run needs; of runs that are over, delete the runs first.", { label: "Versions", command: "code.versions" }],
  timeout: ["The server took too long.", "Try again in a moment."],
};
const BY_STATUS = { 0: ["The server could not be reached.", "It is asked again and again, and what you type is kept. Try again when it is back."], 502: ADVICE.storage_refused, 503: ADVICE.storage_refused, 504: ADVICE.timeout, 507: ADVICE.disk_full };

/** `{ what, next, way }` for an `ApiError` that is not about what was sent; null for all others (the code's own errors
 * have names). `way` is the command that helps, `{ label, command }`, or undefined: then it helps to try again. */
export function advice({ status, code, errorName = null }) {
  if (errorName !== null) return null;
  const found = ADVICE[code] ?? BY_STATUS[status];
  return found === undefined ? null : { what: found[0], next: found[1], way: found[2] };
}

/** How many whole seconds a refusal asks to wait, from its Retry-After header; null where it says nothing. */
export function waitOf(header) {
  const seconds = Number(header ?? NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : null;
}
