// A fault, as it is put together and as it is said.

import { fill, h, icon } from "../base/dom.js";
import { exact, plural } from "../base/format.js";

const KINDS = [
  ["fail", "fail"],
  ["timeout", "time out"],
  ["crawl", "crawl"],
];
const DELAYS = [
  [1000, "1 s"],
  [5000, "5 s"],
  [30000, "30 s"],
  [120000, "2 min"],
];

/** What a fault does, in words: `next 2 attempts of “pay” fail: card declined`. */
export function faultText({ kind, times = 1, left, step, message, delayMs }) {
  const count = left ?? times;
  const whose = step === undefined || step === null ? "any step" : `“${step}”`;
  const does = { fail: count === 1 ? "fails" : "fail", timeout: count === 1 ? "times out" : "time out", crawl: count === 1 ? "crawls" : "crawl" }[kind];
  const more = kind === "crawl" ? `, ${exact(delayMs ?? 1000)} late` : message ? `: ${message}` : "";
  return `${count === 1 ? "the next attempt" : `the next ${plural(count, "attempt")}`} of ${whose} ${does}${more}`;
}

/** `{ element, update(names), focus }`; `onAdd(fault)`. */
export function faultForm({ onAdd }) {
  const times = h("input", { type: "number", class: "field debug-number", min: 1, max: 10000, value: 1, "aria-label": "How many attempts" });
  const step = h("select", { class: "field debug-field", "aria-label": "Of which step" });
  const kind = h("select", { class: "field debug-field", "aria-label": "What befalls them", on: { change: draw } }, KINDS.map(([value, text]) => h("option", { value, text })));
  const message = h("input", { type: "text", class: "field debug-message", maxlength: 1000, placeholder: "Message of the error", "aria-label": "Message of the error" });
  const delay = h("select", { class: "field debug-field", hidden: true, "aria-label": "How late" }, DELAYS.map(([value, text]) => h("option", { value, text: `${text} late` })));
  const add = h("button", { type: "submit", class: "button small" }, icon("plus"), h("span", { text: "Add" }));
  const element = h(
    "form",
    { class: "debug-form", on: { submit } },
    h("div", { class: "debug-line" }, h("span", { text: "The next" }), times, h("span", { text: "attempts of" }), step),
    h("div", { class: "debug-line" }, kind, message, delay, add),
  );

  function draw() {
    message.hidden = kind.value !== "fail";
    delay.hidden = kind.value !== "crawl";
  }

  function submit(event) {
    event.preventDefault();
    const fault = { kind: kind.value, times: Math.max(1, Math.min(10000, Math.trunc(times.valueAsNumber || 1))) };
    if (step.value !== "") fault.step = JSON.parse(step.value);
    if (kind.value === "fail" && message.value.trim() !== "") fault.message = message.value.trim();
    if (kind.value === "crawl") fault.delayMs = Number(delay.value);
    onAdd(fault);
    message.value = "";
    times.value = "1";
  }

  return {
    element,
    update(names) {
      const chosen = step.value;
      fill(step, h("option", { value: "", text: "any step" }), names.map((name) => h("option", { value: JSON.stringify(name), text: name })));
      if ([...step.options].some(({ value }) => value === chosen)) step.value = chosen;
      draw();
    },
    focus: () => times.focus(),
  };
}
