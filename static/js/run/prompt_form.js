// Fields as a form. What cannot be sent cannot be typed, or is refused at its field.

import { fill, h, icon, setText } from "../base/dom.js";
import { parseJson } from "../code/payload.js";

const LONG = /^(note|comment|reason|message|text|description|feedback|body|summary)s?$/i;
let ids = 0;

/**
 * `{ element, read(), put(value), first() }` for a field of prompt_fields.js. `open`: options are what the code compares with, and
 * others may be. `leave`: names of fields on the first level that are asked for elsewhere. `read()` answers `{ ok, value }` or
 * `{ ok: false, message, input }`; `onMended(element)` is called when what it refused is not wrong any more.
 */
export function formFor(field, { open = false, leave = [], onMended = unsay } = {}) {
  const control = controlFor({ ...field, fields: field.fields?.filter(({ name }) => !leave.includes(name)) }, open, null);
  const { element } = control;
  let wrong = null; // what was refused last
  for (const type of ["input", "click"]) element.addEventListener(type, recheck); // a click adds to a list, or takes from it

  function read() {
    const result = control.read();
    wrong = result.ok ? null : result;
    return result;
  }

  function recheck() {
    if (wrong === null) return;
    const now = control.read();
    const mended = now.ok || now.message !== wrong.message || now.input !== wrong.input;
    if (!mended) return wrong.input.setAttribute("aria-invalid", "true");
    wrong.input.removeAttribute("aria-invalid");
    wrong = null;
    onMended(element);
  }

  return { ...control, read, first: () => element.querySelector("input, select, textarea, button") };
}

/** Take back what the prompt around the form says to be wrong. */
function unsay(element) {
  const said = element.closest(".prompt-body")?.querySelector("[role='alert']");
  if (said) setText(said, "");
}

function controlFor(field, open, label) {
  if (field.type === "object" && field.fields !== undefined) return objectControl(field, open, label);
  if (field.type === "array") return listControl(field, open, label);
  if (field.options !== undefined && !open) return choiceControl(field, label);
  if (field.type === "boolean") return yesNoControl(field, label);
  return textControl(field, open, label);
}

/** A label in front of `input`, and what is said about the field. */
function labelled(field, label, input, tag = "label") {
  if (label === null) return input;
  return h(tag, { class: `ask ask-${field.type}` }, h("span", { class: "ask-name" }, label, field.optional && h("span", { class: "ask-optional", text: "optional" })), input, field.hint !== undefined && h("span", { class: "ask-hint", text: field.hint }));
}

const missing = (field, label, input) => ({ ok: false, message: `${label ?? "The payload"} is missing.`, input });
/** What a field that was left empty comes to. */
const left = (field, label, input) => (field.optional ? { ok: true, value: undefined } : field.nullable ? { ok: true, value: null } : missing(field, label, input));

function textControl(field, open, label) {
  const { type } = field;
  const about = { class: "ask-input", spellcheck: type === "string" ? null : "false", autocomplete: "off", "aria-label": label === null ? "Payload" : null };
  const list = open && field.options !== undefined ? h("datalist", { id: `ask-${(ids += 1)}` }, field.options.map((option) => h("option", { value: String(option) }))) : null;
  const kinds = { number: { type: "text", inputmode: "decimal" }, date: { type: "datetime-local", step: "1" }, string: { type: "text" } };
  const area = type === "json" || (type === "string" && label !== null && LONG.test(label));
  const input = area ? h("textarea", { ...about, class: `ask-input${type === "json" ? " mono" : ""}`, rows: "1", placeholder: type === "json" ? "JSON" : null }) : h("input", { ...about, ...kinds[type], list: list?.id ?? null });

  function read() {
    const text = input.value.trim();
    if (text === "") return left(field, label, input);
    if (type === "string") return { ok: true, value: input.value };
    if (type === "date") return { ok: true, value: new Date(input.value).toISOString() };
    if (type === "number") return Number.isFinite(Number(text)) ? { ok: true, value: Number(text) } : { ok: false, message: `${label ?? "It"} should be a number.`, input };
    const parsed = parseJson(text);
    return parsed.ok ? parsed : { ok: false, message: `${label ?? "It"} is not JSON: ${parsed.message}`, input };
  }

  function put(value) {
    if (value === undefined || value === null) input.value = "";
    else if (type === "json") input.value = JSON.stringify(value);
    else if (type === "date") input.value = localTime(value);
    else input.value = String(value);
  }

  return { element: labelled(field, label, list === null ? input : h("span", { class: "ask-with-list" }, input, list)), read, put };
}

