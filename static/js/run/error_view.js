// An error: its message, and the way through the tenant's code that led to it.

import { copyButton } from "../base/clipboard.js";
import { coded, h } from "../base/dom.js";
import { errorText } from "../base/format.js";
import { calledBy } from "../state/called.js";
import { hintFor } from "../state/hints.js";
import { PLACE } from "../state/places.js";

// frames of the runtime around the tenant's modules say nothing to whoever wrote those
const FOREIGN = /\((native|eval_script:[\d:]+|<anonymous>)\)$/;
const NO_MESSAGE = /^: *(?=\n|$)/; // what follows the name of an error that has none

/** `error`: `{ name, message, stack?, cause?, errors? }`, `cause` another one, `errors` what an AggregateError stands for. `places` are those of the page (page.js); null where there are none. */
export function errorBlock(error, places = null) {
  const text = errorText(error);
  const frames = framesOf(error, text);
  const hint = hintFor(error.message, places && calledBy(linesOf(error, text)[0] ?? "", places.lineAt));
  return h(
    "div",
    { class: "error-block" },
    h("div", { class: "error-head" }, h("p", { class: "error-text", text }), copyButton(() => wholeText(error))),
    hint && h("p", { class: "error-hint" }, coded(hint)),
    frames.length > 0 && h("ol", { class: "error-stack", "aria-label": "Stack" }, frames.map((frame) => h("li", {}, frameView(frame, places)))),
    behind(error).map((each) => blockBehind(each, places)),
  );
}

/** What an error stands for and what led to it: `{ by, of, error }`, `by` the words in front of it and `of` what its stack is. */
function behind({ cause, errors }) {
  const inner = Array.isArray(errors) ? errors.filter(isObject) : [];
  const all = inner.map((error, at) => ({ by: `${at + 1} of ${inner.length} `, of: `error ${at + 1}`, error }));
  return cause ? [...all, { by: "caused by ", of: "the cause", error: cause }] : all;
}

const isObject = (value) => typeof value === "object" && value !== null; // a run's file may hold anything

/** One of these, and what is behind that. */
function blockBehind({ by, of, error }, places) {
  const text = errorText(error);
  const frames = framesOf(error, text);
  return h(
    "div",
    { class: "error-cause" },
    h("p", { class: "error-text" }, h("span", { class: "error-by", text: by }), text),
    frames.length > 0 && h("ol", { class: "error-stack", "aria-label": `Stack of ${of}` }, frames.map((frame) => h("li", {}, frameView(frame, places)))),
    behind(error).map((each) => blockBehind(each, places)),
  );
}

/** An error with all that is behind it, as it is copied. */
export function wholeText(error) {
  const text = errorText(error);
  return [text, ...framesOf(error, text), ...behind(error).map(({ by, error: other }) => by + wholeText(other))].join("\n");
}

/** The stack's lines that are of the tenant's code. */
export function framesOf(error, text) {
  return linesOf(error, text).filter((line) => !FOREIGN.test(line));
}

/** All of them, without the message that some engines put in front. */
function linesOf(error, text) {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const rest = stack.startsWith(text) ? stack.slice(text.length).replace(NO_MESSAGE, "") : stack;
  const lines = rest.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "");
}

function frameView(frame, places) {
  const place = PLACE.exec(frame);
  if (place === null || places === null) return frame;
  const [whole, module, line] = place;
  const text = places.nameOf(module) + whole.slice(module.length);
  const go = h("button", { type: "button", class: "link frame", text, on: { click: () => places.go(Number(line), module) } });
  return [frame.slice(0, place.index), go, frame.slice(place.index + whole.length)];
}
