// The one stream of a page: every committed entry of the session's runs, from a cursor on, healed by itself.

const FIRST_DELAY = 400;
const LONGEST_DELAY = 5000;
// Browsers hold six connections to a server, all tabs together: one that nobody looks at gives its own back.
const REST_AFTER = 5 * 60_000;

/**
 * Follow a session. `onEntry(entry)`; `onState(state)` with "connecting", "live" or "lost"; `onGone()` when the server
 * is there but knows no such session; `onDeleted(id)` when a run is deleted; `onDraft(revision)` when the code in the editor was saved, by whomever. `probe()` asks the server for the session and throws an `ApiError`.
 */
export function follow(session, { onEntry, onDeleted, onDraft, onState, onGone, probe }) {
  let cursor = null;
  let source = null;
  let delay = FIRST_DELAY;
  let timer = null;
  let rest = null;
  let probing = false;
  let closed = false;

  function open() {
    timer = null;
    const after = cursor === null ? "" : `?after=${encodeURIComponent(cursor)}`;
    source = new EventSource(`/api/sessions/${encodeURIComponent(session)}/stream${after}`);
    source.addEventListener("open", () => {
      delay = FIRST_DELAY;
      onState("live");
    });
    source.addEventListener("entry", (event) => {
      if (event.lastEventId !== "") cursor = event.lastEventId;
      onEntry(JSON.parse(event.data));
    });
    source.addEventListener("deleted", (event) => onDeleted(JSON.parse(event.data).instance));
    source.addEventListener("draft", (event) => onDraft(JSON.parse(event.data).revision));
    source.addEventListener("error", lost);
  }

  // The browser's own way to reconnect gives up for good on some answers, and waits long on others.
  function lost() {
    source.close();
    if (closed) return;
    onState("lost");
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
    else lost();
  }

  function hurry() {
    if (timer === null || closed) return;
    clearTimeout(timer);
    delay = FIRST_DELAY;
    retry();
  }

  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => {
    clearTimeout(rest);
    if (document.hidden) rest = setTimeout(() => source.close(), REST_AFTER);
    else if (source.readyState === EventSource.CLOSED && timer === null && !probing && !closed) retry();
    else hurry();
  });
  window.addEventListener("pagehide", (event) => event.persisted || source.close());
  onState("connecting");
  open();
  return {
    hurry,
    close() {
      closed = true;
      clearTimeout(timer);
      source.close();
    },
  };
}
