// The plan of a workflow, read from the syntax tree: which steps its source promises, before anything ran.

import { parser as javascript } from "@lezer/javascript";

const parser = javascript.configure({ dialect: "ts" });

const KINDS = { do: "do", sleep: "sleep", sleepUntil: "sleep", waitForEvent: "wait" };
const TOGETHER = { all: "in parallel", allSettled: "in parallel", race: "race", any: "race" };
const LOOPS = new Set(["ForStatement", "WhileStatement", "DoStatement"]);
const ITERATORS = new Set(["map", "forEach", "flatMap", "reduce"]);
const BRANCHES = new Set(["IfStatement", "ConditionalExpression", "SwitchStatement", "CatchClause"]);
const ESCAPES = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", 0: "\0" };

/**
 * The steps that `run(event, step)` of the workflow class calls with a literal or template name, in source order:
 * `{ kind, name, pattern, line, from, to, parallel, loop, branch, group, label }`. `pattern` is null for a literal
 * name, else the texts around the template's holes; `group` numbers the outermost Promise.all (or its kin) or loop
 * that a step is in, or is null; `line` counts from 1.
 */
export function planOf(source) {
  const tree = parser.parse(source);
  const text = (node) => source.slice(node.from, node.to);
  const run = runMethod(tree.topNode, text);
  if (run === null) return [];
  const receiver = stepParameter(run, text);
  const body = run.getChild("Block");
  if (receiver === null || body === null) return [];
  const plan = [];
  body.cursor().iterate((reference) => {
    if (reference.name !== "CallExpression") return;
    const step = plannedStep(reference.node, receiver, text, body);
    if (step !== null) plan.push(step);
  });
  plan.sort((a, b) => a.from - b.from);
  return numbered(plan, source);
}

/** `run` of TenantWorkflow, else of the first class that extends WorkflowEntrypoint. */
function runMethod(top, text) {
  let found = null;
  top.cursor().iterate((reference) => {
    if (reference.name !== "ClassDeclaration" && reference.name !== "ClassExpression") return;
    const node = reference.node;
    const named = node.getChild("VariableDefinition");
    const head = source(node, text);
    const wanted = named !== null && text(named) === "TenantWorkflow";
    if (!wanted && (found !== null || !/\bextends\s+[\w.]*WorkflowEntrypoint\b/.test(head))) return;
    const methods = node.getChild("ClassBody")?.getChildren("MethodDeclaration") ?? [];
    const run = methods.find((method) => {
      const name = method.getChild("PropertyDefinition");
      return name !== null && text(name) === "run";
    });
    if (run !== undefined) found = run;
  });
  return found;
}

function source(node, text) {
  const body = node.getChild("ClassBody");
  return body === null ? text(node) : text({ from: node.from, to: body.from });
}

function stepParameter(method, text) {
  const names = method.getChild("ParamList")?.getChildren("VariableDefinition") ?? [];
  if (names.length >= 2) return text(names[1]);
  // run({ payload }, step): the event may be taken apart
  return names.length === 1 && text(names[0]) !== "event" ? text(names[0]) : null;
}

function plannedStep(call, receiver, text, body) {
  const member = call.getChild("MemberExpression");
  const object = member?.getChild("VariableName");
  const property = member?.getChild("PropertyName");
  if (!object || !property || text(object) !== receiver) return null;
  const kind = KINDS[text(property)];
  const first = call.getChild("ArgList")?.firstChild?.nextSibling;
  if (kind === undefined || !first) return null;
  const name = nameOf(first, text);
  return name === null ? null : { kind, ...name, from: call.from, to: call.to, ...surroundings(call, text, body) };
}

function nameOf(node, text) {
  if (node.name === "String") return { name: unescape(text(node).slice(1, -1)), pattern: null };
  if (node.name !== "TemplateString") return null;
  const holes = node.getChildren("Interpolation");
  const edges = [node.from + 1, ...holes.flatMap((hole) => [hole.from, hole.to]), node.to - 1];
  const parts = [];
  for (let at = 0; at < edges.length; at += 2) parts.push(unescape(text({ from: edges[at], to: edges[at + 1] })));
  return { name: parts.join("…"), pattern: parts.length === 1 ? null : parts };
}

function surroundings(call, text, body) {
  const around = { parallel: false, loop: false, branch: false, group: null, label: null };
  for (let node = call.parent; node !== null && node.from >= body.from && node.to <= body.to; node = node.parent) {
    if (LOOPS.has(node.name)) enter(around, node, "loop", "loop");
    else if (BRANCHES.has(node.name)) around.branch = true;
    else if (node.name === "CallExpression") enterCall(around, node, text);
  }
  return around;
}

function enterCall(around, node, text) {
  const member = node.getChild("MemberExpression");
  const property = member?.getChild("PropertyName");
  if (!member || !property) return;
  const method = text(property);
  const object = member.getChild("VariableName");
  if (object && text(object) === "Promise" && TOGETHER[method] !== undefined) {
    enter(around, node, "parallel", TOGETHER[method]);
  } else if (ITERATORS.has(method)) {
    enter(around, node, "loop", "loop");
  }
}

function enter(around, node, flag, label) {
  around[flag] = true;
  around.group = node.from;
  around.label = around.label === "in parallel" || around.label === "race" ? around.label : label;
}

/** Groups as small numbers, and lines. */
function numbered(plan, source) {
  const groups = [...new Set(plan.map((step) => step.group).filter((group) => group !== null))];
  let line = 1;
  let at = 0;
  for (const step of plan) {
    for (; at < step.from; at += 1) if (source.charCodeAt(at) === 10) line += 1;
    step.line = line;
    if (step.group !== null) step.group = groups.indexOf(step.group);
  }
  return plan;
}

function unescape(text) {
  return text.replace(/\\(u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|[^])/gi, (whole, body, braced, four, two) => {
    const code = braced ?? four ?? two;
    if (code !== undefined) return String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff));
    return body === "\n" ? "" : (ESCAPES[body] ?? body);
  });
}
