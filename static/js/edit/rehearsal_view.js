// A rehearsal as somebody looks at it before they decide: what becomes of each step, what follows, and what can be done.

import { fill, h, icon } from "../base/dom.js";
import { plural } from "../base/format.js";
import { consequence, explanation, firstDifference, headline, label, VERDICTS } from "./rehearsal_words.js";

const SHOWN_AT_FIRST = 12;

/**
 * `{ element, start(), refusal(what), stale(is), busy(what or null) }`. `onDecide("apply" | "fork")`, `onAgain()`, `onKeep()`,
 * `onLine(line, module)`. `start()` is the step from which the run would begin anew, null where all is kept.
 */
export function rehearsalView({ rehearsal, name, finished, onDecide, onAgain, onKeep, onLine }) {
  const first = firstDifference(rehearsal);
  const broken = rehearsal.error !== undefined;
  const from = first === null ? "" : `, restarting at “${first.name}”`;
  const apply = h("button", { type: "button", class: "button small primary", text: `Apply to ${name}${from}`, on: { click: () => onDecide("apply") } });
  const fork = h("button", { type: "button", class: "button small", text: first === null ? "Fork" : `Fork at “${first.name}”`, on: { click: () => onDecide("fork") } });
  const keep = h("button", { type: "button", class: "button small ghost", text: `Keep ${name} as it is`, on: { click: onKeep } });
  const again = h("button", { type: "button", class: "button small", text: "Try again", on: { click: onAgain } });
  const old = h("p", { class: "rehearsal-old", role: "status", hidden: true }, icon("clock"), h("span", { text: `${name} has gone on since.` }), again);
  apply.hidden = refusal("apply") !== null;
  fork.hidden = broken;

  const element = h(
    "div",
    { class: "rehearsal", role: "group", tabindex: "-1", "aria-label": `What this code would do to ${name}` },
    h(
      "div",
      { class: "rehearsal-head" },
      h("p", { class: "rehearsal-verdict" }, headline(rehearsal).map(({ verdict, text }) => h("span", { class: "verdict", data: { verdict } }, icon(VERDICTS[verdict].icon), h("span", { text })))),
      h("span", { class: "rehearsal-note", text: "Rehearsed: nothing was run, nothing was written" }),
    ),
    h("p", { class: "rehearsal-consequence", text: consequence(rehearsal, name) }),
    broken && rehearsal.error.line !== undefined && place(rehearsal.error),
    steps(),
    said(),
    old,
    h("div", { class: "rehearsal-actions" }, apply, fork, keep),
  );

  function place({ line, module }) {
    const text = module === undefined ? `Line ${line}` : `${module}, line ${line}`;
    return h("p", {}, h("button", { type: "button", class: "link", text, on: { click: () => onLine(line, module) } }));
  }

  function steps() {
    if (rehearsal.steps.length === 0) return null;
    const list = h("ol", { class: "rehearsal-steps", "aria-label": "Steps" });
    const rows = rehearsal.steps.map(row);
    const differing = first === null ? 0 : rehearsal.steps.indexOf(first);
    const begin = Math.max(0, Math.min(differing - 4, rows.length - SHOWN_AT_FIRST));
    const end = begin + SHOWN_AT_FIRST;
    const more = (hidden, where) =>
      hidden.length === 0 ? null : h("li", { class: "rehearsal-more" }, h("button", { type: "button", class: "link", text: `${plural(hidden.length, "step")} ${where}`, on: { click: () => fill(list, rows) } }));
    return fill(list, more(rows.slice(0, begin), "before"), rows.slice(begin, end), more(rows.slice(end), "after"));
  }

  function row(step) {
    const why = explanation(step);
    return h(
      "li",
      { class: "rehearsal-step", data: { verdict: step.verdict } },
      h("span", { class: "rehearsal-sign" }, icon(VERDICTS[step.verdict].icon)),
      h("span", { class: "rehearsal-name", text: step.name || "(no name)" }),
      step.count > 1 && h("span", { class: "rehearsal-count mono", text: `×${step.count}` }),
      h("span", { class: "rehearsal-label", text: label(step, rehearsal) }),
      why !== null && h("span", { class: "rehearsal-why", text: why }),
    );
  }

  /** What the code logged outside steps. */
  function said() {
    if (rehearsal.lines.length === 0) return null;
    const lines = rehearsal.lines.map(({ level, message }) => h("li", { data: { level }, text: message }));
    return h("details", { class: "rehearsal-lines" }, h("summary", { text: `It logged ${plural(lines.length, "line")}` }), h("ul", { class: "mono" }, lines));
  }

  function refusal(what) {
    if (broken) return "The code cannot be run.";
    if (what === "apply" && finished && first === null) return "The run has ended: fork it to run on with this code.";
    return null;
  }

  return {
    element,
    refusal,
    start: () => first?.key ?? null,
    stale(is) {
      old.hidden = !is;
      for (const each of [apply, fork]) each.disabled = is;
    },
    busy(what) {
      apply.setAttribute("aria-busy", String(what === "apply"));
      fork.setAttribute("aria-busy", String(what === "fork"));
    },
  };
}
