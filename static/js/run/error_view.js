// An error: its message, and the way through the tenant's code that led to it.

import { copyButton } from "../base/clipboard.js";
import { h } from "../base/dom.js";

// frames of the runtime around the tenant's modules say nothing to whoever wrote those
const FOREIGN = /\((native|eval_script:[\d:]+|<anonymous>)\)$/;
const PLACE = /([\w./-]+\.(?:js|mjs|ts)):(\d+)(?::(\d+))?/;

/** `error`: `{ name, message, stack? }`. `onLine(line)` goes to a line of the source; null where there is none. */
export function errorBlock(error, onLine = null) {
  const text = `${error.name ?? "Error"}: ${error.message ?? ""}`;
  const frames = framesOf(error, text);
  return h(
    "div",
    { class: "error-block" },
    h("div", { class: "error-head" }, h("p", { class: "error-text", text }), copyButton(() => [text, ...frames].join("\n"))),
    frames.length > 0 && h("ol", { class: "error-stack", "aria-label": "Stack" }, frames.map((frame) => h("li", {}, frameView(frame, onLine)))),
  );
}

/** The stack's lines, without the message that some engines put in front of it. */
export function framesOf(error, text) {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const lines = (stack.startsWith(text) ? stack.slice(text.length) : stack).split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !FOREIGN.test(line));
}

function frameView(frame, onLine) {
  const place = PLACE.exec(frame);
  if (place === null || onLine === null) return frame;
  const [whole, , line] = place;
  const go = h("button", { type: "button", class: "link frame", text: whole, on: { click: () => onLine(Number(line)) } });
  return [frame.slice(0, place.index), go, frame.slice(place.index + whole.length)];
}
