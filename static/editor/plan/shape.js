// The shape of a workflow: a tree of what its `run` does with steps, read from the syntax tree.

import { readCall } from "./calls.js";
import { bodyOf, calleeOf, declared, definitionsOf, each, isFunction, parametersOf } from "./functions.js";
import { brief } from "./names.js";

const EXITS = { ReturnStatement: "return", ThrowStatement: "throw" };

/**
 * What `run` does, in order: a list of nodes
 *   { kind: "step", step }                               `step`: { kind, name, pattern, from, to }
 *   { kind: "loop", label, body }                        a loop, or an iterator's callback
 *   { kind: "parallel" | "race", how, each, branches }   `each`: what one branch is made for, or null
 *   { kind: "try", body, handler, finalizer }            the last two are null where there are none
 *   { kind: "choice", label, arms: [{ label, body, exit }] }   `exit`: "return", "throw" or null
 *   { kind: "call", label, body }                        a function of the module that is given `step`
 * each with `from`, where it begins; bodies and branches are such lists. What says nothing of steps is left out.
 * `module`: { text(node), methods, functions, constants, imported(name) }, the last as in modules.js. What stands in another
 * module says so: `module`, its name.
 */
export function readShape(run, module) {
  const parameters = parametersOf(run, module.text);
  // run({ payload }, step): the event may be taken apart; run(step) is what some write first
  const alone = parameters.length === 1 && parameters[0] !== "event" ? parameters[0] : undefined;
  const step = parameters[1] ?? alone;
  const body = bodyOf(run);
  if (typeof step !== "string" || body === null) return [];
  return new Reader(module, step, body, module.functions, [run]).whole();
}

/** Whether there is a step in the list, however deep. */
export const hasSteps = (list) => list.some((node) => node.kind === "step" || partsOf(node).some(hasSteps));

/** The lists in a node. */
export function partsOf(node) {
  if (node.kind === "choice") return node.arms.map((arm) => arm.body);
  if (node.branches !== undefined) return node.branches;
  return [node.body, node.handler, node.finalizer].filter((list) => list !== undefined && list !== null);
}

/** Reads one function's body: there `step` is what steps are called on. */
export class Reader {
  constructor(module, step, body, outer, stack) {
    this.module = module;
    this.text = module.text;
    this.step = step;
    this.body = body;
    this.stack = stack;
    this.local = definitionsOf(body, this.text).functions;
    this.functions = new Map([...outer, ...this.local]);
    this.gathered = gatheredNames(body, this.text);
    this.promised = new Map(); // branches by the variable that holds their promises
    this.loop = null; // the label of the loop that is read
  }

  whole() {
    const list = [];
    if (this.body.name === "Block") each(this.body, (child) => this.visit(child, list));
    else this.visit(this.body, list);
    return list;
  }

  read(node) {
    const list = [];
    if (node !== null && node !== undefined) this.visit(node, list);
    return list;
  }

  visit(node, list) {
    const special = VISITS[node.name];
    if (special !== undefined) special(this, node, list);
    else each(node, (child) => this.visit(child, list));
  }

  promise(name, branch) {
    this.promised.set(name, [...(this.promised.get(name) ?? []), branch]);
  }
}

