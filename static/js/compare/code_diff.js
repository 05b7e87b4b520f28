// How the code of two runs differs, file by file, in the editor's own comparison.

import { fill, h } from "../base/dom.js";
import { fileChanges, fromVersion, languageOf } from "../code/files.js";

const WIDE = "(min-width: 900px)";

/** `{ element(one, other, names), close() }`, of the ids of two runs. The same two give the same element. */
export function codeDiff(page) {
  let shown = { key: null, root: null };
  let diffs = [];

  function element(one, other, names) {
    const { codes } = page.model.get();
    const [left, right] = [codes[one], codes[other]];
    const key = `${one} ${other} ${left?.version} ${right?.version}`;
    if (shown.key === key) return shown.root;
    close();
    const root = h("div", { class: "code-diff" });
    shown = { key, root };
    if (left === undefined || left === null || right === undefined || right === null) void ask(one, other, names, root);
    else draw(root, left, right, names);
    return root;
  }

  async function ask(one, other, names, root) {
    fill(root, h("p", { class: "value-empty", text: "Asking for the code…" }));
    await Promise.all([page.sources.need(one), page.sources.need(other)]);
    const { codes } = page.model.get();
    if (shown.root !== root) return;
    if (codes[one] && codes[other]) draw(root, codes[one], codes[other], names);
    else fill(root, h("p", { class: "value-empty", text: "The code of one of them is not to be had." }));
  }

  async function draw(root, left, right, names) {
    const changed = fileChanges(fromVersion(left), fromVersion(right)).filter(({ change }) => change !== "same");
    if (changed.length === 0) return fill(root, h("p", { class: "value-empty", text: "Both went by the same code." }));
    fill(root, h("p", { class: "value-empty", text: "Loading the comparison…" }));
    const { createDiff } = await import("/static/build/merge.js");
    if (shown.root !== root) return;
    const parts = changed.map(({ name }) => [h("p", { class: "code-diff-name mono", text: name }), h("div", { class: "code-diff-body diff-body" })]);
    fill(root, parts);
    diffs = changed.map(({ name, before, after }, at) =>
      createDiff({ parent: parts[at][1], before, after, language: languageOf(name), labels: names, nonce: document.body.dataset.nonce, wide: matchMedia(WIDE).matches }),
    );
  }

  function close() {
    diffs.forEach((diff) => diff.destroy());
    diffs = [];
    shown = { key: null, root: null };
  }

  return { element, close };
}
