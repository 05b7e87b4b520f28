// Nothing typed is lost: drafts go to this browser at once, and to the server a moment later.

import * as api from "./api.js";
import { byId, setText } from "../base/dom.js";

const SAVE_AFTER_MS = 700;
const TRY_AGAIN_MS = 4000;
const keyOf = (session) => `draft:${session ?? "new"}`;

/**
 * `read()` answers `{ source, payload }`, `sessionId()` the session's id or null, `onForeign(draft)` hears of an edit
 * in another tab of this browser.
 */
export function createDraft({ read, sessionId, onForeign }) {
  const label = byId("save-state");
  let timer = null;
  let dirty = false;

  window.addEventListener("storage", (event) => {
    if (event.key !== keyOf(sessionId()) || event.newValue === null) return;
    const draft = parse(event.newValue);
    if (draft !== null && draft.unsaved) onForeign(draft, dirty);
  });
  window.addEventListener("pagehide", () => {
    if (dirty && sessionId() !== null) void api.saveDraft(sessionId(), read(), true).catch(() => {});
  });

  function changed() {
    dirty = true;
    remember(true);
    setText(label, "Saving…");
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  }

  async function save() {
    clearTimeout(timer);
    const session = sessionId();
    if (!dirty) return;
    if (session === null) return setText(label, "Saved in this browser");
    const draft = read();
    dirty = false;
    try {
      await api.saveDraft(session, draft);
      if (dirty) return;
      remember(false);
      setText(label, "Saved");
    } catch (error) {
      dirty = true;
      setText(label, error.offline ? "Saved in this browser" : `Not saved: ${error.message}`);
      if (error.offline || error.status >= 500) timer = setTimeout(save, TRY_AGAIN_MS);
    }
  }

  function remember(unsaved) {
    try {
      localStorage.setItem(keyOf(sessionId()), JSON.stringify({ ...read(), unsaved }));
    } catch {
      // full or closed: the server has it
    }
  }

  return {
    changed,
    save,
    /** What this browser kept and the server has not got, or null. */
    kept() {
      try {
        const draft = parse(localStorage.getItem(keyOf(sessionId())));
        return draft?.unsaved ? draft : null;
      } catch {
        return null;
      }
    },
    /** The session has come to be: what was kept for "new" is its own now. */
    adopted() {
      try {
        localStorage.removeItem(keyOf(null));
      } catch {
        // nothing was kept then
      }
    },
  };
}

function parse(text) {
  try {
    const draft = JSON.parse(text);
    return typeof draft?.source === "string" && typeof draft.payload === "string" ? draft : null;
  } catch {
    return null;
  }
}
