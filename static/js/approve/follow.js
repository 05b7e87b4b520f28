// The entries of the one run that asks, as they are committed; heals by itself.

import { approvalStream } from "../share/share_api.js";

const FIRST_DELAY = 500;
const LONGEST_DELAY = 8000;
const TRIES_BEFORE_ASKING = 2;

/** `onEntry(entry)`, `onState("live" | "lost" | "over")`, `onOver()` where the link may not watch any more, or the run has ended. */
export function followRun(id, { onEntry, onState, onOver }) {
  let last = null;
  let delay = FIRST_DELAY;
  let failed = 0;
  let over = false;
  open();
  document.addEventListener("visibilitychange", () => !document.hidden && onOver());

  function open() {
    const source = new EventSource(approvalStream(id, last));
    source.addEventListener("open", () => {
      delay = FIRST_DELAY;
      failed = 0;
      onState("live");
    });
    source.addEventListener("entry", (event) => {
      last = event.lastEventId;
      onEntry(JSON.parse(event.data));
    });
    source.addEventListener("done", () => {
      over = true;
      source.close();
      onState("over");
      onOver();
    });
    source.addEventListener("error", () => {
      source.close();
      if (over) return;
      onState("lost");
      failed += 1;
      if (failed % TRIES_BEFORE_ASKING === 0) onOver();
      setTimeout(open, delay * (0.75 + Math.random() / 2));
      delay = Math.min(delay * 1.7, LONGEST_DELAY);
    });
  }
  return {};
}