const VISITS = {
  CallExpression: readCall,
  ForStatement(reader, node, list) {
    const spec = node.getChild("ForSpec") ?? node.getChild("ForOfSpec") ?? node.getChild("ForInSpec");
    const head = spec === null ? "" : brief(reader.text(spec).slice(1, -1).replace(/\b(const|let|var)\s+/, ""));
    if (spec !== null) reader.visit(spec, list);
    readLoop(reader, node, `for ${head}`, node.lastChild === spec ? null : node.lastChild, list);
  },
  WhileStatement(reader, node, list) {
    readLoop(reader, node, `while ${condition(reader, node)}`, node.lastChild, list);
  },
  DoStatement(reader, node, list) {
    readLoop(reader, node, `until not ${condition(reader, node)}`, node.firstChild?.nextSibling ?? null, list);
  },
  IfStatement(reader, node, list) {
    const test = node.getChild("ParenthesizedExpression");
    const label = condition(reader, node);
    if (test !== null) reader.visit(test, list);
    const [then, other] = statementsOf(node, test);
    choose(node, label, [armOf(reader, "yes", then), armOf(reader, "no", other)], list);
  },
  ConditionalExpression(reader, node, list) {
    const parts = expressionsOf(node);
    if (parts.length > 0) reader.visit(parts[0], list);
    const label = parts.length > 0 ? brief(reader.text(parts[0])) : "";
    choose(node, label, [armOf(reader, "yes", parts[1]), armOf(reader, "no", parts[2])], list);
  },
  BinaryExpression(reader, node, list) {
    const operator = node.getChild("LogicOp");
    if (operator === null) return each(node, (child) => reader.visit(child, list));
    reader.visit(node.firstChild, list);
    const label = brief(reader.text(node.firstChild));
    const names = reader.text(operator) === "&&" ? ["yes", "no"] : ["no", "yes"];
    return choose(node, label, [armOf(reader, names[0], node.lastChild), armOf(reader, names[1], null)], list);
  },
  SwitchStatement(reader, node, list) {
    choose(node, condition(reader, node), switchArms(reader, node), list);
  },
  TryStatement(reader, node, list) {
    const body = reader.read(node.getChild("Block"));
    const handler = node.getChild("CatchClause");
    const last = node.getChild("FinallyClause");
    const finalizer = last === null ? null : reader.read(last);
    const caught = handler === null ? null : reader.read(handler);
    if (!hasSteps([...body, ...(caught ?? []), ...(finalizer ?? [])])) return;
    const exit = handler === null ? null : exitOf(handler.getChild("Block"));
    list.push({ kind: "try", from: node.from, body, handler: caught, exit, finalizer });
  },
  VariableDeclaration(reader, node, list) {
    for (const [name, value] of declared(node, reader.text)) {
      if (name !== null && isFunction(value)) unlessCalled(reader, name, value, list);
      else if (reader.gathered.has(name) && value.name !== "ArrayExpression") reader.promise(name, eachOf(reader, value) ?? { list: reader.read(value), each: reader.loop });
      else if (reader.gathered.has(name)) each(value, (item) => reader.promise(name, eachOf(reader, item) ?? { list: reader.read(item), each: null }));
      else reader.visit(value, list);
    }
  },
  FunctionDeclaration(reader, node, list) {
    const name = node.getChild("VariableDefinition");
    if (name !== null) unlessCalled(reader, reader.text(name), node, list);
  },
  ClassDeclaration() {},
};

/** A function that stands in another: what it does belongs where it is called, or here, where nobody can say where that is. */
function unlessCalled(reader, name, node, list) {
  const used = new RegExp(`\\b${name.replace(/\$/g, "\\$")}\\b`, "g");
  if ((reader.text(reader.body).match(used) ?? []).length < 2) reader.visit(bodyOf(node) ?? node, list);
}

function readLoop(reader, node, label, inner, list) {
  const before = reader.loop;
  reader.loop = label;
  const body = reader.read(inner);
  reader.loop = before;
  if (hasSteps(body)) list.push({ kind: "loop", label, from: node.from, body });
}

function choose(node, label, arms, list) {
  if (arms.some((arm) => hasSteps(arm.body) || arm.exit !== null)) list.push({ kind: "choice", label, from: node.from, arms });
}

function armOf(reader, label, node) {
  return { label, body: reader.read(node), exit: exitOf(node) };
}

