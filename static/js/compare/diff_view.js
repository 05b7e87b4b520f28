// The difference of two values, as lines.

import { h } from "../base/dom.js";
import { jsonDiff } from "./json_diff.js";

const SIGNS = { same: " ", added: "+", removed: "−" };
const CONTEXT = 3;

/**
 * An element. `empty` is said where both are undefined, `same` above what did not change. With `removed` a value that stands alone
 * is one that went away.
 */
export function diffView(before, after, { empty, same = null }, removed = false) {
  if (before === undefined && after === undefined) return h("p", { class: "value-empty", text: empty });
  const { lines, changes, cut } = removed ? jsonDiff(after, undefined) : jsonDiff(before, after);
  const shown = changes === 0 ? lines : folded(lines);
  return h(
    "div",
    { class: "value-diff" },
    changes === 0 && same !== null && h("p", { class: "value-empty", text: same }),
    h("pre", { class: "value-lines mono", tabindex: "0", "aria-label": changes === 0 ? "The value" : "What differs" }, shown.map(line)),
    cut && h("p", { class: "value-empty", text: "There is more: only the beginning is shown." }),
  );
}

/** Long stretches of what is the same are left out. */
function folded(lines) {
  const near = lines.map(() => false);
  lines.forEach(({ change }, at) => {
    if (change !== "same") near.fill(true, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
  });
  const out = [];
  lines.forEach((each, at) => {
    if (near[at]) out.push(each);
    else if (out.at(-1)?.gap === undefined) out.push({ gap: 1 });
    else out.at(-1).gap += 1;
  });
  return out;
}

function line({ gap, depth, key, text, change }) {
  if (gap !== undefined) return h("span", { class: "value-line value-gap", text: `  … ${gap} the same\n` });
  const name = key === null ? "" : `${JSON.stringify(key)}: `;
  return h("span", { class: "value-line", data: { change } }, h("span", { class: "value-sign", text: SIGNS[change] }), `${"  ".repeat(depth)}${name}${text}\n`);
}
