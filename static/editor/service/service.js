// TypeScript's language service over the files of a draft: what can be written here, what this is, what is wrong.
// Positions are offsets in the text as it was written. All questions are answered at once; nothing is kept between
// them but what TypeScript keeps.

import ts from "typescript-service";
import { complaints } from "./complaints.js";
import { Files, isCode, nameOf, pathOf } from "./files.js";
import { standard } from "./libraries.js";

const COMMON = {
  allowJs: true,
  allowImportingTsExtensions: true,
  allowSyntheticDefaultImports: true,
  checkJs: true,
  erasableSyntaxOnly: true, // as type stripping has it, but for what complaints.js lets pass
  isolatedModules: true, // an import that only types use goes away, and an export of a type says that it is one
  lib: Object.keys(standard),
  maxNodeModuleJsDepth: 0,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ESNext,
  types: [],
};
/**
 * TypeScript is checked as its authors recommend, as soon as a type is written in it; JavaScript, whatever its file is called, for what
 * cannot be meant.
 */
const STRICT = { ...COMMON, strict: true, useUnknownInCatchVariables: true };
const LENIENT = { ...COMMON, strict: false };

const WISHES = {
  includeCompletionsForModuleExports: true,
  includeCompletionsForImportStatements: true,
  includeCompletionsWithInsertText: true,
  includeAutomaticOptionalChainCompletions: true,
  includeSymbol: true,
  quotePreference: "single",
  importModuleSpecifierPreference: "relative",
  importModuleSpecifierEnding: "js",
};
const FORMAT = { ...ts.getDefaultFormatCodeSettings("\n"), indentSize: 2, tabSize: 2 };
const MOST_COMPLETIONS = 2000;

/** Answers questions about `files`, which change by `open` and `change`. */
export class Service {
  #files = new Files();
  #registry = ts.createDocumentRegistry(true, "/draft");
  #services = {};

  /** These files and no others: texts by name. */
  open(files) {
    this.#files.open(files);
  }

  /** The text of a file, which may be new. */
  change(name, text) {
    this.#files.change(name, text);
  }

