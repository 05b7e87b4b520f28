// The fields of an answer that is not a plain yes or no, as whoever made the link has said (see docs/sharing.md).

import { h } from "../base/dom.js";
import { formFor } from "../run/prompt_form.js";

/** Texts that are asked for beside all others, whatever the run wants. */
const ALWAYS = ["by", "note"];
/** Names of the one field that says yes or no. */
const DECIDING = ["approved", "approve", "accepted", "confirmed", "allowed", "granted", "ok"];
const TYPES = ["string", "number", "boolean", "date", "json", "object", "array"];

/**
 * Null where a yes or no is asked and nothing more. Else `{ element, read({ by, note }), decides, rechecks }`: `decides` is the name
 * of the field that says yes or no, where the answer is a decision and other fields may be left out; null where there is none.
 * `onMended()` is called when what `read` refused is not wrong any more.
 */
export function answerFields(fields, onMended = () => {}) {
  const all = fieldsOf(fields);
  const known = all.filter((field) => !isAlways(field));
  const named = DECIDING.find((each) => known.some(({ name, type }) => name === each && type === "boolean")) ?? null;
  const others = known.filter(({ name }) => name !== named);
  // a decision is sent with a name and a note that are texts
  const may = others.every(({ name, optional, nullable }) => (optional || nullable) && !ALWAYS.includes(name));
  const decides = may ? (named ?? (others.length === 0 ? "approved" : null)) : null;
  const asked = decides === null ? known : others;
  if (asked.length === 0 && decides === "approved") return null;
  const form = formFor({ type: "object", fields: asked }, { onMended });
  return { element: h("div", { class: "answer-fields" }, form.element), read, decides, rechecks: true };

  /** `{ ok, value }`, or `{ ok: false, field, message }`. The name and the note are in it where the run wants them. */
  function read(said) {
    const result = form.read();
    if (!result.ok) return { ok: false, field: result.input, message: result.message };
    const value = { ...result.value };
    if (decides === null) for (const field of all.filter(isAlways)) put(value, field, said[field.name]);
    return { ok: true, value };
  }
}

/** Whether the field is what "Your name" or "Note" holds. */
const isAlways = ({ name, type, options }) => ALWAYS.includes(name) && type === "string" && options === undefined;

function put(value, { name, optional, nullable }, text) {
  if (text !== "") value[name] = text;
  else if (!optional) value[name] = nullable ? null : "";
}

/** Fields as a form takes them: a link may have been made by anybody's script. */
const fieldsOf = (fields) => (Array.isArray(fields) ? fields.filter((each) => typeof each?.name === "string").map(fieldOf) : []);

function fieldOf(told) {
  const { name, options, hint, fields, item } = told;
  const type = TYPES.includes(told.type) ? told.type : "string";
  return {
    name,
    type: type === "object" && !Array.isArray(fields) ? "json" : type,
    optional: told.optional === true,
    ...(told.nullable === true && { nullable: true }),
    ...(typeof hint === "string" && { hint }),
    ...(Array.isArray(options) && options.length > 0 && { options }),
    ...(type === "object" && Array.isArray(fields) && { fields: fieldsOf(fields) }),
    ...(type === "array" && typeof item === "object" && item !== null && { item: fieldOf(item) }),
  };
}

/** The same of any JSON, for whoever knows what the run wants. */
export function jsonField() {
  const input = h("textarea", { class: "field area mono", rows: "3", spellcheck: "false", autocapitalize: "off", autocomplete: "off", placeholder: '{ "amount": 100 }' });
  const element = h("label", { class: "decide-label" }, h("span", { text: "The event's payload, JSON" }), input);
  return {
    element,
    decides: null,
    rechecks: false,
    read() {
      try {
        return { ok: true, value: JSON.parse(input.value) };
      } catch (error) {
        return { ok: false, field: input, message: input.value.trim() === "" ? "Write what the run is to get." : `This is not JSON: ${error.message}` };
      }
    },
  };
}
