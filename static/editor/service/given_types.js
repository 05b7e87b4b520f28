// Types that nobody writes because they can only be one thing: of `run(event, step)` in a workflow and of the default
// export. The service reads a text in which they stand, so that `step.` is completed in plain JavaScript too; all
// positions are said in the text as it was written.

import ts from "typescript-service";

const WORKERS = 'import("cloudflare:workers")';
const HANDLER = "ExportedHandler & { [name: string]: unknown }";

/**
 * A file's text as written, as the service reads it (`virtual`), and the ways between the two. What was put in is in
 * `insertions`, in order: `{ at, text, leads }`; one that leads belongs to what follows it. `typed`: whether it is TypeScript in
 * which a type is written; JavaScript that has got another name is JavaScript still.
 */
export class GivenText {
  constructor(source, insertions = [], typed = false) {
    this.source = source;
    this.typed = typed;
    this.insertions = insertions.toSorted((a, b) => a.at - b.at);
    let made = "";
    let at = 0;
    for (const insertion of this.insertions) {
      made += source.slice(at, insertion.at) + insertion.text;
      at = insertion.at;
    }
    this.virtual = made + source.slice(at);
  }

  /** Where a position of the source is in the text that the service reads. */
  toVirtual(position) {
    let moved = position;
    for (const { at, text, leads } of this.insertions) {
      if (at < position || (at === position && leads)) moved += text.length;
    }
    return moved;
  }

  /** Where a position of the service is in the source; of what was put in, where that stands. */
  toSource(position) {
    let moved = 0;
    for (const { at, text } of this.insertions) {
      const start = at + moved;
      if (position <= start) break;
      if (position < start + text.length) return at;
      moved += text.length;
    }
    return position - moved;
  }

  span({ start, length }) {
    return { from: this.toSource(start), to: this.toSource(start + length) };
  }
}

/** The text of a file with what can be said without being asked. */
export function given(name, source) {
  const typed = /\.m?ts$/.test(name);
  if (!typed && !/\.m?js$/.test(name)) return new GivenText(source);
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.ESNext, true, typed ? ts.ScriptKind.TS : ts.ScriptKind.JS);
  const insertions = [];
  for (const statement of file.statements) {
    if (ts.isClassDeclaration(statement)) ofClass(statement, file, typed, insertions);
    else if (ts.isExportAssignment(statement)) ofExport(statement, file, typed, insertions);
  }
  return new GivenText(source, insertions, typed && writesTypes(file));
}

function writesTypes(node) {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return true;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeParameterDeclaration(node) || ts.isNonNullExpression(node)) return true;
  if ((ts.isImportClause(node) || ts.isImportSpecifier(node)) && node.isTypeOnly) return true;
  return ts.forEachChild(node, writesTypes) === true;
}

function ofClass(node, file, typed, insertions) {
  const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (base === undefined) return;
  const name = file.text.slice(base.expression.end - "WorkflowEntrypoint".length, base.expression.end);
  if (name === "WorkflowEntrypoint") {
    const said = base.typeArguments ?? ts.getJSDocAugmentsTag(node)?.class.typeArguments;
    const params = said?.[1] === undefined ? "any" : file.text.slice(said[1].pos, said[1].end).trim();
    const types = [`${WORKERS}.WorkflowEvent<${params}>`, `${WORKERS}.WorkflowStep`];
    ofMethod(node, "run", types, file, typed, insertions);
  } else if (name.endsWith("WorkerEntrypoint")) {
    ofMethod(node, "fetch", ["Request"], file, typed, insertions);
  }
}

function ofMethod(node, name, types, file, typed, insertions) {
  const method = node.members.find((member) => ts.isMethodDeclaration(member) && member.name.text === name);
  if (method === undefined || ts.getJSDocTags(method).length > 0) return;
  method.parameters.slice(0, types.length).forEach((parameter, place) => {
    if (parameter.type !== undefined || parameter.initializer !== undefined || parameter.dotDotDotToken !== undefined) return;
    if (typed) insertions.push({ at: parameter.name.end, text: `: ${types[place]}`, leads: false });
    else if (ts.getJSDocType(parameter) === undefined) {
      insertions.push({ at: parameter.name.getStart(file), text: `/** @type {${types[place]}} */ `, leads: true });
    }
  });
}

function ofExport({ expression, isExportEquals }, file, typed, insertions) {
  if (isExportEquals || !ts.isObjectLiteralExpression(expression)) return;
  if (!expression.properties.some((property) => property.name?.text === "fetch")) return;
  const start = expression.getStart(file);
  if (typed) insertions.push({ at: expression.end, text: ` satisfies ${HANDLER}`, leads: false });
  else {
    insertions.push({ at: start, text: `/** @satisfies {${HANDLER}} */ (`, leads: true });
    insertions.push({ at: expression.end, text: ")", leads: false });
  }
}
