// How two sets of files differ: a list of the files, and the one that is chosen as a diff.

import { fill, h } from "../base/dom.js";
import { plural } from "../base/format.js";
import { fileChanges, languageOf, sameFiles } from "./files.js";

const BUNDLE = "/static/build/merge.js";
const WIDE = "(min-width: 861px)";
const SIGNS = { added: "+", deleted: "−", changed: "~", same: "" };
const SAYS = { added: "added", deleted: "deleted", changed: "changed", same: "the same" };

/** `{ show(before, after, labels), destroy() }`; `before` null shows `after` alone. Files are `{ files, main }`. */
export function createDiffView(root) {
  const tabs = h("div", { class: "diff-files", role: "tablist", "aria-label": "Files that differ" });
  const body = h("div", { class: "diff-body", id: "diff-body", role: "tabpanel", "aria-label": "Difference", tabindex: "-1" });
  const says = h("p", { class: "diff-says", role: "status" });
  const sides = h("p", { class: "diff-sides" });
  const wide = matchMedia(WIDE);
  const redraw = () => current !== null && draw();
  let current = null;
  let view = null;
  let turn = 0;
  fill(root, h("div", { class: "diff-head" }, tabs, says), sides, body);
  wide.addEventListener("change", redraw);

  function show(before, after, labels) {
    const changes = fileChanges(before ?? after, after);
    const first = changes.find(({ change }) => change !== "same") ?? changes.find(({ name }) => name === after.main) ?? changes[0];
    current = { changes, name: first.name, alone: before === null, labels, identical: before !== null && sameFiles(before, after) };
    draw();
  }

  function draw() {
    const { changes, name, alone } = current;
    fill(tabs, changes.map((each) => tab(each, each.name === name, alone)));
    tabs.hidden = changes.length === 1;
    void compare(changes.find((each) => each.name === name));
  }

  function tab({ name, change }, selected, alone) {
    const choose = () => {
      current = { ...current, name };
      draw();
      tabs.querySelector('[aria-selected="true"]').focus();
    };
    const props = { type: "button", class: "diff-file", role: "tab", "aria-selected": String(selected), "aria-controls": "diff-body", data: { change: alone ? "same" : change } };
    const sign = alone || change === "same" ? null : h("span", { class: "diff-sign", "aria-label": SAYS[change], text: SIGNS[change] });
    return h("button", { ...props, on: { click: choose } }, sign, h("span", { text: name }));
  }

  async function compare({ name, before, after, change }) {
    const mine = ++turn;
    const { alone, labels } = current;
    const bundle = await import(BUNDLE).catch(() => null);
    if (mine !== turn) return;
    view?.destroy();
    view = null;
    body.replaceChildren();
    if (bundle === null) return fill(says, "The comparison did not load. Close this and try again.");
    const { nonce } = document.body.dataset;
    const lone = alone || change === "same";
    const language = languageOf(name);
    view = bundle.createDiff({ parent: body, before: lone ? after : before, after, nonce, language, wide: wide.matches && !lone, collapse: !lone, labels });
    sides.hidden = lone || !wide.matches;
    fill(sides, labels.map((text) => h("span", { text })));
    if (alone) fill(says, "");
    else if (change === "same") fill(says, "No difference.");
    else fill(says, h("span", { text: plural(view.changes, "place differs", "places differ") }), way("previous", "Previous difference", "↑"), way("next", "Next difference", "↓"));
  }

  const way = (to, label, text) => h("button", { type: "button", class: "button ghost small icon-only", "aria-label": label, title: label, text, on: { click: () => view?.[to]() } });

  return {
    show,
    destroy() {
      turn += 1;
      view?.destroy();
      wide.removeEventListener("change", redraw);
    },
  };
}
