// Nothing typed is lost, and nothing typed elsewhere is written over: drafts go to this browser at once, to the server a moment
// later with the revision that they were made from, and where somebody else was there first, both are shown.

import * as api from "../state/api.js";
import { judge, sameDraft } from "./draft_rules.js";
import { createShelf } from "./shelf.js";

const SAVE_AFTER_MS = 700;
const TRY_AGAIN_MS = 4000;
const LARGE = 100_000; // characters, from which on a draft is not kept at every key
const KEEP_AFTER_MS = 300;
const NOTHING = { files: {}, main: "", payload: "" };

/**
 * The draft of the session. `start` is what the page came with, `{ files, main, payload, revision }`; `read()` answers what
 * stands in the editor now, `write(draft)` puts another there; `onState(state)` hears of `{ kind, theirs, why }` with `kind`
 *   "fresh"     nothing was typed yet         "saving"    on its way to the server       "saved"
 *   "browser"   kept in this browser          "refused"   the server does not take it: `why`
 *   "followed"  taken over from elsewhere     "conflict"  changed here and elsewhere: `theirs`
 * Who only watches has one that is `closed`: nothing is kept or sent.
 */
export function createDraft({ start, read, write, sessionId, onState, closed = false }) {
  const shelf = createShelf(sessionId);
  let base = start;
  let state = { kind: "fresh", theirs: null, why: null };
  let home = sessionId();
  let saveTimer = null;
  let keepTimer = null;
  let saving = null;
  let owed = false; // whether it is to be saved though nothing was typed

  window.addEventListener("pagehide", () => {
    if (!dirty()) return;
    keep();
    if (sessionId() !== null && state.theirs === null) void api.saveDraft(sessionId(), body(read()), true).catch(() => {});
  });
  document.addEventListener("visibilitychange", () => document.hidden && dirty() && keep());

  const dirty = () => !closed && !sameDraft(read(), base);
  const body = (draft) => ({ ...draft, revision: base.revision });

  function say(kind, more = {}) {
    state = { kind, theirs: null, why: null, ...more };
    onState(state);
  }

  function keep() {
    clearTimeout(keepTimer);
    keepTimer = null;
    shelf.keep(read(), base.revision);
  }

  /** Something was typed, or put into the editor. */
  function changed() {
    if (closed) return;
    if (state.theirs !== null) {
      keep();
      return heard(state.theirs);
    }
    if (!dirty() && !owed) return settled();
    const size = Object.values(read().files).reduce((sum, content) => sum + (content.length ?? 0), 0);
    if (size < LARGE) keep();
    else keepTimer ??= setTimeout(keep, KEEP_AFTER_MS);
    say("saving");
    again(SAVE_AFTER_MS);
  }

  function again(after) {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, after);
  }

  /** What stands here is what the server has. */
  function settled() {
    clearTimeout(saveTimer);
    clearTimeout(keepTimer);
    keepTimer = null;
    shelf.drop();
    if (state.kind !== "fresh" && state.kind !== "followed") say("saved");
  }

  /** Send it to the server now. Does nothing where there is nothing to send, or a conflict to be resolved first. */
  async function save() {
    clearTimeout(saveTimer);
    while (saving !== null) await saving;
    if (closed || state.theirs !== null) return;
    if (!dirty() && !owed) return settled();
    if (sessionId() === null) return say("browser");
    saving = put(sessionId(), read());
    await saving;
  }

  async function put(session, draft) {
    try {
      const { revision } = await api.saveDraft(session, body(draft));
      if (session !== sessionId()) return;
      base = { ...draft, revision };
      owed = false;
      saving = null;
      if (dirty()) changed();
      else settled();
    } catch (error) {
      saving = null;
      if (session === sessionId()) refused(error);
    } finally {
      saving = null;
    }
  }

  function refused(error) {
    if (error.code === "draft_conflict") return heard(fromServer(error.details.draft), true);
    if (error.offline || error.status >= 500) {
      say("browser");
      return again(TRY_AGAIN_MS);
    }
    say("refused", { why: error.message });
    if (error.status === 429) again(TRY_AGAIN_MS);
  }

  /** The server has `there`; `surely` where it has said so to a save, whatever the numbers are. */
  function heard(there, surely = false) {
    const verdict = judge(surely ? { ...base, revision: -1 } : base, read(), there);
    if (verdict === "known") return;
    if (verdict === "conflict") return say("conflict", { theirs: there });
    base = verdict === "rebase" ? { ...base, revision: there.revision } : there;
    state = { ...state, theirs: null };
    if (verdict === "rebase") return void save();
    owed = false;
    if (verdict === "take") {
      write(there);
      shelf.drop();
      return say("followed");
    }
    shelf.drop();
    say("saved");
  }

  /** Somebody has saved that revision: a tab in which nothing was typed follows, any other asks. */
  async function told(revision) {
    while (saving !== null) await saving;
    if (closed || revision <= base.revision || revision === state.theirs?.revision) return;
    try {
      heard(fromServer(await api.draft(sessionId())));
    } catch {
      // the next save asks
    }
  }

  /** What was typed before the page was loaded, here or in a tab that was closed meanwhile. */
  async function restore() {
    if (closed) return;
    const mine = shelf.own();
    if (mine !== null) adoptKept(mine);
    for (const each of await shelf.left()) {
      if (sameDraft(each.draft, read()) || sameDraft(each.draft, base)) shelf.forget(each.key);
      else if (!dirty()) adoptKept(each);
      else if (sessionId() !== null) await api.keepVersion(sessionId(), each.draft).then(() => shelf.forget(each.key), () => {});
    }
  }

  function adoptKept({ key, draft }) {
    const { files, main, payload } = draft;
    const there = base;
    if (!sameDraft(draft, base)) {
      write({ files, main, payload });
      if (draft.base !== null && draft.base !== base.revision) {
        base = { ...NOTHING, revision: draft.base };
        keep();
        heard(there, true);
      } else changed();
    }
    shelf.forget(key);
  }

  return {
    changed,
    save,
    told,
    restore,
    dirty,
    state: () => state,
    /** What stands here. */
    mine: read,
    /** What the server had last, as far as is known here. */
    base: () => base,
    /** The session is another one now: what stands here goes there. */
    adopted() {
      if (closed) return;
      shelf.drop(home);
      base = home === null ? { ...base, revision: 0 } : { ...NOTHING, revision: 0 };
      home = sessionId();
      owed = true;
      state = { ...state, theirs: null };
      changed();
    },
    /** Of two, that of this tab: the other is kept among the versions, and this one saved in its place. */
    async keepMine() {
      const { theirs } = state;
      if (theirs === null) return;
      await api.keepVersion(sessionId(), theirs);
      base = theirs;
      state = { ...state, theirs: null };
      await save();
    },
    /** Of two, that of elsewhere: this one is kept among the versions. Answers it, so that it can be brought back. */
    async takeTheirs() {
      const { theirs } = state;
      if (theirs === null) return null;
      const mine = read();
      await api.keepVersion(sessionId(), mine);
      base = theirs;
      write(theirs);
      shelf.drop();
      say("followed");
      return mine;
    },
  };
}

/** A draft as the server has it; its payload may be any JSON value, where an API client has saved it. */
function fromServer({ files, main, payload, revision }) {
  return { files, main, revision, payload: typeof payload === "string" ? payload : payload === null ? "" : JSON.stringify(payload, null, 2) };
}
