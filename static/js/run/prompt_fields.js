// What an event's payload should hold (see static/editor/fields): asked for when a run waits, and what follows from it. All but
// `inferred` is pure.

const BUNDLE = "/static/build/fields.js";
const LONGEST_TOLD = 8000; // bytes; playground/web/approvals.py takes a little more
const DECIDING = ["approved", "approve", "accepted", "confirmed", "allowed", "granted", "ok"];
const WORDS = { string: "a text", number: "a number", boolean: "true or false", date: "a date as text", object: "an object", array: "a list" };

/** `{ from, field }` of the wait `{ name, type }`, from the texts of the workflow's files; null where they do not say. */
export async function inferred(sources, wait) {
  try {
    const { payloadOf } = await import(BUNDLE);
    return payloadOf(sources, wait);
  } catch {
    return null; // it is answered as JSON
  }
}

/** The name of the one field that says yes or no, where a payload is a decision and all else in it may be left out; else null. */
export function decisionIn(payload) {
  if (payload?.field.type !== "object") return null;
  const name = DECIDING.find((each) => payload.field.fields.some((field) => field.name === each && field.type === "boolean"));
  const needed = payload.field.fields.filter((field) => field.name !== name && !field.optional && !field.nullable);
  return name !== undefined && needed.length === 0 ? name : null;
}

/** The fields, as the link to an approver says them; where they are too long for a link, what is deeper is "json". */
export function flatFields(payload) {
  if (payload?.field.type !== "object") return [];
  const told = payload.field.fields.map((field) => toldOf(field, payload.from === "type"));
  if (new TextEncoder().encode(JSON.stringify(told)).length <= LONGEST_TOLD) return told;
  return told.map(({ name, type, options, optional }) => ({ name, type: type === "object" || type === "array" ? "json" : type, ...(options && { options }), optional }));
}

/** `typed`: whether there are no options but those that the source names. */
function toldOf({ name, type, options, nullable, hint, fields, item, optional = false }, typed) {
  return {
    ...(name !== undefined && { name }),
    type,
    ...(options && typed && { options }),
    ...(nullable && { nullable }),
    ...(hint !== undefined && { hint }),
    ...(fields && { fields: fields.map((each) => toldOf(each, typed)) }),
    ...(item && { item: toldOf(item, typed) }),
    optional,
  };
}

/** What is wrong with `value` for `field`: texts with the place in front, none where it fits. */
export function troublesOf(value, field, place = "") {
  const at = place === "" ? "The payload" : place;
  if (value === undefined) return field.optional ? [] : [`${at} is missing.`];
  if (value === null) return field.nullable || field.type === "json" ? [] : [`${at} is null, and should be ${WORDS[field.type]}.`];
  if (!isOf(value, field.type)) return [`${at} should be ${WORDS[field.type]}.`];
  if (field.options !== undefined && !field.options.includes(value)) return [`${at} should be one of ${field.options.map((each) => JSON.stringify(each)).join(", ")}.`];
  if (field.type === "array") return value.flatMap((item, number) => troublesOf(item, field.item ?? { type: "json" }, `${place}[${number}]`));
  if (field.type !== "object") return [];
  return field.fields.flatMap((each) => troublesOf(value[each.name], each, place === "" ? each.name : `${place}.${each.name}`));
}

function isOf(value, type) {
  if (type === "json") return true;
  if (type === "date") return typeof value === "string" && !Number.isNaN(Date.parse(value));
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && !Array.isArray(value);
  return typeof value === type && (type !== "number" || Number.isFinite(value));
}

/** A payload that fits as far as it can without an answer: what a field of JSON begins with. */
export function exampleOf(field) {
  if (field.options !== undefined && field.options.length > 0) return field.options[0];
  const made = { string: "", number: 0, boolean: false, date: "2026-01-31T12:00:00Z", array: [], json: null }[field.type];
  if (field.type !== "object") return made;
  return Object.fromEntries(field.fields.filter((each) => !each.optional).map((each) => [each.name, exampleOf(each)]));
}
