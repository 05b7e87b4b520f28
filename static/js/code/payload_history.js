// Payloads that were used before, in this session. Pure but for what the browser keeps.

import { cutSize } from "../base/json_kinds.js";
import { isFileRun } from "../state/file_run.js";
import { parseJson } from "./payload.js";

const MOST = 40;
const KEPT = 30;

/** What two texts have in common that mean the same: the value without its spaces; null where the text is no JSON. */
export function meaning(text) {
  const parsed = parseJson(text);
  return parsed.ok ? (JSON.stringify(parsed.value) ?? "") : null;
}

/**
 * `[{ text, key, time, run }]`, newest first, each payload once. `runs` in the order in which they began; `run` is the number of the
 * newest run that was given it, or null; `typed` are texts that were kept, `{ text, time }`; `gone` keys that somebody removed.
 */
export function historyOf(runs, { typed = [], gone = [] }) {
  const all = new Map();
  const add = (text, time, run) => {
    const key = meaning(text);
    if (key === null || gone.includes(key)) return;
    const known = all.get(key);
    if (known === undefined) all.set(key, { text, key, time, run });
    else Object.assign(known, { text: known.typed ? known.text : text, time: Math.max(known.time, time), run: run ?? known.run });
  };
  for (const { text, time } of typed) add(text, time, null);
  runs.forEach((run, at) => {
    if (isFileRun(run.id) || cutSize(run.params) !== null) return;
    add(run.params === undefined ? "" : JSON.stringify(run.params, null, 2), run.created, at + 1);
  });
  return [...all.values()].sort((a, b) => b.time - a.time).slice(0, MOST);
}

const nameOf = (session) => `playground:payloads:${session ?? "new"}`;

/** What this browser keeps of a session: `{ typed, gone }`. */
export function keptOf(session) {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(session)) ?? "null");
    return { typed: Array.isArray(kept?.typed) ? kept.typed : [], gone: Array.isArray(kept?.gone) ? kept.gone : [] };
  } catch {
    return { typed: [], gone: [] };
  }
}

/** Keep a text that was typed; what is no JSON is not kept. */
export function keepTyped(session, text, time) {
  const key = meaning(text);
  if (key === null) return;
  const { typed, gone } = keptOf(session);
  const others = typed.filter((each) => meaning(each.text) !== key);
  store(session, { typed: [{ text, time }, ...others].slice(0, KEPT), gone: gone.filter((each) => each !== key) });
}

/** Take a payload out of the list. */
export function removeKept(session, key) {
  const { typed, gone } = keptOf(session);
  store(session, { typed: typed.filter((each) => meaning(each.text) !== key), gone: [key, ...gone.filter((each) => each !== key)].slice(0, 100) });
}

function store(session, kept) {
  try {
    localStorage.setItem(nameOf(session), JSON.stringify(kept));
  } catch {
    // full or closed: what runs were given is in their logs
  }
}
