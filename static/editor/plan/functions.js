// The functions and classes of a module: what `run` of a workflow may call, and what it may be a method of.

const BODIES = new Set(["ArrowFunction", "FunctionExpression", "FunctionDeclaration", "MethodDeclaration"]);

export const isFunction = (node) => BODIES.has(node.name);
export const isClass = ({ name }) => name === "ClassDeclaration" || name === "ClassExpression";
const isReference = ({ name }) => name === "VariableName" || name === "MemberExpression";

/**
 * What the statements of `block` define by name: nodes of `functions`, of `classes`, of `constants` (texts) and of `aliases` (other
 * names that constants stand for).
 */
export function definitionsOf(block, text) {
  const functions = new Map();
  const classes = new Map();
  const constants = new Map();
  const aliases = new Map();
  const take = (node) => {
    if (node.name === "ExportDeclaration") return each(node, take);
    if (node.name === "FunctionDeclaration" || node.name === "ClassDeclaration") {
      const name = node.getChild("VariableDefinition");
      if (name !== null) (isClass(node) ? classes : functions).set(text(name), node);
    } else if (node.name === "VariableDeclaration") {
      for (const [name, value] of declared(node, text)) {
        if (name === null) continue;
        if (isFunction(value)) functions.set(name, value);
        else if (isClass(value)) classes.set(name, value);
        else if (text(node.firstChild) !== "const") continue;
        else if (value.name === "String") constants.set(name, value);
        else if (isReference(value)) aliases.set(name, value);
      }
    }
  };
  each(block, take);
  return { functions, classes, constants, aliases };
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
