// The session that the page follows: its one stream, who it becomes when the server gives another, what was deleted meanwhile.

import * as api from "./api.js";
import { observe } from "../base/countdown.js";
import { toast } from "../base/toasts.js";
import { DELETED } from "./store.js";
import { isFileRun } from "./file_run.js";
import { follow } from "./stream.js";

const LISTED_AT_MOST = 100; // runs that the server tells of with a session
const LOADED_MS = 300; // after which a stream that has said nothing has nothing to say

/** `onState(state)` as in connection.js; `onDraft(revision)` as in stream.js; `onAdopted()` when another session has taken the place of the one before. */
export function createSession(model, { onState, onDraft, onAdopted, onSelect }) {
  let stream = null;
  let quiet = false; // while many are deleted at once
  let opening = null; // while one is being made
  const id = () => model.get().session;

  /** The server has given us a session: the first one, or another one where it does not know ours any more. */
  function adopt(session) {
    if (session === id()) return;
    stream?.close();
    model.forget();
    model.set({ session, selected: null, newest: null, chosen: false, step: null, moment: null, codes: {}, sources: {}, plans: {} });
    onAdopted();
    connect(session);
  }

  function connect(session) {
    stream = follow(session, {
      onEntry(entry) {
        observe(entry.time);
        model.entry(entry);
      },
      onState(state) {
        onState(state);
        if (state === "live") setTimeout(() => model.get().loading && model.set({ loading: false }), LOADED_MS);
      },
      onDeleted: deleted,
      onDraft,
      onGone: () => onState("gone"),
      probe: () => probe(session),
    });
  }

  /** Ask for the session after an absence: runs that it does not list any more were deleted meanwhile. */
  async function probe(session) {
    const known = model.get().log.order;
    const { runs } = await api.session(session);
    const listed = new Set(runs.map((run) => run.id));
    if (listed.size < LISTED_AT_MOST) known.filter((each) => !listed.has(each) && !isFileRun(each)).forEach(deleted);
  }

  /** A run was deleted, by whomever: where it was looked at, the next one is, or none. */
  function deleted(run) {
    const { order } = model.get().log;
    const at = order.indexOf(run);
    model.entry({ type: DELETED, instance: run });
    if (at < 0) return;
    if (!quiet) toast(`Run ${at + 1} was deleted.`, { kind: "good" });
    if (run !== model.get().selected) return;
    const left = order.filter((each) => each !== run);
    const next = left[Math.min(at, left.length - 1)] ?? null;
    model.set({ newest: left.at(-1) ?? null });
    onSelect(next);
  }

  return {
    id,
    adopt,
    /** Follow the session that the page came with. */
    start() {
      if (id() === null) onState("idle");
      else connect(id());
    },
    /** Make one where there is none yet, and answer its id. */
    async ensure() {
      if (id() === null) {
        opening ??= api.openSession().then((made) => adopt(made.id)).finally(() => (opening = null));
        await opening;
      }
      return id();
    },
    /** Resolves when none is being made. */
    settled: () => opening?.catch(() => {}),
    hurry: () => stream?.hurry(),
    /** Do `work`, in which many runs are deleted, without a note for each. */
    async quietly(work) {
      quiet = true;
      await work().finally(() => setTimeout(() => (quiet = false), LOADED_MS));
    },
  };
}
