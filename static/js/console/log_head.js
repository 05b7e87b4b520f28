// The head of the log: how many lines there are, and which are wanted.

import { fill, h, icon, setText } from "../base/dom.js";
import { LEVEL_CHOICES, patternOf } from "./lines.js";
import { mountLogMenu } from "./log_menu.js";

const TYPED_MS = 120;

/**
 * `{ element, wanted(), times(), about(step), update(…), find(), clear() }`; `onChange()` where something else is wanted; `onLeave()`
 * by Escape.
 */
export function mountLogHead({ onChange, copyAll, download, onLeave }) {
  const count = h("span", { class: "console-count" });
  const chip = h("button", { type: "button", class: "log-chip", hidden: true, on: { click: () => toggleStep() } });
  const field = h("input", { type: "search", class: "log-search", placeholder: "Filter", "aria-label": "Filter lines by text", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  const regex = h("button", { type: "button", class: "log-regex", "aria-pressed": "false", "aria-label": "Regular expression", title: "Regular expression", text: ".*" });
  const box = h("div", { class: "log-filter" }, icon("filter"), field, regex);
  const level = h("select", { class: "select small", "aria-label": "Levels", on: { change: onChange } });
  LEVEL_CHOICES.forEach(([value, label]) => level.append(h("option", { value, text: label })));
  const said = h("span", { class: "visually-hidden", role: "status" });
  const menu = mountLogMenu({
    onChange,
    actions: [
      ["copy", "Copy the lines shown", copyAll],
      ["file", "Download as text", () => download("txt")],
      ["file", "Download as NDJSON", () => download("ndjson")],
    ],
  });
  const element = h(
    "div",
    { class: "panel-head console-head" },
    h("h2", { class: "panel-title", text: "Log" }),
    count,
    chip,
    h("div", { class: "panel-actions" }, box, level, menu.element),
    said,
  );
  let found = patternOf({ text: "" });
  let step = null;
  let free = null; // the step that is selected and does not filter
  let timer = null;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPED_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") look();
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (field.value === "") return onLeave();
    field.value = "";
    look();
  });
  regex.addEventListener("click", () => {
    regex.setAttribute("aria-pressed", String(regex.getAttribute("aria-pressed") !== "true"));
    if (field.value !== "") look();
  });

  function look() {
    clearTimeout(timer);
    const next = patternOf({ text: field.value, regex: regex.getAttribute("aria-pressed") === "true" });
    field.setAttribute("aria-invalid", String(next.error !== null));
    box.title = next.error ?? "";
    if (next.error !== null) return setText(said, `Not a regular expression: ${next.error}`);
    found = next;
    onChange();
  }

  function toggleStep() {
    free = free === step ? null : step;
    onChange();
    chip.focus();
  }

  function drawChip(name, narrowed) {
    chip.hidden = step === null || !menu.step();
    if (chip.hidden) return;
    fill(chip, icon("filter"), h("span", { text: name }), narrowed && icon("cross"));
    chip.classList.toggle("off", !narrowed);
    chip.setAttribute("aria-pressed", String(narrowed));
    chip.setAttribute("aria-label", narrowed ? `Only lines of ${name}; show all` : `Lines of ${name} are marked; show only those`);
  }

  return {
    element,
    wanted: () => ({ pattern: found.pattern, level: level.value, only: menu.step() && free !== step }),
    times: menu.times,
    /** Another step is selected, or none: it filters until somebody says otherwise. */
    about(next) {
      step = next;
      free = null;
    },
    update({ count: shown, of, name, narrowed }) {
      const text = of === 0 ? "" : shown === of ? shown.toLocaleString("en") : `${shown.toLocaleString("en")} of ${of.toLocaleString("en")}`;
      setText(count, text);
      drawChip(name, narrowed);
      if (found.pattern !== null) setText(said, `${shown} lines match`);
    },
    find() {
      field.focus();
      field.select();
    },
    clear() {
      field.value = "";
      level.value = "all";
      free = step;
      found = patternOf({ text: "" });
    },
  };
}
