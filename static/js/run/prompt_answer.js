// The answer to one wait: a form where the source says what is wanted, JSON otherwise and beside it.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { oneLine } from "../base/format.js";
import { toast } from "../base/toasts.js";
import { jsonField } from "../code/payload.js";
import { decisionIn, exampleOf, troublesOf } from "./prompt_fields.js";
import { formFor } from "./prompt_form.js";

const PATIENCE_MS = 4000; // after which it is said that the wait still stands

/**
 * `{ element }`. `payload` as `inferred` answers, or null; `last`: the payload sent for this type before, `{ value }`, or null;
 * `onAsk()` leaves the answer to somebody else, or is null where that cannot be done.
 */
export function answerTo(runId, step, { payload, last, onAsk }) {
  const decision = payload === null ? "approved" : decisionIn(payload);
  const state = h("span", { class: "prompt-state", role: "alert" });
  const effect = h("p", { class: "prompt-note" });
  const place = h("div", { class: "prompt-place" });
  const actions = h("div", { class: "prompt-actions" });
  const known = payload !== null && !(payload.field.type === "object" && payload.field.fields.length === 0);
  const form = known ? formFor(payload.field, { open: payload.from === "use", leave: decision === null ? [] : [decision] }) : null;
  const field = h("textarea", { class: "prompt-payload", rows: "1", spellcheck: "false", autocomplete: "off", autocapitalize: "off", placeholder: placeholder(), "aria-label": `Payload for ${step.name}, JSON` });
  const json = jsonField(field, state);
  const ways = ["form", "json"].map((way) => h("button", { type: "button", class: "prompt-way", "aria-pressed": "false", on: { click: () => turn(way) } }, way === "form" ? "Form" : "JSON"));
  const body = h("div", { class: "prompt-body" });
  let way = known ? "form" : "json";
  let all = false; // whether what does not fit is sent all the same

  field.addEventListener("input", () => ((all = false), explain()));
  const asking = onAsk !== null && h("button", { type: "button", class: "button ghost small", on: { click: onAsk } }, icon("share"), h("span", { text: "Send to an approver" }));
  const choice = known && h("div", { class: "prompt-ways", role: "group", "aria-label": "How to answer" }, ways);
  fill(body, place, actions, (asking || choice) && h("div", { class: "prompt-more" }, asking, choice), state, effect, last !== null && lastView());
  draw();

  function placeholder() {
    if (payload === null) return '{ "note": "optional" }';
    return decision === null ? JSON.stringify(exampleOf(payload.field)) : '{ "more": "optional" }';
  }

  function draw() {
    const formed = way === "form";
    ways.forEach((button, at) => button.setAttribute("aria-pressed", String((at === 0) === formed)));
    fill(place, formed ? form.element : field);
    place.hidden = formed && form.element.childElementCount === 0;
    const plain = h("button", { type: "button", class: "button ghost", on: { click: () => sendPlain() } }, h("span", { text: formed ? "Send" : decision === null ? "Send" : "Send as it is" }));
    const yesNo = decision === null ? [] : [button("primary good", "check", "Approve", () => decide(true)), button("", "cross", "Reject", () => decide(false))];
    if (decision === null) plain.className = "button primary";
    fill(actions, yesNo, !(formed && decision !== null) && plain);
    setText(state, "");
    setText(effect, "");
    explain();
  }

  function turn(next) {
    if (next === way) return;
    if (next === "json") {
      const read = form.read();
      if (read.ok && read.value !== undefined && Object.keys(read.value).length > 0) field.value = JSON.stringify(read.value);
      else if (decision === null && field.value === "") field.value = JSON.stringify(exampleOf(payload.field));
    } else {
      const parsed = json.check();
      if (parsed.ok) form.put(parsed.value);
    }
    way = next;
    draw();
    (way === "json" ? field : form.first())?.focus();
  }

  function explain() {
    if (way !== "json" || decision === null) return;
    const checked = json.check();
    setText(effect, checked.ok && isPlain(checked.value) ? `Approve sends ${oneLine(approval(true, checked.value), 90)}` : "");
  }

  function refuse(text, input = field) {
    state.dataset.ok = "false";
    setText(state, "");
    setText(state, text);
    input?.setAttribute?.("aria-invalid", "true");
    input?.addEventListener?.("input", () => input.removeAttribute("aria-invalid"), { once: true });
    input?.focus();
  }

  function read() {
    const result = way === "form" ? form.read() : json.read();
    if (!result.ok && way === "form") refuse(result.message, result.input);
    return result;
  }

  function decide(yes) {
    const result = read();
    if (!result.ok) return undefined;
    if (!isPlain(result.value)) return refuse("Approve and Reject add to a JSON object. Use “Send as it is” for any other value.");
    return send(approval(yes, result.value));
  }

  function sendPlain() {
    const result = read();
    if (!result.ok) return undefined;
    const wrong = payload?.from === "type" && way === "json" ? troublesOf(result.value, payload.field) : [];
    if (wrong.length > 0 && !all) {
      all = true;
      return refuse(`${wrong.slice(0, 3).join(" ")} Press once more to send it all the same.`);
    }
    return send(result.value);
  }

  async function send(value) {
    for (const each of actions.children) each.disabled = true;
    try {
      await api.sendEvent(runId, step.eventType, value, step.key);
      sent(value);
    } catch (error) {
      for (const each of actions.children) each.disabled = false;
      toast(because("Not sent", error), { kind: "bad" });
    }
  }

  /** It is shown as sent until the log says that the wait has taken it, which takes this card away. */
  function sent(value) {
    const before = [...body.childNodes];
    fill(body, h("p", { class: "prompt-sent", role: "status" }, h("span", { class: "spinner" }), h("span", {}, "Sent ", h("code", { text: oneLine(value, 120) }), ". The run goes on as soon as it is committed.")));
    setTimeout(() => {
      if (!body.isConnected) return;
      fill(body, before);
      for (const each of actions.children) each.disabled = false;
      setText(effect, "It was sent, and the run has not gone on yet.");
    }, PATIENCE_MS);
  }

  function lastView() {
    const use = () => {
      if (way === "form") form.put(last.value);
      else field.value = JSON.stringify(last.value);
      explain();
    };
    return h("p", { class: "prompt-last" }, "Sent before: ", h("code", { text: oneLine(last.value, 80) }), h("button", { type: "button", class: "link", text: "Use it", on: { click: use } }));
  }

  function approval(yes, value) {
    return yes ? { [decision]: true, ...value } : { ...value, [decision]: false };
  }

  return { element: body };
}

const isPlain = (value) => value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));

const button = (look, name, text, press) => h("button", { type: "button", class: `button ${look}`, on: { click: press } }, icon(name), h("span", { text }));
