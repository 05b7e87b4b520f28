// A run that waits for an event asks here. The answer cannot go to the wrong place: type and run come from the wait.

import { countDown } from "../base/countdown.js";
import { fill, h, icon } from "../base/dom.js";
import { regainFocus } from "../base/focus.js";
import { eventsOf } from "../panel/received.js";
import { FINISHED, pendingWaits } from "../state/store.js";

const CODE_MS = 1500; // for which a card waits for the run's code before it asks for JSON

/** `{ update(run, access) }`: one card per pending wait. What was typed in a card stays while others come and go. */
export function mountPrompts(root, page) {
  const list = h("div", { class: "prompt-list" });
  const kept = h("p", { class: "prompt-kept", hidden: true });
  let cards = new Map();
  let shown = null;
  let held = null; // the card that the focus is in, or was before what it was on could not be pressed any more
  root.addEventListener("focusin", ({ target }) => (held = target.closest(".prompt")));
  document.addEventListener("focusin", ({ target }) => root.contains(target) || (held = null));
  return {
    update(run, access) {
      if (shown === run) return;
      shown = run;
      const next = new Map();
      for (const step of run === undefined ? [] : pendingWaits(run)) {
        const key = `${run.id} ${step.key} ${step.started}`;
        next.set(key, cards.get(key) ?? card(run, step, access === "own", page));
      }
      const unchanged = next.size === cards.size && [...next.keys()].every((key) => cards.has(key));
      cards = next;
      if (!unchanged) fill(list, [...next.values()]);
      drawKept(run);
      const empty = next.size === 0 && kept.hidden;
      if (empty) root.replaceChildren();
      else if (root.firstChild === null) fill(root, list, kept);
      if (held !== null && !held.isConnected) goOn();
    },
  };

  /** Whoever has answered goes on to what is asked next, or to the run. */
  function goOn() {
    held = null;
    regainFocus(list.isConnected ? list.querySelector("button, input, textarea") : null, page.views.tab());
  }

  /** Events that came before anybody waited for them. */
  function drawKept(run) {
    const waiting = run === undefined || run.events.length === 0 || FINISHED.has(run.status) ? [] : eventsOf(run.events, page.model.journal(run.id), run.seq).filter(({ step }) => step === null);
    kept.hidden = waiting.length === 0;
    if (kept.hidden) return;
    const counts = new Map();
    for (const { type } of waiting) counts.set(type, (counts.get(type) ?? 0) + 1);
    const types = [...counts].map(([type, count]) => h("code", { text: count > 1 ? `${type} ×${count}` : type }));
    fill(kept, "Kept until a step waits for it: ", types);
  }
}

function card(run, step, mayAnswer, page) {
  const left = h("span", { class: "mono" });
  const place = h("div", { class: "prompt-answer" });
  const element = h(
    "section",
    { class: "prompt", "aria-label": `Waiting for you: ${step.name}` },
    h(
      "header",
      { class: "prompt-head" },
      h("span", { class: "prompt-icon" }, icon("hand")),
      h(
        "div",
        { class: "prompt-what" },
        h("h2", { class: "prompt-title", text: step.name }),
        h("p", { class: "prompt-facts" }, "waits for an event of type ", h("code", { text: step.eventType ?? "" }), step.until !== null && h("span", { class: "prompt-left" }, " · times out in ", left)),
      ),
    ),
    place,
  );
  if (step.until !== null) queueMicrotask(() => countDown(left, step.until));
  if (mayAnswer) void ask();
  else fill(place, h("p", { class: "prompt-note", text: "Whoever owns this session decides." }));
  return element;

  async function ask() {
    const [sources, parts] = await Promise.all([codeOf(run.id, page.model), loaded()]);
    if (parts === null) return void fill(place, h("p", { class: "prompt-note", text: "What it asks could not be loaded. It comes when the page is loaded again." }));
    const { answerTo, inferred } = parts;
    const payload = sources.length === 0 ? null : await inferred(sources, { name: step.name, type: step.eventType });
    const onAsk = page.can.share ? () => page.askApprover(run.id, step) : null;
    fill(place, answerTo(run.id, step, { payload, last: lastSent(page.model, step.eventType), onAsk }).element);
  }
}

/** What makes the form of an answer, loaded with the first wait; null where it does not come. */
const loaded = () => Promise.all([import("./prompt_answer.js"), import("./prompt_fields.js")]).then(([{ answerTo }, { inferred }]) => ({ answerTo, inferred }), () => null);

/** The texts of a run's files, as soon as they are known; none where they do not come. */
function codeOf(id, model) {
  const texts = () => {
    const { codes = {}, sources = {} } = model.get();
    const modules = codes[id]?.modules ?? (typeof sources[id] === "string" ? { main: sources[id] } : null);
    return modules === null ? null : Object.values(modules).filter((text) => typeof text === "string");
  };
  const began = performance.now();
  return new Promise((resolve) => {
    const look = () => {
      const found = texts();
      if (found !== null || performance.now() - began > CODE_MS) resolve(found ?? []);
      else setTimeout(look, 60);
    };
    look();
  });
}

/** The payload that was sent last for that type, in any run of the session: `{ value }`, or null. */
function lastSent(model, type) {
  const { runs, order } = model.get().log;
  let newest = null;
  for (const id of order) {
    const event = runs[id]?.events.findLast((each) => each.type === type && each.payload !== undefined);
    if (event !== undefined && (newest === null || event.time > newest.time)) newest = event;
  }
  return newest === null ? null : { value: newest.payload };
}
