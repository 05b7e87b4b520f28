// The one stream of a page: every committed entry of the session's runs, from a cursor on, healed by itself.

import { serverNow } from "../base/countdown.js";

const FIRST_DELAY = 400;
const LONGEST_DELAY = 5000;
// Browsers hold six connections to a server, all tabs together: one that nobody looks at gives its own back.
const REST_AFTER = 5 * 60_000;
const QUIET_MS = 120; // of silence, after which what was committed before has come in
const TICK_MS = 4000;
const SLEPT_MS = 20_000; // without a tick: the machine slept, and a connection that looks open may be dead
const RESTARTING = new Set([502, 503, 504]);

/**
 * Follow a session. `onEntry(entry)`; `onDeleted(id)` when a run is deleted; `onDraft(revision)` when the code in the editor was saved,
 * by whomever; `onGone()` when the server is there but knows no such session. `probe()` asks the server for the session and throws an
 * `ApiError`. `onState(state)` with
 *   "connecting"
 *   "catching"    connected, and what was committed meanwhile still comes in
 *   "live"
 *   "lost"        the server is away          "restarting"  it answers that it is not ready yet
 *   "offline"     this device has no network
 */
export function follow(session, { onEntry, onDeleted, onDraft, onState, onGone, probe }) {
  let cursor = null;
  let source = null;
  let delay = FIRST_DELAY;
  let timer = null;
  let rest = null;
  let quiet = null;
  let probing = false;
  let closed = false;
  let opened = 0; // the server's time at which the connection came to be
  let ticked = Date.now();
  const ticker = setInterval(tick, TICK_MS);

  function open() {
    timer = null;
    const after = cursor === null ? "" : `?after=${encodeURIComponent(cursor)}`;
    source = new EventSource(`/api/sessions/${encodeURIComponent(session)}/stream${after}`);
    source.addEventListener("open", () => {
      delay = FIRST_DELAY;
      opened = serverNow();
      onState("catching");
      settle();
    });
    source.addEventListener("entry", (event) => {
      if (event.lastEventId !== "") cursor = event.lastEventId;
      const entry = JSON.parse(event.data);
      onEntry(entry);
      if (quiet !== null) settle(entry.time >= opened ? 0 : QUIET_MS);
    });
    source.addEventListener("deleted", (event) => onDeleted(JSON.parse(event.data).instance));
    source.addEventListener("draft", (event) => onDraft(JSON.parse(event.data).revision));
    source.addEventListener("error", () => lost());
  }

  /** Live is who has heard all that was committed before: an entry from now, or nothing more for a moment. */
  function settle(after = QUIET_MS) {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      quiet = null;
      onState("live");
    }, after);
  }

  // The browser's own way to reconnect gives up for good on some answers, and waits long on others.
  function lost(status = 0) {
    source.close();
    clearTimeout(quiet);
    quiet = null;
    if (closed) return;
    onState(!navigator.onLine ? "offline" : RESTARTING.has(status) ? "restarting" : "lost");
    clearTimeout(timer);
    timer = setTimeout(retry, delay * (0.75 + Math.random() / 2));
    delay = Math.min(delay * 1.6, LONGEST_DELAY);
  }

  async function retry() {
    timer = null;
    probing = true;
    const error = await probe().then(() => null, (reason) => reason);
    probing = false;
    if (closed) return;
    if (error === null) open();
    else if (error.status === 404 || error.status === 403) onGone();
    else lost(error.status);
  }

  function hurry() {
    if (timer === null || closed) return;
    clearTimeout(timer);
    delay = FIRST_DELAY;
    retry();
  }

  /** Ask anew, whatever the connection looks like. */
  function doubt() {
    if (closed || probing || timer !== null) return hurry();
    source.close();
    clearTimeout(quiet);
    quiet = null;
    onState("connecting");
    return void retry();
  }

  function tick() {
    const slept = Date.now() - ticked > SLEPT_MS;
    ticked = Date.now();
    if (slept && !document.hidden) doubt();
  }

  function offline() {
    if (!closed && !probing && timer === null) lost();
  }

  function looked() {
    clearTimeout(rest);
    if (document.hidden) rest = setTimeout(() => source.close(), REST_AFTER);
    else if (closed) return;
    else if (source.readyState === EventSource.CLOSED || Date.now() - ticked > SLEPT_MS) doubt();
    else hurry();
    ticked = Date.now();
  }

  const left = (event) => event.persisted || source.close();
  window.addEventListener("online", hurry);
  window.addEventListener("offline", offline);
  document.addEventListener("visibilitychange", looked);
  window.addEventListener("pagehide", left);
  window.addEventListener("pageshow", looked);
  onState("connecting");
  open();
  return {
    hurry,
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(quiet);
      clearTimeout(rest);
      clearInterval(ticker);
      source.close();
      window.removeEventListener("online", hurry);
      window.removeEventListener("offline", offline);
      document.removeEventListener("visibilitychange", looked);
      window.removeEventListener("pagehide", left);
      window.removeEventListener("pageshow", looked);
    },
  };
}
