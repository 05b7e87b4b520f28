// The class of a workflow, wherever it stands, with what it inherits.

import { isClass, isFunction } from "./functions.js";

const WORKFLOW = "TenantWorkflow"; // as runs ask for it
const MOST_BASES = 8;

/**
 * The methods of the workflow's class by name, each `{ node, module, above }`, where it stands and what is above it; null where there is none with `run`. The
 * class is what `module` exports as TenantWorkflow. Where it exports nothing that is known by that name (a class may not be
 * finished yet), it is one that is called so, else the first that extends WorkflowEntrypoint.
 */
export function workflowOf(module) {
  const exported = module.exported(WORKFLOW);
  const classes = exported !== null && isClass(exported.node) ? [exported] : likely(module);
  return classes.map((each) => methodsOf(each)).find((methods) => methods.has("run")) ?? null;
}

function likely(module) {
  const { top, text } = module;
  const called = [];
  const extending = [];
  top.cursor().iterate((reference) => {
    if (!isClass(reference)) return;
    const { node } = reference;
    const name = node.getChild("VariableDefinition");
    const body = node.getChild("ClassBody");
    const head = body === null ? text(node) : text({ from: node.from, to: body.from });
    if (name !== null && text(name) === WORKFLOW) called.unshift({ module, node });
    else if (/\bextends\s+[\w.]*WorkflowEntrypoint\b/.test(head)) extending.push({ module, node });
  });
  return [...called, ...extending];
}

/** A class's methods, and fields that hold functions, by name, private ones with their `#`; those of the class that it extends too. */
function methodsOf({ module, node }, bases = 0) {
  const base = bases < MOST_BASES ? baseOf(module, node) : null;
  const above = base === null ? new Map() : methodsOf(base, bases + 1);
  const methods = new Map(above);
  for (const member of node.getChild("ClassBody")?.getChildren("MethodDeclaration") ?? []) put(member, member);
  for (const member of node.getChild("ClassBody")?.getChildren("PropertyDeclaration") ?? []) {
    put(member, member.getChild("ArrowFunction") ?? member.getChild("FunctionExpression"));
  }
  return methods;

  function put(member, held) {
    const name = member.getChild("PropertyDefinition") ?? member.getChild("PrivatePropertyDefinition");
    if (name !== null && held !== null && isFunction(held)) methods.set(module.text(name), { node: held, module, above });
  }
}

function baseOf(module, node) {
  const name = node.getChild("extends")?.nextSibling ?? null;
  const found = name === null ? null : module.found(module.text(name));
  return found !== null && isClass(found.node) ? found : null;
}
