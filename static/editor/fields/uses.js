// What code does with a payload, where no type says what is in it: names, and hints of what they hold. Pure.

const TEXTS = new Set(["toUpperCase", "toLowerCase", "trim", "split", "startsWith", "endsWith", "replace", "replaceAll", "charAt", "padStart", "match", "localeCompare"]);
const NUMBERS = new Set(["toFixed", "toPrecision"]);
const LISTS = new Set(["map", "forEach", "filter", "some", "every", "reduce", "join", "find", "push", "at", "flatMap", "sort"]);
const YES = /^(is|has|can|should|was|may)[A-Z]|^(approved?|ok|okay|accepted|confirmed|allowed|granted|valid|done|success|enabled|agreed|cancell?ed|rejected)$/;
const DECIDES = new Set(["IfStatement", "WhileStatement", "ConditionalExpression", "DoStatement"]);
const DEEPEST = 4;

/** Fields (as in index.js) of the payload of a call, `{ file, node }`, in the order in which the code comes to them. */
export function usesOf({ file, node }) {
  const bound = bindingOf(node, file);
  if (bound === null) return [];
  const scope = scopeOf(node);
  const roots = [bound]; // { name, path }: variables that hold a part of the event
  const fields = [];
  scope.cursor().iterate((reference) => {
    if (reference.name === "VariableDeclaration") declared(reference.node, roots, fields, file);
  });
  scope.cursor().iterate((reference) => {
    if (reference.name !== "VariableName" || reference.from <= bound.at) return;
    const root = roots.find(({ name }) => name === file.text(reference.node));
    if (root !== undefined) used(reference.node, root.path, fields, file);
  });
  return fields;
}

/** Which variable the call's result is put into: `{ name, path, at }`, `path` what of the event it holds. */
function bindingOf(call, file) {
  let node = call.parent;
  while (node && (node.name === "AwaitExpression" || node.name === "ParenthesizedExpression")) node = node.parent;
  if (node?.name === "MemberExpression") return null;
  if (node?.name !== "VariableDeclaration") return null;
  const name = node.getChild("VariableDefinition");
  if (name !== null) return { name: file.text(name), path: [], at: call.to };
  for (const property of node.getChild("ObjectPattern")?.getChildren("PatternProperty") ?? []) {
    const [key, variable] = patternNames(property, file);
    if (key === "payload" && variable !== null) return { name: variable, path: ["payload"], at: call.to };
  }
  return null;
}

function scopeOf(node) {
  let scope = node;
  while (scope.parent !== null && !["MethodDeclaration", "FunctionDeclaration", "ArrowFunction", "FunctionExpression"].includes(scope.name)) scope = scope.parent;
  return scope;
}

/** `[key, variable]` of a part of a pattern; the variable is null where it is taken apart further. */
function patternNames(property, file) {
  const key = property.getChild("PropertyName");
  const variable = property.getChild("VariableDefinition");
  const name = variable === null ? null : file.text(variable);
  return [key === null ? name : file.text(key), name];
}

/** `const { approved, note } = decision.payload`, `const payload = decision.payload`. */
function declared(node, roots, fields, file) {
  const path = chainOf(node.lastChild?.name === ";" ? node.lastChild.prevSibling : node.lastChild, roots, file);
  if (path === null) return;
  const name = node.getChild("VariableDefinition");
  if (name !== null && path.length > 0) roots.push({ name: file.text(name), path });
  for (const property of node.getChild("ObjectPattern")?.getChildren("PatternProperty") ?? []) {
    const [key, variable] = patternNames(property, file);
    const inner = [...path, key];
    if (inner.length > 1) note(fields, inner.slice(1), guess(key, null));
    if (variable !== null) roots.push({ name: variable, path: inner });
  }
}

/** The path that an expression reads from one of `roots`, or null. */
function chainOf(node, roots, file) {
  if (!node) return null;
  if (node.name === "VariableName") return roots.find(({ name }) => name === file.text(node))?.path ?? null;
  if (node.name === "BinaryExpression") return chainOf(node.firstChild, roots, file); // decision.payload ?? {}
  if (node.name !== "MemberExpression") return null;
  const property = node.getChild("PropertyName");
  const above = chainOf(node.firstChild, roots, file);
  return above === null || property === null ? null : [...above, file.text(property)];
}

/** A variable is read: follow what is read of it. */
function used(variable, path, fields, file) {
  let node = variable;
  const read = [...path];
  while (node.parent?.name === "MemberExpression" && node.parent.firstChild.from === node.from) {
    const property = node.parent.getChild("PropertyName");
    if (property === null) break;
    read.push(file.text(property));
    node = node.parent;
  }
  if (read[0] !== "payload" || read.length < 2) return;
  const called = node.parent?.name === "CallExpression" && node.parent.firstChild.from === node.from && node.parent.firstChild.to === node.to;
  const method = called || read.at(-1) === "length" ? read.pop() : null;
  if (read.length >= 2) note(fields, read.slice(1, 1 + DEEPEST), guess(read.at(-1), { node, method, file }));
}

/** What a name that is read so may hold. */
function guess(name, use) {
  if (use === null) return YES.test(name) ? { type: "boolean" } : {};
  const { node, method, file } = use;
  if (TEXTS.has(method)) return { type: "string" };
  if (NUMBERS.has(method)) return { type: "number" };
  if (LISTS.has(method)) return { type: "array", item: { type: "json" } };
  const { parent } = node;
  if (parent?.name === "BinaryExpression") {
    const compared = comparedWith(parent, node, file);
    if (compared !== null) return compared;
  }
  if (YES.test(name) || isDecided(node, file)) return { type: "boolean" };
  return {};
}

function comparedWith(expression, node, file) {
  const other = expression.firstChild.from === node.from ? expression.lastChild : expression.firstChild;
  const operator = file.text(expression.firstChild.nextSibling);
  if (/^[=!]==?$/.test(operator)) {
    if (other.name === "String") return { type: "string", options: [file.text(other).slice(1, -1)] };
    if (other.name === "Number") return { type: "number" };
    return other.name === "BooleanLiteral" ? { type: "boolean" } : null;
  }
  return /^([<>]=?|[-*/%])$/.test(operator) ? { type: "number" } : null;
}

/** Whether it is asked for yes or no: `if (x)`, `!x`, `x ? a : b`. */
function isDecided(node, file) {
  let inner = node;
  let { parent } = node;
  while (parent?.name === "ParenthesizedExpression") [inner, parent] = [parent, parent.parent];
  if (!parent) return false;
  if (parent.name === "UnaryExpression") return file.text(parent).startsWith("!");
  return DECIDES.has(parent.name) && (parent.name !== "ConditionalExpression" || parent.firstChild.from === inner.from);
}

/** Put what is known of `path` into `fields`. Later uses make it more exact; options gather. */
function note(fields, path, about) {
  const [name, ...rest] = path;
  let field = fields.find((each) => each.name === name);
  if (field === undefined) fields.push((field = { name, type: "string", optional: true, vague: true }));
  if (rest.length > 0) {
    if (field.type !== "object") Object.assign(field, { type: "object", fields: [], vague: false });
    return note(field.fields, rest, about);
  }
  if (about.type === undefined || field.type === "object") return;
  const both = field.options !== undefined && about.options !== undefined && field.type === about.type;
  const options = both ? [...new Set([...field.options, ...about.options])] : (about.options ?? field.options);
  if (field.vague || both || about.options !== undefined) Object.assign(field, { ...about, vague: false }, options === undefined ? {} : { options });
}
