// The functions of a module: `run` of its workflow, and what `run` may call.

const BODIES = new Set(["ArrowFunction", "FunctionExpression", "FunctionDeclaration", "MethodDeclaration"]);

export const isFunction = (node) => BODIES.has(node.name);

/** The workflow's class: TenantWorkflow, else the first that extends WorkflowEntrypoint; null where there is none with `run`. */
export function workflowClass(top, text) {
  let found = null;
  top.cursor().iterate((reference) => {
    if (reference.name !== "ClassDeclaration" && reference.name !== "ClassExpression") return;
    const node = reference.node;
    const named = node.getChild("VariableDefinition");
    const body = node.getChild("ClassBody");
    const head = body === null ? text(node) : text({ from: node.from, to: body.from });
    const wanted = named !== null && text(named) === "TenantWorkflow";
    if (!wanted && (found !== null || !/\bextends\s+[\w.]*WorkflowEntrypoint\b/.test(head))) return;
    const methods = methodsOf(node, text);
    if (methods.has("run")) found = methods;
  });
  return found;
}

/** A class's methods, and fields that hold functions, by name; private ones with their `#`. */
function methodsOf(node, text) {
  const methods = new Map();
  const body = node.getChild("ClassBody");
  for (let member = body?.firstChild ?? null; member !== null; member = member.nextSibling) {
    const name = member.getChild("PropertyDefinition") ?? member.getChild("PrivatePropertyDefinition");
    if (name === null) continue;
    if (member.name === "MethodDeclaration") methods.set(text(name), member);
    const held = member.getChild("ArrowFunction") ?? member.getChild("FunctionExpression");
    if (member.name === "PropertyDeclaration" && held !== null) methods.set(text(name), held);
  }
  return methods;
}

/** What the statements of `block` define by name: `{ functions, constants }`, of functions their nodes, of texts their source. */
export function definitionsOf(block, text) {
  const functions = new Map();
  const constants = new Map();
  const take = (node) => {
    if (node.name === "ExportDeclaration") return each(node, take);
    if (node.name === "FunctionDeclaration") {
      const name = node.getChild("VariableDefinition");
      if (name !== null) functions.set(text(name), node);
    } else if (node.name === "VariableDeclaration") {
      for (const [name, value] of declared(node, text)) {
        if (name === null) continue;
        if (isFunction(value)) functions.set(name, value);
        else if (value.name === "String" && text(node.firstChild) === "const") constants.set(name, value);
      }
    }
  };
  each(block, take);
  return { functions, constants };
}

/** `[name, expression]` of each variable of a declaration that has a value; the name is null where the value is taken apart. */
export function declared(node, text) {
  const list = [];
  let name = null;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === "VariableDefinition") name = text(child);
    else if (child.name === "Equals" && child.nextSibling !== null) {
      list.push([name, child.nextSibling]);
      name = null;
    }
  }
  return list;
}

/** The names of a function's parameters by place; of one that is taken apart, its node. */
export function parametersOf(node, text) {
  if (node.name === "ArrowFunction" && node.getChild("ParamList") === null) {
    const only = node.getChild("VariableDefinition");
    return only === null ? [] : [text(only)];
  }
  const list = [];
  each(node.getChild("ParamList"), (child) => {
    if (child.name === "VariableDefinition") list.push(text(child));
    else if (child.name === "ObjectPattern" || child.name === "ArrayPattern") list.push(child);
  });
  return list;
}

/** What a function does: its block, or the expression behind the arrow; null where it is not written yet. */
export function bodyOf(node) {
  if (node.name === "ArrowFunction") return node.getChild("Arrow")?.nextSibling ?? null;
  return node.getChild("Block");
}

/** What is called, without the types that it is called with. */
export function calleeOf(call) {
  const first = call.firstChild;
  return first?.name === "InstantiationExpression" ? first.firstChild : first;
}

export function each(node, take) {
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) take(child);
}
