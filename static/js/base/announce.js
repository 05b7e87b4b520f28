// What happens, told to screen readers and the tab's title: seldom, and only what matters.

import { serverNow } from "./countdown.js";
import { byId } from "./dom.js";
import { shownStatus, statusLabel } from "../run/pill.js";
import { pendingWaits } from "../state/store.js";

const QUIET_MS = 1500;
const NEWS_MS = 5000;
const TITLE = document.title;
const UNBEGUN = { steps: [], status: "queued", ended: null };
const MARKS = { running: "▸ ", waiting: "◔ ", paused: "‖ ", asking: "● ", complete: "✓ ", errored: "✕ ", terminated: "■ " };

/** A part of the page. */
export function mountAnnouncements() {
  const box = byId("announcer");
  let before;
  let waiting = [];
  let timer = null;

  function say(text) {
    waiting.push(text);
    timer ??= setTimeout(() => {
      timer = null;
      const few = waiting.length > 3 ? [`${waiting.length - 1} changes`, waiting.at(-1)] : waiting;
      box.textContent = few.join(". ");
      waiting = [];
    }, QUIET_MS);
  }

  return {
    update({ live: run }) {
      if (run === before) return;
      if (run !== undefined && before?.id === run.id) compare(before, run, say);
      else if (run !== undefined && serverNow() - run.created < NEWS_MS) compare({ ...run, ...UNBEGUN }, run, say);
      before = run;
      const status = run === undefined ? null : shownStatus(run);
      const title = status === null ? TITLE : `${MARKS[status] ?? ""}${statusLabel(status)} · ${TITLE}`;
      if (title !== document.title) document.title = title;
    },
  };
}

function compare(before, run, say) {
  let earlier = null; // steps by key, where one does not stand where it stood
  for (const [at, step] of run.steps.entries()) {
    let was = before.steps[at];
    if (was === step) continue;
    if (was !== undefined && was.key !== step.key) was = (earlier ??= new Map(before.steps.map((each) => [each.key, each]))).get(step.key);
    if (was?.state === step.state || serverNow() - changed(step) > NEWS_MS) continue;
    if (step.state === "completed") say(`${step.name} is done`);
    if (step.state === "failed") say(`${step.name} failed`);
    if (step.state === "retrying") say(`${step.name} failed and will be tried again`);
  }
  const asked = new Set(pendingWaits(before).map((step) => step.key));
  for (const step of pendingWaits(run)) if (!asked.has(step.key)) say(`Waiting for you: ${step.name}`);
  if (run.status === "paused" && before.status !== "paused") say("The run is paused");
  if (before.ended !== null && run.ended === null) say("The run begins anew");
  if (run.status !== before.status && run.ended !== null) say(`The run is over: ${statusLabel(run.status)}`);
}

const changed = (step) => step.ended ?? step.attempts.at(-1)?.ended ?? step.started;