function localTime(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? "" : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function choiceControl(field, label) {
  const none = field.optional ? "leave out" : "Choose…";
  const input = h("select", { class: "ask-input", "aria-label": label === null ? "Payload" : null }, h("option", { value: "", text: none }), field.options.map((option, at) => h("option", { value: String(at), text: String(option) })));
  const read = () => (input.value === "" ? left(field, label, input) : { ok: true, value: field.options[Number(input.value)] });
  const put = (value) => (input.value = field.options.includes(value) ? String(field.options.indexOf(value)) : "");
  return { element: labelled(field, label, input), read, put };
}

function yesNoControl(field, label) {
  const name = `ask-${(ids += 1)}`;
  const choices = [["true", "Yes"], ["false", "No"], ...(field.optional ? [["", "leave out"]] : [])];
  const inputs = choices.map(([value]) => h("input", { type: "radio", name, value }));
  const group = h("span", { class: "ask-choices", role: "radiogroup", "aria-label": label ?? "Payload" }, choices.map(([, text], at) => h("label", { class: "ask-choice" }, inputs[at], h("span", { text }))));
  const put = (value) => inputs.forEach((input) => (input.checked = input.value === (value === undefined || value === null ? "" : String(value))));
  const read = () => {
    const chosen = inputs.find((input) => input.checked);
    return chosen === undefined || chosen.value === "" ? left(field, label, inputs[0]) : { ok: true, value: chosen.value === "true" };
  };
  put(undefined);
  return { element: labelled(field, label, group, "div"), read, put };
}

function objectControl(field, open, label) {
  const controls = field.fields.map((each) => [each, controlFor(each, open, each.name)]);
  const inside = controls.map(([, control]) => control.element);
  const element = label === null ? h("div", { class: "ask-fields" }, inside) : h("fieldset", { class: "ask-group" }, h("legend", {}, label, field.optional && h("span", { class: "ask-optional", text: "optional" })), inside);

  function read() {
    const value = {};
    let first = null;
    for (const [each, control] of controls) {
      const result = control.read();
      if (!result.ok) first ??= result;
      else if (result.value !== undefined) value[each.name] = result.value;
    }
    // an object that may be left out, and in which nothing was said
    if (field.optional && Object.keys(value).length === 0) return { ok: true, value: undefined };
    return first ?? { ok: true, value };
  }

  return { element, read, put: (value) => controls.forEach(([each, control]) => control.put(value?.[each.name])) };
}

function listControl(field, open, label) {
  const items = h("ol", { class: "ask-items" });
  let controls = [];
  const more = h("button", { type: "button", class: "button small", on: { click: () => add() } }, h("span", { text: label === null ? "Add one" : `Add to ${label}` }));
  const group = h("div", { class: "ask-list" }, items, more);

  function add(value) {
    const control = controlFor({ ...(field.item ?? { type: "json" }), optional: false }, open, null);
    const remove = () => {
      controls = controls.filter((each) => each !== control);
      row.remove();
      more.focus();
    };
    const row = h("li", { class: "ask-item" }, control.element, h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Remove", on: { click: remove } }, icon("cross")));
    controls.push(control);
    items.append(row);
    if (value !== undefined) control.put(value);
    else row.querySelector("input, select, textarea")?.focus();
  }

  function read() {
    if (controls.length === 0 && field.optional) return { ok: true, value: undefined };
    const results = controls.map((control) => control.read());
    return results.find(({ ok }) => !ok) ?? { ok: true, value: results.map(({ value }) => value) };
  }

  function put(value) {
    controls = [];
    fill(items);
    for (const item of Array.isArray(value) ? value : []) add(item);
  }

  return { element: labelled(field, label, group, "div"), read, put };
}
