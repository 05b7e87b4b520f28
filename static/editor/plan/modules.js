// The files of a workflow as modules: what each defines, imports and exports, as far as that says something of steps.

import { parser as javascript } from "@lezer/javascript";
import { nameOf } from "../../js/code/module_names.js";
import { definitionsOf, each, isClass, isFunction } from "./functions.js";
import { unescape } from "./names.js";

const parser = javascript.configure({ dialect: "ts" });
const MOST_HOPS = 8; // from one file to another that exports for it
const NAME = /^[^.\s]+(\.[^.\s]+)?$/; // its own, or a member of what it imports as a whole
const WITH_ALL = /^import\s+([\w$]+)\s*,\s*\*\s*as\s+([\w$]+)\s+from\b/; // which the parser does not know

/**
 * The modules of `files` (texts by name; what is no text is left out), each made when it is first asked for. `of(name)` is
 * `{ name, top, text(node), functions, constants, exported(name), space(name), imported(local), found(local) }` or null. `functions` are the nodes
 * of the module's own functions by name, `constants` its constant texts. `exported`, `imported` and `found` (its own, or imported)
 * find a function or a class wherever it stands: `{ module, name, node }` or null; `space` the module all of which is exported by that name.
 */
export function createModules(files) {
  const known = new Map();

  function of(name) {
    if (!known.has(name)) known.set(name, typeof files[name] === "string" ? moduleOf(name, files[name]) : null);
    return known.get(name);
  }

  /** The module that `specifier` means in the file `from`; null where it is none of these files. */
  function target(from, specifier) {
    const name = nameOf(from, specifier, files);
    return name === null ? null : of(name);
  }

  function moduleOf(name, source) {
    const { topNode: top } = parser.parse(source);
    const text = (node) => source.slice(node.from, node.to);
    const { functions, classes, constants, aliases } = definitionsOf(top, text);
    const literals = new Map([...constants].map(([key, node]) => [key, unescape(text(node).slice(1, -1))]));
    const links = linksOf(top, text);
    const module = { name, top, text, functions, constants: literals, exported, space, imported, found };
    known.set(name, module); // modules may import each other
    for (const [local, { from, name: wanted }] of links.imports) {
      const constant = target(name, from)?.constants.get(wanted);
      if (constant !== undefined) literals.set(local, constant);
    }
    return module;

    function exported(wanted, hops = 0) {
      if (hops > MOST_HOPS) return null;
      const given = links.exports.get(wanted);
      if (given?.node !== undefined) return { module, name: wanted, node: given.node };
      if (given?.from !== undefined) return target(name, given.from)?.exported(given.name, hops + 1) ?? null;
      if (given !== undefined) return found(given.name, hops + 1);
      if (wanted === "default") return null;
      for (const from of links.all) {
        const found = target(name, from)?.exported(wanted, hops + 1) ?? null;
        if (found !== null) return found;
      }
      return null;
    }

    function space(wanted, hops = 0) {
      const given = links.exports.get(wanted);
      const link = given?.from === undefined ? links.imports.get(given?.name) : given;
      return link === undefined || hops > MOST_HOPS ? null : spaceOf(link, hops);
    }

    function spaceOf(link, hops) {
      const there = target(name, link.from);
      return link.name === "*" ? there : (there?.space(link.name, hops + 1) ?? null);
    }

    function imported(local, hops = 0) {
      const [first, member] = local.split(".", 2);
      const link = links.imports.get(first);
      if (link === undefined || (link.name === "*" && member === undefined)) return null;
      if (member !== undefined) return spaceOf(link, hops)?.exported(member, hops) ?? null;
      return target(name, link.from)?.exported(link.name, hops) ?? null;
    }

    function found(local, hops = 0) {
      const node = functions.get(local) ?? classes.get(local);
      if (node !== undefined) return { module, name: local, node };
      if (aliases.has(local) && hops <= MOST_HOPS) return found(text(aliases.get(local)), hops + 1);
      return NAME.test(local) ? imported(local, hops + 1) : null;
    }
  }

  return { of };
}

/**
 * What a module imports, `{ from, name }` by local names (`name` "*" for all of it), what it exports by name, `{ name }` of its own,
 * `{ from, name }` of another or `{ node }`, and of which modules it exports all.
 */
function linksOf(top, text) {
  const links = { imports: new Map(), exports: new Map(), all: [] };
  each(top, (node) => {
    if (node.name === "ImportDeclaration") readImport(node, text, links);
    else if (node.name === "ExportDeclaration") readExport(node, text, links);
  });
  return links;
}

function readImport(node, text, { imports }) {
  const from = specifierOf(node, text);
  if (from === null) return;
  const both = WITH_ALL.exec(text(node));
  if (both !== null) {
    imports.set(both[1], { from, name: "default" }).set(both[2], { from, name: "*" });
    return;
  }
  const alone = node.getChild("VariableDefinition");
  if (alone !== null) imports.set(text(alone), { from, name: node.getChild("Star") === null ? "default" : "*" });
  for (const [name, local] of pairs(node.getChild("ImportGroup"), text)) imports.set(local, { from, name });
}

function readExport(node, text, { exports, all }) {
  const from = specifierOf(node, text);
  const group = node.getChild("ExportGroup");
  if (group !== null) {
    for (const [name, as] of pairs(group, text)) exports.set(as, from === null ? { name } : { from, name });
  } else if (from !== null) {
    const as = node.getChild("VariableDefinition") ?? node.getChild("VariableName");
    if (node.getChild("as") === null) all.push(from);
    else if (as !== null) exports.set(text(as), { from, name: "*" });
  } else if (node.getChild("default") !== null) {
    each(node, (child) => {
      if (isFunction(child) || isClass(child)) exports.set("default", { node: child });
      else if (child.name === "VariableName") exports.set("default", { name: text(child) });
    });
  } else {
    const { functions, classes, aliases } = definitionsOf(node, text);
    for (const name of [...functions.keys(), ...classes.keys(), ...aliases.keys()]) exports.set(name, { name });
  }
}

function specifierOf(node, text) {
  const found = node.getChild("String");
  return found === null ? null : unescape(text(found).slice(1, -1));
}

/** `[name, name behind "as"]` of what stands in braces. */
function pairs(group, text) {
  const found = [];
  let words = [];
  each(group, (child) => {
    if (child.name === "," || child.name === "}") {
      if (words.length > 0) found.push([words[0], words.at(-1)]);
      words = [];
    } else if (/^(VariableName|VariableDefinition|default)$/.test(child.name)) words.push(text(child));
  });
  return found;
}
