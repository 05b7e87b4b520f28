// Building the page without markup in strings: text is text, whatever it holds.

import { iconAddress } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `props`: `class`, `text`, `on` (listeners by event name), `data` (data-* values), booleans for
 * attributes without a value, and any other attribute; null and undefined are left out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    else if (name === "data") for (const [key, datum] of Object.entries(value)) element.dataset[key] = datum;
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

/**
 * Replace what `element` holds by `children` (nodes, texts, lists of them; null is nothing). Where the focus was in it, the button
 * that does the same now has it.
 */
export function fill(element, ...children) {
  const focused = element.contains(document.activeElement) && document.activeElement !== element ? document.activeElement : null;
  element.replaceChildren();
  append(element, children);
  if (focused !== null && !focused.isConnected) twinOf(focused, element)?.focus({ preventScroll: true });
  return element;
}

const twinOf = (gone, element) => [...element.querySelectorAll(gone.localName)].find((each) => nameOf(each) === nameOf(gone));

const nameOf = (element) => element.getAttribute("aria-label") ?? element.textContent;

/** A text as nodes, with what stands between backticks as code. */
export const coded = (text) => text.split("`").map((part, at) => (at % 2 === 1 ? h("code", { text: part }) : part));

/** Let `element` hold `wanted` (elements) in that order. What is there and stays is not touched, so that it keeps focus and presses. */
export function arrange(element, wanted) {
  const staying = new Set(wanted);
  for (let at = element.firstElementChild; at !== null; ) {
    const next = at.nextElementSibling;
    if (!staying.has(at)) at.remove();
    at = next;
  }
  let cursor = element.firstElementChild;
  for (const each of wanted) {
    if (each === cursor) cursor = cursor.nextElementSibling;
    else element.insertBefore(each, cursor);
  }
}

/** An icon of the sprite in static/img/icons.svg. */
export function icon(name, className = "icon") {
  const svg = svgElement("svg", { class: className, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" });
  svg.append(svgElement("use", { href: iconAddress(name) }));
  return svg;
}

export function svgElement(tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Set the text only where it differs, so that selections and screen readers are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export const byId = (id) => document.getElementById(id);

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child);
  }
}