function switchArms(reader, node) {
  const arms = [];
  each(node.getChild("SwitchBody"), (child) => {
    if (child.name === "CaseLabel" || child.name === "DefaultLabel") {
      const label = child.name === "DefaultLabel" ? "default" : brief(reader.text(child).replace(/^case\s+/, "").replace(/:$/, ""));
      if (arms.at(-1)?.statements === 0) arms.at(-1).label += `, ${label}`;
      else arms.push({ label, body: [], exit: null, statements: 0 });
    } else if (arms.length > 0 && child.name !== "{" && child.name !== "}") {
      const arm = arms.at(-1);
      reader.visit(child, arm.body);
      arm.exit = exitOf(child) ?? arm.exit;
      arm.statements += 1;
    }
  });
  if (!arms.some(({ label }) => /\bdefault$/.test(label))) arms.push({ label: "none of these", body: [], exit: null });
  return arms.map(({ label, body, exit }) => ({ label, body, exit }));
}

/** A branch for each item, where `node` is a call of `map` or its kin; else null. */
export function eachOf(reader, node) {
  const callee = node.name === "CallExpression" ? calleeOf(node) : null;
  const property = callee?.name === "MemberExpression" ? callee.getChild("PropertyName") : null;
  if (property === null || property === undefined || !ITERATORS.has(reader.text(property))) return null;
  const given = argumentsOf(node.getChildren("ArgList").at(-1) ?? null);
  return { list: callback(reader, given[0] ?? null), each: itemOf(reader, given[0] ?? null, callee.firstChild) };
}

export const ITERATORS = new Set(["map", "forEach", "flatMap", "reduce"]);

/** What a callback does, given as such or by its name. */
export function callback(reader, node) {
  if (node === null) return [];
  if (isFunction(node)) return reader.read(bodyOf(node));
  const named = node.name === "VariableName" ? reader.functions.get(reader.text(node)) : undefined;
  const body = named === undefined || reader.stack.includes(named) || !reader.local.has(reader.text(node)) ? null : bodyOf(named);
  return body === null ? [] : new Reader(reader.module, reader.step, body, reader.functions, [...reader.stack, named]).whole();
}

export function itemOf(reader, node, object) {
  const [first] = node !== null && isFunction(node) ? parametersOf(node, reader.text) : [];
  return `${typeof first === "string" && !first.startsWith("_") ? first : "each"} of ${brief(reader.text(object))}`;
}

export function argumentsOf(list) {
  const found = [];
  each(list, (child) => !["(", ")", ",", "Spread", "LineComment", "BlockComment"].includes(child.name) && found.push(child));
  return found;
}

/** Variables whose promises are waited for together: their steps belong there, not where they are begun. */
function gatheredNames(body, text) {
  const names = new Set();
  body.cursor().iterate((reference) => {
    if (reference.name !== "CallExpression") return;
    const callee = calleeOf(reference.node);
    if (callee?.name !== "MemberExpression" || !/^Promise\s*\.\s*(all|allSettled|race|any)$/.test(text(callee))) return;
    const [first] = argumentsOf(reference.node.getChild("ArgList"));
    if (first?.name === "VariableName") names.add(text(first));
    if (first?.name === "ArrayExpression") each(first, (item) => item.name === "VariableName" && names.add(text(item)));
  });
  return names;
}

function condition(reader, node) {
  const test = node.getChild("ParenthesizedExpression");
  return test === null ? "" : brief(reader.text(test).slice(1, -1));
}

/** The one or two statements of an `if`. */
function statementsOf(node, test) {
  const found = [];
  each(node, (child) => test !== null && child.from >= test.to && child.name !== "else" && !child.name.endsWith("Comment") && found.push(child));
  return [found[0] ?? null, found[1] ?? null];
}

function expressionsOf(node) {
  const found = [];
  each(node, (child) => child.name !== "LogicOp" && !child.name.endsWith("Comment") && found.push(child));
  return found;
}

function exitOf(node) {
  let last = node ?? null;
  if (last?.name === "Block") {
    last = null;
    each(node, (child) => child.name !== "}" && !child.name.endsWith("Comment") && (last = child));
  }
  return last === null ? null : (EXITS[last.name] ?? null);
}
