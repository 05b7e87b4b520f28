// What is in a message besides words: objects that are JSON, and places in the source. Pure.

import { PLACE } from "../state/places.js";

const PLACES = new RegExp(PLACE, "g");
const PLACED = /\.[cm]?[jt]s:\d/;
const OPENS = { "{": "}", "[": "]" };
const LONGEST = 100_000; // characters in which objects are looked for
const MOST = 20;

/**
 * The parts of a message in order: `{ text }`, `{ json, text }` (an object or array that is not empty, and how it is written) and,
 * where places are wanted, `{ text, module, line }`: `nameOf(module)` is what the text calls the module, as in state/places.js.
 */
export function segmentsOf(message, nameOf = null) {
  const parts = [];
  let from = 0;
  let found = 0;
  const plain = (to) => to > from && parts.push(...(nameOf !== null ? withPlaces(message.slice(from, to), nameOf) : [{ text: message.slice(from, to) }]));
  if (message.length <= LONGEST) {
    for (let at = nextOpen(message, 0); at >= 0 && found < MOST; at = nextOpen(message, at)) {
      const end = closing(message, at);
      const value = end < 0 ? undefined : parsed(message.slice(at, end));
      if (value === undefined) {
        at += 1;
        continue;
      }
      plain(at);
      parts.push({ json: value, text: message.slice(at, end) });
      from = at = end;
      found += 1;
    }
  }
  plain(message.length);
  return parts;
}

/** `message` with the names of modules that the visitor knows. */
export const withNames = (message, nameOf) => (PLACED.test(message) ? message.replace(PLACES, (place, module) => named(place, module, nameOf)) : message);

const named = (place, module, nameOf) => nameOf(module) + place.slice(module.length);

/** Where an object may begin: at the start, or behind a space or an opening mark. */
function nextOpen(text, from) {
  for (let at = from; at < text.length; at += 1) {
    if (OPENS[text[at]] !== undefined && (at === 0 || /[\s(:=,]/.test(text[at - 1]))) return at;
  }
  return -1;
}

/** Behind the mark that closes what opens at `from`, or -1. */
function closing(text, from) {
  const open = [];
  for (let at = from; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '"') {
      at = endOfString(text, at);
      if (at < 0) return -1;
    } else if (OPENS[mark] !== undefined) open.push(OPENS[mark]);
    else if (mark === "}" || mark === "]") {
      if (open.pop() !== mark) return -1;
      if (open.length === 0) return at + 1;
    }
  }
  return -1;
}

function endOfString(text, from) {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return Object.keys(value).length > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

function withPlaces(text, nameOf) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(PLACES)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: named(match[0], match[1], nameOf), module: match[1], line: Number(match[2]) });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
