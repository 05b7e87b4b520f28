// The fields of an answer that is not a plain yes or no, as whoever made the link has said (see docs/sharing.md).

import { h } from "../base/dom.js";

/** Fields that are asked for beside all others, whatever the run wants. */
const ALWAYS = new Set(["by", "note"]);
/** Names of the one field that says yes or no. */
const DECIDING = ["approved", "approve", "accepted", "confirmed", "allowed", "granted", "ok"];

/**
 * Null where a yes or no is asked and nothing more. Else `{ element, read(), decides }`: `decides` is the name of the field that says
 * yes or no, where the answer is a decision and other fields may be left out; null where there is none.
 */
export function answerFields(fields) {
  const known = (fields ?? []).filter(({ name }) => !ALWAYS.has(name));
  const named = DECIDING.find((each) => known.some(({ name, type }) => name === each && type === "boolean")) ?? null;
  const others = known.filter(({ name }) => name !== named);
  const decides = others.every(({ optional }) => optional === true) ? (named ?? (others.length === 0 ? "approved" : null)) : null;
  const asked = decides === null ? known : others;
  if (asked.length === 0 && decides === "approved") return null;
  const inputs = asked.map((field) => ({ field, input: inputOf(field) }));
  const element = h(
    "div",
    { class: "answer-fields" },
    inputs.map(({ field, input }) => h("label", { class: `decide-label${field.type === "boolean" ? " check" : ""}` }, h("span", { text: field.optional ? `${field.name} (optional)` : field.name }), input)),
  );
  return { element, read, decides };

  /** `{ ok, value }`, or `{ ok: false, field, message }`. */
  function read() {
    const value = {};
    for (const { field, input } of inputs) {
      const text = input.value.trim();
      if (field.options?.length > 0) value[field.name] = field.options[input.selectedIndex];
      else if (field.type === "boolean") value[field.name] = input.checked;
      else if (text === "" && field.optional) continue;
      else if (text === "" && field.type !== "string") return { ok: false, field: input, message: `${field.name} is missing.` };
      else if (field.type === "number") {
        if (!Number.isFinite(Number(text))) return { ok: false, field: input, message: `${field.name} must be a number.` };
        value[field.name] = Number(text);
      } else if (field.type === "json") {
        try {
          value[field.name] = JSON.parse(text);
        } catch (error) {
          return { ok: false, field: input, message: `${field.name} is not JSON: ${error.message}` };
        }
      } else value[field.name] = input.value;
    }
    return { ok: true, value };
  }
}

/** The same of any JSON, for whoever knows what the run wants. */
export function jsonField() {
  const input = h("textarea", { class: "field area mono", rows: "3", spellcheck: "false", autocapitalize: "off", autocomplete: "off", placeholder: '{ "amount": 100 }' });
  const element = h("label", { class: "decide-label" }, h("span", { text: "The event's payload, JSON" }), input);
  return {
    element,
    decides: null,
    read() {
      try {
        return { ok: true, value: JSON.parse(input.value) };
      } catch (error) {
        return { ok: false, field: input, message: input.value.trim() === "" ? "Write what the run is to get." : `This is not JSON: ${error.message}` };
      }
    },
  };
}

function inputOf({ name, type, options }) {
  if (Array.isArray(options) && options.length > 0) {
    return h("select", { class: "field", name }, options.map((option) => h("option", { value: String(option), text: String(option) })));
  }
  if (type === "boolean") return h("input", { type: "checkbox", name });
  if (type === "json") return h("textarea", { class: "field area mono", name, rows: "2", spellcheck: "false" });
  return h("input", { class: "field", type: "text", name, inputmode: type === "number" ? "decimal" : null, autocomplete: "off" });
}
