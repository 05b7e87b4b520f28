// What this browser keeps of a draft that the server has not got: one place for each tab, so that none writes over another's.

import { readKept } from "./draft_rules.js";

const PREFIX = "playground:draft:";
const MINE = "playground:tab";
const TABS = "playground:tabs";
const ANSWER_MS = 150; // in which a tab that is open answers that it is

const keyOf = (session, tab) => `${PREFIX}${session ?? "new"}:${tab}`;

/** `{ keep, drop, left, forget }`, where nothing is ever thrown: a browser may refuse to keep anything. */
export function createShelf(sessionId) {
  const tab = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const before = read(sessionStorage, MINE); // of this tab before it was loaded anew
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(TABS);
  write(sessionStorage, MINE, tab);
  channel?.addEventListener("message", ({ data }) => data.ask === tab && channel.postMessage({ here: tab }));

  /** Which of `tabs` are open, in this browser. */
  function alive(tabs) {
    if (channel === null || tabs.length === 0) return Promise.resolve(new Set());
    return new Promise((resolve) => {
      const found = new Set();
      const hear = ({ data }) => data.here !== undefined && found.add(data.here);
      channel.addEventListener("message", hear);
      for (const each of tabs) channel.postMessage({ ask: each });
      setTimeout(() => {
        channel.removeEventListener("message", hear);
        resolve(found);
      }, ANSWER_MS);
    });
  }

  /** Drafts of the session by tab; those of earlier releases have none. */
  function kept() {
    const start = `${PREFIX}${sessionId() ?? "new"}:`;
    const old = `draft:${sessionId() ?? "new"}`;
    return keys()
      .filter((key) => key === old || (key.startsWith(start) && key !== keyOf(sessionId(), tab)))
      .map((key) => ({ key, tab: key === old ? null : key.slice(start.length), draft: readKept(read(localStorage, key)) }));
  }

  return {
    /** Keep `draft`, `{ files, main, payload }`, which was made from revision `base`. Answers whether it is kept. */
    keep: (draft, base) => write(localStorage, keyOf(sessionId(), tab), JSON.stringify({ ...draft, base, time: Date.now() })),
    drop: (session = sessionId()) => write(localStorage, keyOf(session, tab), null),
    forget: (key) => write(localStorage, key, null),
    /** What this tab kept before it was loaded anew: `{ key, draft }`, or null. */
    own() {
      const mine = kept().find((each) => each.tab === before && each.draft !== null);
      return mine ?? null;
    },
    /** What tabs kept that are open no more, the newest first. */
    async left() {
      const others = kept().filter((each) => each.draft !== null);
      const open = await alive(others.map((each) => each.tab).filter((each) => each !== null));
      return others.filter((each) => !open.has(each.tab)).sort((a, b) => b.draft.time - a.draft.time);
    },
  };
}

function keys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read(storage, key) {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function write(storage, key, text) {
  try {
    if (text === null) storage.removeItem(key);
    else storage.setItem(key, text);
    return true;
  } catch {
    return false; // full or closed
  }
}
