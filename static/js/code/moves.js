// A file that gets another name: what is imported of it, and by it, is imported under the new names.

import { nameOf } from "./module_names.js";
import { specifiersOf } from "./specifiers.js";

const SOURCE = /\.[cm]?[jt]s$|(^|\/)[^./]+$/;

/** The text with `changes`, `{ from, to, insert }` in the order of their places. */
export function changed(text, changes) {
  return changes.reduceRight((whole, { from, to, insert }) => whole.slice(0, from) + insert + whole.slice(to), text);
}

/**
 * What is to be changed in `files` (texts by name) when `from` is called `to`: `{ name: [{ from, to, insert }] }`, by the old names.
 * What means the same file as before stays as it is written.
 */
export function importEdits(files, from, to) {
  const later = Object.fromEntries(Object.entries(files).map(([name, content]) => [name === from ? to : name, content]));
  const moved = (name) => (name === from ? to : name);
  const edits = {};
  for (const [name, source] of Object.entries(files)) {
    if (typeof source !== "string" || !SOURCE.test(name)) continue;
    const found = [];
    for (const { specifier, ...place } of specifiersOf(source)) {
      const target = nameOf(name, specifier, files);
      if (target === null || nameOf(moved(name), specifier, later) === moved(target)) continue;
      found.push({ ...place, insert: specifierOf(moved(name), moved(target), specifier, later) });
    }
    if (found.length > 0) edits[name] = found;
  }
  return edits;
}

/** How the file `name` names `target`, in the way of `before`: with or without an ending, from the root or from where it is. */
function specifierOf(name, target, before, files) {
  const whole = spelled(name, target, before);
  const short = whole.replace(/\.[^./]+$/, "");
  const bare = !/\.[^./]+$/.test(before);
  return bare && nameOf(name, short, files) === target ? short : whole;
}

function spelled(name, target, before) {
  if (before.startsWith("/")) return `/${target}`;
  if (!before.startsWith(".")) return target;
  const [here, there] = [name.split("/").slice(0, -1), target.split("/")];
  while (here.length > 0 && there.length > 1 && here[0] === there[0]) {
    here.shift();
    there.shift();
  }
  return `${here.length === 0 ? "./" : "../".repeat(here.length)}${there.join("/")}`;
}
