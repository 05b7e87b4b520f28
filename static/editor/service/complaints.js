// What TypeScript finds wrong, in words for a line, and without what is no mistake here.

import ts from "typescript-service";

const NO_OVERLOAD = 2769;
const NOT_FOUND = new Set([2307, 2792, 7016]);
const NOT_ERASABLE = 1294;
const NO_PROPERTY = 2339;
const ASSIGNED = new Set([2322, 2345, NO_OVERLOAD]);
/** Of plain JavaScript: what is only said to whoever declares types. */
const PEDANTIC = new Set([
  1064, // an async function's declared type
  2300, // names that a script declares twice, which modules are refused for anyway
  2365, // < between what is not known to be numbers
  2362, // arithmetic on what is not known to be a number
  2363,
  2683, // this without a type
  2737, // BigInt literals below a target
  8024, // JSDoc that names no parameter
  8032,
  8033,
]);
/** A text or a number that was kept in a variable, where one of a few texts is wanted. */
const WIDENED = /[Tt]ype '(string|number|boolean)' is not assignable to (parameter of )?type '.*(["`|]|Duration|Backoff|Format|Usage|Redirect)/;

/**
 * TypeScript's diagnostics of one file as `{ from, to, severity, code, message }`. `text` is its `GivenText`; `typed`
 * says whether it is TypeScript.
 */
export function complaints(diagnostics, text, typed, hint) {
  const found = [];
  for (const one of diagnostics) {
    if (one.start === undefined || (!typed && isPedantic(one))) continue;
    const { from, to } = text.span(one);
    if (one.code === NOT_ERASABLE && isMade(text.source, from)) continue;
    const isImport = NOT_FOUND.has(one.code) || (NODE.has(one.code) && /^['"`]/.test(text.source.slice(from, to)));
    const message = isImport ? hint(one) : said(one);
    found.push({ from, to, severity: severityOf(one), code: one.code, message });
  }
  return found;
}

/** An enum's name, or a parameter that is a property: what the server makes values of. */
function isMade(source, at) {
  return /\benum\s+$/.test(source.slice(Math.max(0, at - 40), at)) || /^(public|private|protected|readonly|override)\s/.test(source.slice(at, at + 12));
}

function severityOf({ category }) {
  if (category === ts.DiagnosticCategory.Error) return "error";
  return category === ts.DiagnosticCategory.Warning ? "warning" : "info";
}

function isPedantic(one) {
  if (PEDANTIC.has(one.code)) return true;
  if (one.code === NO_PROPERTY && typeof one.messageText !== "string") return true; // one of several types has it
  return ASSIGNED.has(one.code) && WIDENED.test(deepest(one.messageText));
}

/** Words about settings that nobody has here. */
const SETTINGS = / (Do you need to|Try changing|Consider|Did you mean to use) [^]*$/;
const NO_DURATION = /[Tt]ype '("[^]*")' is not assignable to (?:parameter of )?type 'Workflow(?:Sleep|Delay|Timeout)?Duration(?: \|[^]*)?'/;
const NOT_COMPILED =
  "Types are taken away here, and of what makes values only enums and parameter properties are known: no namespace with values, " +
  "no import = and no <T>value. Write a module, an import, or value as T.";
const NO_DOM = 2584;
const NODE = new Set([2580, 2591]);

/** Of overloads what is wrong with the last, which is the one with all arguments; else all that is said. */
function said({ code, messageText }) {
  if (typeof messageText === "string") return withoutSettings(code, messageText);
  if (code !== NO_OVERLOAD) return ts.flattenDiagnosticMessageText(messageText, "\n");
  const last = messageText.next?.at(-1);
  const inner = last?.next?.[0];
  return ts.flattenDiagnosticMessageText(inner ?? last ?? messageText, "\n");
}

function withoutSettings(code, message) {
  const duration = NO_DURATION.exec(message);
  if (duration !== null) return `${duration[1]} is no duration. Write milliseconds, or text such as "30 seconds".`;
  const plain = /Do you need to|'lib'/.test(message) ? message.replace(SETTINGS, "") : message;
  if (code === NO_DOM) return `${plain} There is no page here, and no DOM.`;
  if (code === NOT_ERASABLE) return NOT_COMPILED;
  return NODE.has(code) ? `${plain} Nothing of Node's is here.` : plain;
}

function deepest(message) {
  if (typeof message === "string") return message;
  const last = message.next?.at(-1);
  return last === undefined ? message.messageText : deepest(last);
}
