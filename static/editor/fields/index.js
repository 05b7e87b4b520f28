// What an event's payload should hold, read from the source that waits for it. Bundled into static/build/fields.js: pages load it
// when a run waits. Pure.

import { parser as javascript } from "@lezer/javascript";
import { createTypes } from "./types.js";
import { usesOf } from "./uses.js";

const parser = javascript.configure({ dialect: "ts" });

/**
 * What the wait `{ name, type }` (the name of its step, the type of its event) wants, by the texts of a workflow's files: null where
 * they do not say, else `{ from: "type" | "use", field }`. From "type": its author has written `waitForEvent<T>`; from "use": it is
 * what the code does with the payload.
 *
 * A field: `{ type, name?, optional?, nullable?, options?, fields?, item?, hint? }`. `type` is "string", "number", "boolean", "date",
 * "object" (with `fields`, each with its name), "array" (with `item`) or "json" (anything). `options` are all values that there are.
 */
export function payloadOf(sources, wait) {
  const files = sources.map((source) => ({ source, top: parser.parse(source).topNode, text: (node) => source.slice(node.from, node.to) }));
  const types = createTypes(files);
  const calls = files.flatMap((file) => callsIn(file)).filter((call) => fits(call, wait));
  calls.sort((a, b) => score(b, wait) - score(a, wait));
  for (const call of calls) {
    const field = call.payload === null ? null : types.fieldOf(call.payload, call.file);
    if (field !== null && field.type !== "json") return { from: "type", field };
  }
  for (const call of calls) {
    const fields = usesOf(call);
    if (fields.length > 0) return { from: "use", field: { type: "object", fields } };
  }
  return null;
}

/** The calls of `waitForEvent` in a file: `{ file, node, name, type, payload }`, each null where it cannot be read. */
function callsIn(file) {
  const found = [];
  file.top.cursor().iterate((reference) => {
    if (reference.name !== "CallExpression") return;
    const { node } = reference;
    const generic = node.getChild("InstantiationExpression");
    const member = (generic ?? node).getChild("MemberExpression");
    const property = member?.getChild("PropertyName");
    if (!property || file.text(property) !== "waitForEvent") return;
    const args = node.getChild("ArgList");
    const types = (generic ?? node).getChild("TypeArgList") ?? null;
    const payload = types === null ? annotated(node, file) : typeIn(types);
    found.push({ file, node, payload, ...named(args, file) });
  });
  return found;
}

function named(args, file) {
  const given = [];
  for (let node = args?.firstChild?.nextSibling; node; node = node.nextSibling) if (!/^[,()]$/.test(node.name)) given.push(node);
  const [first, options] = given;
  const type = options?.name === "ObjectExpression" ? propertyOf(options, "type", file) : null;
  return { name: textOf(first, file), type: textOf(type, file) };
}

function propertyOf(object, name, file) {
  const property = object.getChildren("Property").find((each) => {
    const label = each.getChild("PropertyDefinition");
    return label !== null && file.text(label) === name;
  });
  return property?.lastChild ?? null;
}

/** A literal's text; null of everything else. */
function textOf(node, file) {
  if (!node) return null;
  if (node.name === "String") return file.text(node).slice(1, -1);
  return node.name === "TemplateString" && node.getChild("Interpolation") === null ? file.text(node).slice(1, -1) : null;
}

/** `const e: WorkflowStepEvent<T> = await step.waitForEvent(…)`. */
function annotated(call, file) {
  const declaration = call.parent?.name === "AwaitExpression" ? call.parent.parent : call.parent;
  const type = declaration?.name === "VariableDeclaration" ? declaration.getChild("TypeAnnotation")?.getChild("ParameterizedType") : null;
  if (!type || !/Event$/.test(file.text(type.getChild("TypeName") ?? type))) return null;
  return typeIn(type.getChild("TypeArgList"));
}

const typeIn = (list) => {
  for (let node = list?.firstChild; node; node = node.nextSibling) if (!/^[<>,]$/.test(node.name)) return node;
  return null;
};

const fits = (call, wait) => (call.type !== null ? call.type === wait.type : call.name === wait.name);
const score = (call, wait) => (call.type === wait.type ? 1 : 0) + (call.name === wait.name ? 2 : 0) + (call.payload !== null ? 4 : 0);
