// Before the first run: what this is, in three sentences, and what to press.

import { fill, h, icon } from "../base/dom.js";

const LESSONS = [
  ["journal", "Each step is written down", "What a step returns is committed to a journal before the next one starts."],
  ["moon", "Waiting costs nothing", "A run that sleeps, backs off or waits for you leaves memory until its time comes."],
  ["bolt", "Pull the plug", "Kill the server in the middle and start it again: finished steps do not run twice."],
];

/** `{ update({ shown, access }) }` */
export function mountEmpty(root, { onRun }) {
  let drawn = null;
  return {
    update({ shown, access }) {
      const state = shown ? access : "hidden";
      if (state === drawn) return;
      drawn = state;
      root.replaceChildren();
      if (shown) fill(root, access === "own" ? lesson(onRun) : h("p", { class: "quiet", text: "Nothing has run here yet. The first run shows up by itself." }));
    },
  };
}

function lesson(onRun) {
  return h(
    "section",
    { class: "lesson", "aria-labelledby": "lesson-title" },
    h("h2", { class: "lesson-title", id: "lesson-title", text: "Code that finishes, whatever happens" }),
    h("p", { class: "lesson-text", text: "Write a workflow on the left and run it. It is loaded this moment, into an isolate of its own, and every step below becomes durable." }),
    h(
      "ul",
      { class: "lesson-points" },
      LESSONS.map(([name, title, text]) => h("li", {}, h("span", { class: "lesson-icon" }, icon(name)), h("span", {}, h("strong", { text: title }), h("span", { class: "lesson-more", text })))),
    ),
    h("button", { type: "button", class: "button primary", on: { click: onRun } }, icon("play"), h("span", { text: "Run it" })),
  );
}
