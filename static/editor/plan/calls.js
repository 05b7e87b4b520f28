// What a call says of steps: a step itself, steps that run together, a callback for each item, a function that is given `step`.

import { bodyOf, calleeOf, each, parametersOf } from "./functions.js";
import { nameOf } from "./names.js";
import { argumentsOf, callback, eachOf, hasSteps, ITERATORS, itemOf, partsOf, Reader } from "./shape.js";

const KINDS = { do: "do", sleep: "sleep", sleepUntil: "sleep", waitForEvent: "wait" };
const TOGETHER = { all: "parallel", allSettled: "parallel", race: "race", any: "race" };
const DEEPEST = 12;

export function readCall(reader, node, list) {
  const { text } = reader;
  const callee = calleeOf(node);
  const given = argumentsOf(node.getChildren("ArgList").at(-1) ?? null);
  const planned = plannedStep(reader, node, callee, given);
  if (planned !== null) return list.push({ kind: "step", from: node.from, step: planned });
  const member = callee?.name === "MemberExpression";
  const property = member ? callee.getChild("PropertyName") : null;
  const method = property === null ? null : text(property);
  const object = member ? callee.firstChild : null;
  const named = object?.name === "VariableName" ? text(object) : null;
  if (named === "Promise" && TOGETHER[method] !== undefined) return combine(reader, node, method, given[0] ?? null, list);
  if (method === "push" && reader.gathered.has(named)) {
    for (const argument of given) reader.promise(named, { list: reader.read(argument), each: reader.loop });
    return undefined;
  }
  if (method !== null && ITERATORS.has(method)) {
    reader.visit(object, list);
    const body = callback(reader, given[0] ?? null);
    if (hasSteps(body)) list.push({ kind: "loop", label: itemOf(reader, given[0] ?? null, object), from: node.from, body });
    return undefined;
  }
  const target = targetOf(reader, callee);
  if (target !== null && follow(reader, node, target, given, list)) return undefined;
  return each(node, (child) => reader.visit(child, list));
}

function plannedStep(reader, call, callee, given) {
  const object = callee?.name === "MemberExpression" ? callee.firstChild : null;
  const property = object === null ? null : callee.getChild("PropertyName");
  if (object?.name !== "VariableName" || property === null || reader.text(object) !== reader.step) return null;
  const kind = KINDS[reader.text(property)];
  if (kind === undefined || given.length === 0) return null;
  return { kind, ...nameOf(given[0], reader.text, reader.module.constants), from: call.from, to: call.to };
}

/** `Promise.all` and its kin: of an array, of variables that hold promises, of what `map` gives. */
function combine(reader, node, how, argument, list) {
  const branches = [];
  const add = (item) => {
    if (["[", "]", ",", "Spread"].includes(item.name)) return undefined;
    if (item.name === "VariableName") return branches.push(...(reader.promised.get(reader.text(item)) ?? []));
    return branches.push(eachOf(reader, item) ?? { list: reader.read(item), each: null });
  };
  if (argument?.name === "ArrayExpression") each(argument, add);
  else if (argument !== null) add(argument);
  const full = branches.filter((branch) => hasSteps(branch.list));
  const kind = TOGETHER[how];
  const one = ({ list: body, each: item }, way) => ({ kind: way, how, each: item, from: body[0].from, branches: [body] });
  if (full.length === 1 && full[0].each === null) list.push(...full[0].list);
  else if (full.length === 1) list.push({ ...one(full[0], kind), from: node.from });
  else if (full.length > 1) {
    const lists = full.map((branch) => (branch.each === null ? branch.list : [one(branch, "parallel")]));
    list.push({ kind, how, each: null, from: node.from, branches: lists });
  }
}

/** The function that is called, `{ name, node, closure, module?, methods?, above? }`, or null; `methods` are those that it has by `this`, `above` those by `super`. */
function targetOf(reader, callee) {
  const { text } = reader;
  if (callee?.name === "VariableName") {
    const node = reader.functions.get(text(callee));
    if (node === undefined) return importedAs(reader, text(callee));
    return { name: text(callee), node, closure: reader.local.has(text(callee)) };
  }
  if (callee?.name !== "MemberExpression") return null;
  if (callee.firstChild?.name === "VariableName") return importedAs(reader, text(callee));
  const known = { this: reader.module.methods, super: reader.module.above }[callee.firstChild?.name];
  if (known === undefined) return null;
  const property = callee.getChild("PropertyName") ?? callee.getChild("PrivatePropertyName");
  const method = property === null ? undefined : known.get(text(property));
  return method === undefined ? null : { name: text(callee.firstChild.name === "super" ? callee : property), ...method, closure: false, methods: reader.module.methods };
}

function importedAs(reader, name) {
  const found = reader.module.found(name);
  return found === null ? null : { ...found, closure: false };
}

/** Put what the function does with `step` into `list`; false where it is not given it. */
function follow(reader, call, { name, node, closure, module = reader.module, methods = new Map(), above }, given, list) {
  const step = passedAs(reader, given, parametersOf(node, module.text), module.text) ?? (closure ? reader.step : null);
  const body = bodyOf(node);
  if (step === null || body === null) return false;
  for (const argument of given) reader.visit(argument, list);
  if (reader.stack.includes(node) || reader.stack.length > DEEPEST) return true;
  const foreign = module.name !== reader.module.name;
  const inner = foreign || above !== undefined ? { ...module, methods, above } : reader.module;
  const content = new Reader(inner, step, body, foreign ? module.functions : reader.functions, [...reader.stack, node]).whole();
  if (foreign) standIn(content, module.name);
  if (content.length === 1) list.push(...content);
  else if (hasSteps(content)) list.push({ kind: "call", label: name, from: call.from, body: content });
  return true;
}

/** Say of all nodes in which module they stand, where they do not say so yet. */
export function standIn(list, module) {
  for (const node of list) {
    node.module ??= module;
    for (const part of partsOf(node)) standIn(part, module);
  }
}

/** The name under which the function gets `step`, by itself or in an object; or null. */
function passedAs({ step, text }, given, parameters, textThere) {
  const inside = new RegExp(`\\b${step.replace(/\$/g, "\\$")}\\b`);
  for (const [at, argument] of given.entries()) {
    const parameter = parameters[at];
    if (argument.name === "VariableName" && text(argument) === step && typeof parameter === "string") return parameter;
    if (argument.name !== "ObjectExpression" || parameter?.name !== "ObjectPattern") continue;
    if (inside.test(text(argument)) && inside.test(textThere(parameter))) return step;
  }
  return null;
}
