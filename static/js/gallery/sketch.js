// How a run goes, in a few dots: columns of steps one after the other, those of a column side by side.

import { svgElement } from "../base/dom.js";

const STATES = { o: "done", x: "failed", z: "asleep", w: "waiting", u: "undone" };
const STEP_X = 20;
const STEP_Y = 11;
const HEIGHT = 44;

/** A picture of `text` ("o ooo w o"), each letter a dot in the colour of its state. */
export function sketch(text) {
  const columns = text.split(" ");
  const width = columns.length * STEP_X;
  const svg = svgElement("svg", { class: "sketch", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, "aria-hidden": "true", focusable: "false" });
  const places = columns.map((column, at) => [...column].map((letter, row) => ({ letter, x: at * STEP_X + STEP_X / 2, y: HEIGHT / 2 + (row - (column.length - 1) / 2) * STEP_Y })));
  places.slice(1).forEach((column, at) => links(places[at], column).forEach(([from, to]) => svg.append(line(from, to))));
  for (const { letter, x, y } of places.flat()) svg.append(svgElement("circle", { class: `sketch-dot ${STATES[letter]}`, cx: x, cy: y, r: 4 }));
  return svg;
}

/** As many lines as there are dots on the fuller side. */
function links(before, after) {
  if (before.length === after.length) return after.map((to, at) => [before[at], to]);
  return before.length > after.length ? before.map((from) => [from, after[0]]) : after.map((to) => [before[0], to]);
}

function line(from, to) {
  const middle = (from.x + to.x) / 2;
  return svgElement("path", { class: "sketch-line", d: `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}` });
}
