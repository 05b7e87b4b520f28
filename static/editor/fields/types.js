// TypeScript's types as fields: type literals, interfaces, aliases and enums that stand in the workflow's own files. Pure.

const DEEPEST = 6;
const SIMPLE = { string: "string", number: "number", boolean: "boolean", bigint: "json", Date: "date", any: "json", unknown: "json", object: "json" };
const NOTHING = new Set(["null", "undefined", "void", "never"]);
const AROUND = new Set(["Readonly", "NonNullable", "Awaited"]);
const MARKS = /^[|&,;<>{}()[\]]$|^LogicOp$|^BitOp$/;

const json = () => ({ type: "json" });

/** `{ fieldOf(node, file) }` over `files`, each `{ top, text(node) }`; fields as in index.js. */
export function createTypes(files) {
  const known = new Map();
  for (const file of files) {
    file.top.cursor().iterate(({ name, node }) => {
      if (!["InterfaceDeclaration", "TypeAliasDeclaration", "EnumDeclaration"].includes(name)) return;
      const label = node.getChild("TypeDefinition");
      if (label !== null && !known.has(file.text(label))) known.set(file.text(label), { node, file });
    });
  }

  function fieldOf(node, file, depth = 0) {
    if (!node || depth > DEEPEST) return json();
    return (READ[node.name] ?? json)(node, file, depth);
  }

  const READ = {
    TypeName: (node, file, depth) => namedType(file.text(node), depth),
    ObjectType: (node, file, depth) => ({ type: "object", fields: fieldsIn(node, file, depth) }),
    ArrayType: (node, file, depth) => ({ type: "array", item: fieldOf(node.firstChild, file, depth + 1) }),
    ParenthesizedType: (node, file, depth) => fieldOf(inner(node)[0], file, depth),
    ReadonlyType: (node, file, depth) => fieldOf(node.lastChild, file, depth),
    LiteralType: (node, file) => literal(node, file),
    NullType: () => ({ type: "json", options: [null], nullable: true }),
    TemplateType: () => ({ type: "string" }),
    UnionType: (node, file, depth) => union(parts(node, "UnionType"), file, depth),
    IntersectionType: (node, file, depth) => merged(parts(node, "IntersectionType").map((each) => fieldOf(each, file, depth + 1))),
    ParameterizedType: generic,
  };

  function namedType(name, depth) {
    if (SIMPLE[name] !== undefined) return { type: SIMPLE[name] };
    if (NOTHING.has(name)) return { type: "json", options: [], nullable: name === "null", optional: true };
    const declared = known.get(name);
    if (declared === undefined) return json();
    const { node, file } = declared;
    if (node.name === "EnumDeclaration") return enumOf(node, file);
    if (node.name === "TypeAliasDeclaration") return fieldOf(behindEquals(node), file, depth + 1);
    const own = { type: "object", fields: fieldsIn(node.getChild("ObjectType"), file, depth) };
    const bases = [];
    for (let each = node.getChild("extends")?.nextSibling; each && each.name !== "ObjectType"; each = each.nextSibling) if (!MARKS.test(each.name)) bases.push(fieldOf(each, file, depth + 1));
    return bases.length === 0 ? own : merged([...bases, own]);
  }

  function generic(node, file, depth) {
    const name = file.text(node.getChild("TypeName") ?? node);
    const [first, second] = inner(node.getChild("TypeArgList"));
    if (name === "Array" || name === "ReadonlyArray") return { type: "array", item: fieldOf(first, file, depth + 1) };
    const field = fieldOf(first, file, depth + 1);
    if (AROUND.has(name)) return field;
    if (field.type !== "object") return json();
    const set = (optional) => ({ ...field, fields: field.fields.map((each) => ({ ...each, optional })) });
    if (name === "Partial") return set(true);
    if (name === "Required") return set(false);
    const names = fieldOf(second, file, depth + 1).options ?? [];
    if (name === "Pick") return { ...field, fields: field.fields.filter((each) => names.includes(each.name)) };
    return name === "Omit" ? { ...field, fields: field.fields.filter((each) => !names.includes(each.name)) } : json();
  }

  function fieldsIn(object, file, depth) {
    const properties = object?.getChildren("PropertyType") ?? [];
    return properties.map((property) => {
      const name = file.text(property.getChild("PropertyDefinition") ?? property.getChild("String") ?? property).replace(/^["']|["']$/g, "");
      const field = fieldOf(inner(property.getChild("TypeAnnotation"), ":")[0], file, depth + 1);
      const hint = commentBefore(property, file);
      return { name, ...field, optional: property.getChild("Optional") !== null || field.optional === true, ...(hint === null ? {} : { hint }) };
    });
  }

  function union(nodes, file, depth) {
    const all = nodes.map((node) => fieldOf(node, file, depth + 1));
    const nullable = all.some((each) => each.nullable === true && (each.options?.length ?? 1) <= 1);
    const optional = all.some((each) => each.optional === true && each.options?.length === 0);
    const left = all.filter((each) => !(each.type === "json" && each.options !== undefined && each.options.every((option) => option === null)));
    const about = { ...(nullable ? { nullable } : {}), ...(optional ? { optional } : {}) };
    if (left.length === 1) return { ...left[0], ...about };
    if (left.every((each) => each.options !== undefined && each.type === left[0].type)) {
      const options = [...new Set(left.flatMap((each) => each.options))];
      const either = left[0].type === "boolean" && options.length === 2;
      return { type: left[0].type, ...(either ? {} : { options }), ...about };
    }
    return { ...json(), ...about };
  }

  return { fieldOf };
}

/** Unions and intersections may nest to the left: all of their parts in order. */
function parts(node, name) {
  return inner(node).flatMap((each) => (each.name === name ? parts(each, name) : [each]));
}

function inner(node, more = "") {
  const found = [];
  for (let each = node?.firstChild; each; each = each.nextSibling) if (!MARKS.test(each.name) && each.name !== more) found.push(each);
  return found;
}

function behindEquals(node) {
  for (let each = node.getChild("Equals")?.nextSibling; each; each = each.nextSibling) if (!MARKS.test(each.name)) return each;
  return null;
}

function literal(node, file) {
  const text = file.text(node);
  const { name } = node.firstChild ?? node;
  if (name === "String") return { type: "string", options: [text.slice(1, -1)] };
  if (name === "BooleanLiteral") return { type: "boolean", options: [text === "true"] };
  return Number.isFinite(Number(text)) ? { type: "number", options: [Number(text)] } : json();
}

function enumOf(node, file) {
  const options = [];
  let next = 0;
  let pending = null;
  const close = () => pending !== null && options.push(next++);
  for (let each = node.getChild("EnumBody")?.firstChild; each; each = each.nextSibling) {
    if (each.name === "PropertyName") (close(), (pending = true));
    else if (each.name === "String") (options.push(file.text(each).slice(1, -1)), (pending = null));
    else if (each.name === "Number") (options.push(Number(file.text(each))), (next = Number(file.text(each)) + 1), (pending = null));
  }
  close();
  const type = typeof options[0];
  return options.length > 0 && options.every((option) => typeof option === type) ? { type, options } : json();
}

function merged(all) {
  if (all.some((each) => each.type !== "object")) return json();
  const fields = new Map(all.flatMap((each) => each.fields).map((field) => [field.name, field]));
  return { type: "object", fields: [...fields.values()] };
}

/** What the author has written above a property. */
function commentBefore(node, file) {
  const before = node.prevSibling;
  const comment = before !== null && /Comment$/.test(before.name) ? before : null;
  const text = comment === null ? "" : file.text(comment).replace(/^\/[/*]+|\*\/$/g, "").replace(/^\s*\*+/gm, " ").replace(/\s+/g, " ").trim();
  return text === "" ? null : text;
}
