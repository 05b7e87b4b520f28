// An error: its message, and the way through the tenant's code that led to it.

import { copyButton } from "../base/clipboard.js";
import { coded, h } from "../base/dom.js";
import { calledBy } from "../state/called.js";
import { hintFor } from "../state/hints.js";
import { PLACE } from "../state/places.js";

// frames of the runtime around the tenant's modules say nothing to whoever wrote those
const FOREIGN = /\((native|eval_script:[\d:]+|<anonymous>)\)$/;

/** `error`: `{ name, message, stack?, cause? }`, `cause` another one. `places` are those of the page (page.js); null where there are none. */
export function errorBlock(error, places = null) {
  const text = textOf(error);
  const frames = framesOf(error, text);
  const hint = hintFor(error.message, places && calledBy(linesOf(error, text)[0] ?? "", places.lineAt));
  return h(
    "div",
    { class: "error-block" },
    h("div", { class: "error-head" }, h("p", { class: "error-text", text }), copyButton(() => wholeText(error))),
    hint && h("p", { class: "error-hint" }, coded(hint)),
    frames.length > 0 && h("ol", { class: "error-stack", "aria-label": "Stack" }, frames.map((frame) => h("li", {}, frameView(frame, places)))),
    error.cause && causeBlock(error.cause, places),
  );
}

/** What led to an error, and what led to that. */
function causeBlock(error, places) {
  const text = textOf(error);
  const frames = framesOf(error, text);
  return h(
    "div",
    { class: "error-cause" },
    h("p", { class: "error-text" }, h("span", { class: "error-by", text: "caused by " }), text),
    frames.length > 0 && h("ol", { class: "error-stack", "aria-label": "Stack of the cause" }, frames.map((frame) => h("li", {}, frameView(frame, places)))),
    error.cause && causeBlock(error.cause, places),
  );
}

const textOf = ({ name, message }) => (name === "" ? (message ?? "") : `${name ?? "Error"}: ${message ?? ""}`);

function wholeText(error) {
  const text = textOf(error);
  const own = [text, ...framesOf(error, text)].join("\n");
  return error.cause ? `${own}\ncaused by ${wholeText(error.cause)}` : own;
}

/** The stack's lines that are of the tenant's code. */
export function framesOf(error, text) {
  return linesOf(error, text).filter((line) => !FOREIGN.test(line));
}

/** All of them, without the message that some engines put in front. */
function linesOf(error, text) {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const lines = (stack.startsWith(text) ? stack.slice(text.length) : stack).split("\n").map((line) => line.trim());
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
