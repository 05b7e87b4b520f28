// What is asked: the question, by which run, since when, and for how long it can still be answered.

import { countDown } from "../base/countdown.js";
import { fill, h, icon } from "../base/dom.js";
import { exact, moment, remaining } from "../base/format.js";

let drawn = null;

/** Show it, or nothing where there is nothing to decide. */
export function showQuestion(card, view, run) {
  card.hidden = view === null;
  const key = view === null ? null : `${view.id} ${view.question} ${view.expires} ${view.run.until} ${run?.created ?? ""}`;
  if (key === drawn) return;
  drawn = key;
  if (view === null) return;
  const since = h("span", { class: "mono" });
  const left = h("span", { class: "mono" });
  const end = ends(view);
  fill(
    card,
    h("p", { class: "eyebrow" }, icon("hand"), "Your decision"),
    h("h1", { class: "question-text", text: view.question }),
    h(
      "dl",
      { class: "facts" },
      fact("Asked by", h("span", {}, "a run", run !== null && run.created !== null && h("span", { text: ` begun ${moment(run.created)}` }))),
      fact("Waiting for", since),
      end !== null && fact(end.name, left),
      view.label !== "" && fact("Sent to", h("span", { text: view.label })),
    ),
  );
  countDown(since, view.run.since, { write: (left) => waited(-left) });
  if (end !== null) countDown(left, end.at);
}

/** What comes first: the end of the link, or that of the wait. */
function ends({ expires, run: { until } }) {
  if (expires === null && until === null) return null;
  if (until === null || (expires !== null && expires < until)) return { name: "Link expires in", at: expires };
  return { name: "Time left", at: until };
}

/** In whole seconds: nothing here has to flicker. */
const waited = (ms) => (ms < 60_000 ? exact(Math.max(0, Math.floor(ms / 1000)) * 1000) : remaining(ms));

const fact = (name, value) => h("div", {}, h("dt", { text: name }), h("dd", {}, value));
