// What the service says of something, as elements: its signature in the colours of code, its documentation, its tags.

const CLASSES = {
  keyword: "tok-keyword",
  className: "tok-typeName",
  interfaceName: "tok-typeName",
  aliasName: "tok-typeName",
  typeParameterName: "tok-typeName",
  enumName: "tok-typeName",
  moduleName: "tok-string",
  stringLiteral: "tok-string",
  numericLiteral: "tok-number",
  punctuation: "tok-punctuation",
  operator: "tok-operator",
  functionName: "tok-variableName tok-definition",
  methodName: "tok-variableName tok-definition",
  propertyName: "tok-propertyName",
};
/** What they begin with where it says no more than the colours do. */
const KINDS = new Set(["method", "property", "parameter", "getter", "setter", "alias", "local var", "local function", "constructor"]);
const MOST_LETTERS = 600;

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
}

/** Spans of a signature, `[[text, kind]]`. A long one is cut. */
export function signature(parts) {
  const shown = withoutKind(parts);
  const made = [];
  let left = MOST_LETTERS;
  for (const [text, kind] of shown) {
    if (left <= 0) {
      made.push("…");
      break;
    }
    const cut = text.slice(0, left);
    left -= cut.length;
    made.push(CLASSES[kind] === undefined ? cut : element("span", CLASSES[kind], cut));
  }
  return element("code", "type-signature", ...made);
}

/** `(method) WorkflowStep.do` without `(method) `. */
function withoutKind(parts) {
  if (parts[0]?.[0] !== "(" || parts[2]?.[0] !== ")" || !KINDS.has(parts[1][0])) return parts;
  return parts.slice(parts[3]?.[1] === "space" ? 4 : 3);
}

/** Signature, documentation and tags of what the service has described. */
export function described({ signature: parts, documentation, tags = [] }) {
  const made = element("div", "type-info", signature(parts));
  if (documentation !== "") made.append(prose(documentation));
  const parameters = tags.filter(([name, text]) => name === "param" && text !== "").map(([, text]) => parameter(text));
  if (parameters.length > 0) made.append(element("dl", "type-params", ...parameters.flat()));
  for (const [name, text] of tags) {
    if (name === "deprecated") made.append(element("p", "type-deprecated", text === "" ? "Deprecated." : `Deprecated: ${text}.`));
    if (name === "example" && text !== "") made.append(element("pre", "type-example", text));
  }
  return made;
}

function parameter(text) {
  const at = text.search(/\s/);
  const [name, says] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at).replace(/^[\s-]+/, "")];
  return [element("dt", "", name), element("dd", "", ...withCode(says))];
}

/** Paragraphs, with code where the text has it between backticks. */
export function prose(text) {
  const made = element("div", "type-prose");
  for (const paragraph of text.split(/\n{2,}/)) made.append(element("p", "", ...withCode(paragraph.replaceAll("\n", " "))));
  return made;
}

function withCode(text) {
  return text.split(/`([^`]+)`/).map((part, place) => (place % 2 === 0 ? part : element("code", "", part)));
}
