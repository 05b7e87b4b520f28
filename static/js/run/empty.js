// Before the first run: what this is, in three sentences, and what to press.

import { fill, h, icon } from "../base/dom.js";

const LESSONS = [
  ["journal", "Each step is written down", "What a step returns is committed to a journal before the next one starts."],
  ["moon", "Waiting costs nothing", "A run that sleeps, backs off or waits for you leaves memory until its time comes."],
  ["bolt", "Pull the plug", "Kill the server in the middle and start it again: finished steps do not run twice."],
];

const BONES = 7;

/** `{ update({ shown, access, loading }) }`; `offers()` whether the guided walk is offered, `onWalk()` and `onExamples()` begin those. */
export function mountEmpty(root, ways) {
  let drawn = null;
  return {
    update({ shown, access, loading }) {
      const state = loading ? "loading" : shown ? access : "hidden";
      if (state === drawn) return;
      drawn = state;
      root.replaceChildren();
      if (loading) fill(root, skeleton());
      else if (shown) fill(root, access === "own" ? lesson(ways) : h("p", { class: "quiet", text: "Nothing has run here yet. The first run shows up by itself." }));
    },
  };
}

/** What is there while the runs of a session still come in. */
const skeleton = () => h("div", { class: "skeleton", role: "status", "aria-label": "The runs are being loaded" }, Array.from({ length: BONES }, () => h("span")));

function lesson({ onRun, onWalk, onExamples, offers }) {
  return h(
    "section",
    { class: "lesson", "aria-labelledby": "lesson-title" },
    h("h2", { class: "lesson-title", id: "lesson-title", text: "Code that finishes, whatever happens" }),
    h("p", { class: "lesson-text", text: "Write a workflow and run it. It is loaded this very moment, into an isolate of its own, and each of its steps becomes durable." }),
    h(
      "ul",
      { class: "lesson-points" },
      LESSONS.map(([name, title, text]) => h("li", {}, h("span", { class: "lesson-icon" }, icon(name)), h("span", {}, h("strong", { text: title }), h("span", { class: "lesson-more", text })))),
    ),
    h(
      "div",
      { class: "lesson-offer" },
      h("button", { type: "button", class: "button primary", on: { click: onRun } }, icon("play"), h("span", { text: "Run it" })),
      offers() && h("button", { type: "button", class: "button", on: { click: onWalk } }, icon("compass"), h("span", { text: "Take the two-minute walk" })),
      h("button", { type: "button", class: "button ghost", on: { click: onExamples } }, icon("gallery"), h("span", { text: "Open an example" })),
    ),
  );
}