  /** What is wrong with a file: `[{ from, to, severity, code, message }]`. */
  diagnostics(name) {
    const text = this.#files.text(name);
    if (text === undefined || !isCode(name)) return [];
    const service = this.#for(name);
    const path = pathOf(name);
    const found = [...service.getSyntacticDiagnostics(path), ...(name.endsWith(".json") ? [] : service.getSemanticDiagnostics(path))];
    return complaints(found, text, text.typed, (one) => this.#notFound(one, text));
  }

  /**
   * What can be written at a place: `{ from, member, entries: [{ name, kind, sort, owner?, insert?, from?, source?, data?,
   * deprecated? }] }`, or null. `owner` is the type that a member belongs to.
   */
  completions(name, at, trigger) {
    const asked = this.#place(name, at);
    if (asked === null) return null;
    const { service, path, text, position } = asked;
    const wishes = trigger === undefined ? WISHES : { ...WISHES, triggerCharacter: trigger };
    const found = service.getCompletionsAtPosition(path, position, wishes, FORMAT);
    if (found === undefined) return null;
    const entries = found.entries.filter(isMeant).slice(0, MOST_COMPLETIONS);
    return {
      from: found.optionalReplacementSpan ? text.span(found.optionalReplacementSpan).from : null,
      member: found.isMemberCompletion,
      entries: entries.map((entry) => asEntry(entry, text)),
    };
  }

  /** What a completion stands for, as `hover` says it, and `edits` that go with it, such as an import. */
  details(name, at, { name: label, source, data }) {
    const asked = this.#place(name, at);
    if (asked === null) return null;
    const { service, path, text, position } = asked;
    const found = service.getCompletionEntryDetails(path, position, label, FORMAT, source, WISHES, data);
    if (found === undefined) return null;
    const changes = (found.codeActions ?? []).flatMap(({ changes }) => changes).filter(({ fileName }) => fileName === path);
    const edits = changes.flatMap(({ textChanges }) => textChanges).map(({ span, newText }) => ({ ...text.span(span), insert: newText }));
    return { ...described(found), edits };
  }

  /** What stands at a place: `{ from, to, signature: [[text, kind]], documentation, tags: [[name, text]] }`, or null. */
  hover(name, at) {
    const asked = this.#place(name, at);
    if (asked === null) return null;
    const { service, path, text, position } = asked;
    const found = service.getQuickInfoAtPosition(path, position);
    return found === undefined ? null : { ...text.span(found.textSpan), ...described(found) };
  }

  /**
   * The call that a place is in: `{ active, argument, items: [{ before, parameters: [{ label, documentation }], after,
   * documentation }] }`, or null.
   */
  signature(name, at) {
    const asked = this.#place(name, at);
    if (asked === null) return null;
    const { service, path, position } = asked;
    const found = service.getSignatureHelpItems(path, position, {});
    if (found === undefined) return null;
    const items = found.items.map((item) => ({
      before: parts(item.prefixDisplayParts),
      parameters: item.parameters.map((one) => ({ label: parts(one.displayParts), documentation: plain(one.documentation) })),
      after: parts(item.suffixDisplayParts),
      documentation: plain(item.documentation),
    }));
    return { active: found.selectedItemIndex, argument: found.argumentIndex, items };
  }

  /** Where what stands at a place is defined in the draft: `[{ name, from, to }]`. */
  definition(name, at) {
    const asked = this.#place(name, at);
    if (asked === null) return [];
    return this.#places(asked.service.getDefinitionAtPosition(asked.path, asked.position) ?? []);
  }

  /** All places of what stands at a place: `{ places: [{ name, from, to }] }`, or `{ refusal }`. */
  rename(name, at) {
    const asked = this.#place(name, at);
    if (asked === null) return { refusal: "This is no code." };
    const { service, path, position } = asked;
    const info = service.getRenameInfo(path, position, {});
    if (!info.canRename) return { refusal: info.localizedErrorMessage };
    const found = service.findRenameLocations(path, position, false, false, { providePrefixAndSuffixTextForRename: true }) ?? [];
    if (found.some(({ fileName }) => nameOf(fileName) === null)) return { refusal: "It is defined outside of these files." };
    const places = found.map(({ fileName, textSpan, prefixText = "", suffixText = "" }) => ({
      name: nameOf(fileName),
      ...this.#files.text(nameOf(fileName)).span(textSpan),
      before: prefixText,
      after: suffixText,
    }));
    return { word: info.displayName, places };
  }

  #for(name) {
    const typed = this.#files.text(name)?.typed === true;
    const options = typed ? STRICT : LENIENT;
    const kind = typed ? "strict" : "lenient";
    return (this.#services[kind] ??= ts.createLanguageService(this.#files.host(options), this.#registry));
  }

  #place(name, at) {
    const text = this.#files.text(name);
    if (text === undefined || !isCode(name)) return null;
    return { service: this.#for(name), path: pathOf(name), text, position: text.toVirtual(at) };
  }

  #places(spans) {
    return spans.flatMap(({ fileName, textSpan }) => {
      const name = nameOf(fileName);
      return name === null ? [] : [{ name, ...this.#files.text(name).span(textSpan) }];
    });
  }

  #notFound({ start, length }, text) {
    const { from, to } = text.span({ start, length });
    const specifier = text.source.slice(from, to).replace(/^['"`]|['"`]$/g, "");
    if (specifier.startsWith("node:")) return "Node's modules are not available here.";
    if (specifier.startsWith("cloudflare:")) return "Of Cloudflare's modules there are cloudflare:workers and cloudflare:workflows.";
    if (/^[A-Za-z][\w+.-]*:/.test(specifier)) return "Modules are not fetched: add its text as a file.";
    if (/^\.{0,2}\//.test(specifier)) return `There is no file "${specifier}".`;
    return `There is no module "${specifier}": packages are not installed here. Add what you need of it as a file.`;
  }
}

/** Not what is only a word of the same file, not members by symbols, not the runtime's modules by their other names. */
const isMeant = ({ kind, source, insertText }) =>
  kind !== ts.ScriptElementKind.warning && source !== "workers" && source !== "workflows" && !insertText?.startsWith("[Symbol");

function asEntry(entry, text) {
  const { name, kind, sortText, insertText, replacementSpan, source, data, symbol } = entry;
  const made = { name, kind, sort: sortText };
  const owner = symbol?.parent?.escapedName;
  if (typeof owner === "string" && !owner.startsWith("__") && !owner.startsWith('"')) made.owner = owner;
  if (insertText !== undefined && insertText !== name) made.insert = insertText;
  if (replacementSpan !== undefined) made.from = text.span(replacementSpan).from;
  if (source !== undefined) made.source = source;
  if (data !== undefined) made.data = data;
  if (entry.kindModifiers?.includes("deprecated")) made.deprecated = true;
  return made;
}

function described({ displayParts, documentation, tags }) {
  return {
    signature: parts(displayParts),
    documentation: plain(documentation),
    tags: (tags ?? []).map(({ name, text }) => [name, plain(text)]),
  };
}

/** Display parts, those of one kind that follow each other as one. */
function parts(displayed) {
  const made = [];
  for (const { text, kind } of displayed ?? []) {
    if (made.at(-1)?.[1] === kind) made.at(-1)[0] += text;
    else made.push([text, kind]);
  }
  return made;
}

const plain = (displayed) => (displayed ?? []).map(({ text }) => text).join("");
