// A run that waits for an event asks here. The answer cannot go to the wrong place: type and run come from the wait.

import * as api from "../state/api.js";
import { countDown } from "../base/countdown.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { oneLine } from "../base/format.js";
import { jsonField } from "../code/payload.js";
import { pendingWaits } from "../state/store.js";
import { toast } from "../base/toasts.js";

/** `{ update(run, access) }`: one card per pending wait. What was typed in a card stays while others come and go. */
export function mountPrompts(root) {
  let cards = new Map();
  let shown = null;
  return {
    update(run, access) {
      if (shown === run) return;
      shown = run;
      const next = new Map();
      for (const step of run === undefined ? [] : pendingWaits(run)) {
        const key = `${run.id} ${step.key} ${step.started}`;
        next.set(key, cards.get(key) ?? card(run.id, step, access === "own"));
      }
      const unchanged = next.size === cards.size && [...next.keys()].every((key) => cards.has(key));
      cards = next;
      if (!unchanged) fill(root, [...next.values()]);
    },
  };
}

function card(runId, step, mayAnswer) {
  const left = h("span", { class: "mono" });
  const body = mayAnswer ? answer(runId, step) : h("p", { class: "prompt-note", text: "Whoever owns this session decides." });
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
        h(
          "p",
          { class: "prompt-facts" },
          "waits for an event of type ",
          h("code", { text: step.eventType ?? "" }),
          step.until !== null && h("span", { class: "prompt-left" }, " · times out in ", left),
        ),
      ),
    ),
    body,
  );
  if (step.until !== null) queueMicrotask(() => countDown(left, step.until));
  return element;
}

function answer(runId, step) {
  const field = h("textarea", {
    class: "prompt-payload",
    rows: "1",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: '{ "note": "optional" }',
    "aria-label": `Payload for ${step.name}, JSON`,
  });
  const note = h("span", { class: "prompt-state", "aria-live": "polite" });
  const json = jsonField(field, note);
  const effect = h("p", { class: "prompt-note" });
  const buttons = [
    button("primary good", "check", "Approve", () => decide(true)),
    button("", "cross", "Reject", () => decide(false)),
    button("ghost", null, "Send as it is", () => send(json.read(), (value) => value)),
  ];
  field.addEventListener("input", explain);
  explain();

  function explain() {
    const payload = json.check();
    setText(effect, payload.ok && isPlain(payload.value) ? `Approve sends ${oneLine(approval(true, payload.value), 90)}` : "");
  }

  function decide(approved) {
    const payload = json.read();
    if (payload.ok && !isPlain(payload.value)) {
      return refuse("Approve and Reject add to a JSON object. Use “Send as it is” for any other value.");
    }
    return send(payload, (value) => approval(approved, value));
  }

  function refuse(text) {
    setText(note, text);
    note.dataset.ok = "false";
    field.focus();
  }

  async function send(payload, shape) {
    if (!payload.ok) return;
    for (const each of buttons) each.disabled = true;
    try {
      await api.sendEvent(runId, step.eventType, shape(payload.value));
      setText(effect, "Sent. The run goes on as soon as it is committed.");
    } catch (error) {
      for (const each of buttons) each.disabled = false;
      toast(`Not sent: ${error.message}`, { kind: "bad" });
    }
  }

  return h("div", { class: "prompt-body" }, field, h("div", { class: "prompt-actions" }, buttons), note, effect);
}

const isPlain = (value) => value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));

/** What a decision sends. A payload of its own may say more, and may overrule `approved` only on approval. */
const approval = (approved, value) => (approved ? { approved: true, ...value } : { ...value, approved: false });

function button(look, name, text, press) {
  return h("button", { type: "button", class: `button ${look}`, on: { click: press } }, name && icon(name), h("span", { text }));
}
