// Which events a run got, and which step took each. Pure.

import { stepKey } from "../state/store.js";

/** `events` of the store, each with `step`: `{ key, name }` of the wait that took it, or null. `journal`: the run's entries. */
export function eventsOf(events, journal, seq) {
  const taken = new Map();
  for (const entry of journal) {
    if (entry.seq > seq) break;
    if (entry.type === "wait_completed") taken.set(entry.event, { key: stepKey(entry.step), name: entry.step.name });
    if (entry.type === "workflow_restarted" && entry.from === undefined) taken.clear();
  }
  return events.map((event) => ({ ...event, step: taken.get(event.seq) ?? null }));
}
