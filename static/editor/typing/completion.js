// Completions from the service: members, names in reach, names that an import brings.

import { insertCompletionText, pickedCompletion, snippet } from "@codemirror/autocomplete";
import { described } from "./described.js";

const MEMBER = /[\w$]*$/;
const TRIGGERS = new Set([".", '"', "'", "`", "/", "<", "#", " "]);
const TYPES = {
  method: "method",
  "construct signature": "method",
  property: "property",
  getter: "property",
  setter: "property",
  function: "function",
  "local function": "function",
  class: "class",
  "local class": "class",
  interface: "interface",
  type: "type",
  "type parameter": "type",
  alias: "namespace",
  module: "namespace",
  keyword: "keyword",
  string: "constant",
  const: "variable",
  let: "variable",
  var: "variable",
  "local var": "variable",
  parameter: "variable",
};
/** What is filled in with its blanks, by the type that it is a member of. */
const SNIPPETS = {
  "WorkflowStep.do": "do('${name}', async () => {\n\t${}\n})",
  "WorkflowStep.sleep": "sleep('${name}', '${10 seconds}')",
  "WorkflowStep.sleepUntil": "sleepUntil('${name}', ${Date.now() + 60_000})",
  "WorkflowStep.waitForEvent": "waitForEvent('${name}', { type: '${approval}', timeout: '${1 hour}' })",
  "WorkflowStepConfig.retries": "retries: { limit: ${3}, delay: '${1 second}', backoff: '${exponential}' }",
  "WorkflowStepConfig.timeout": "timeout: '${1 minute}'",
  "WorkflowStepConfig.sensitive": "sensitive: 'output'",
};
const FIRST = 99;
const VALID = /^[\w$]*$/;

/** A source for `autocompletion`. `name()` is the document that is shown. */
export function typedCompletions(types, name) {
  return async (context) => {
    const word = context.matchBefore(MEMBER);
    const before = context.state.sliceDoc(Math.max(0, word.from - 1), word.from);
    const text = context.state.sliceDoc(word.from, context.pos);
    const trigger = text === "" && TRIGGERS.has(before) ? before : undefined;
    if (!context.explicit && text === "" && trigger === undefined) return null;
    if (!context.explicit && /^\d/.test(text)) return null;
    if (!context.explicit && trigger === " " && !/\b(import|from|case)\s$/.test(context.state.sliceDoc(Math.max(0, word.from - 8), word.from))) return null;
    const found = await types.ask("completions", name(), context.pos, trigger);
    if (found === null || context.aborted || found.entries.length === 0) return null;
    const from = Math.min(found.from ?? word.from, context.pos);
    const asked = { types, name: name(), at: context.pos };
    return { from, options: found.entries.map((entry) => option(entry, from, asked)), validFor: VALID };
  };
}

function option(entry, from, asked) {
  const details = () => asked.types.ask("details", asked.name, asked.at, entry);
  const made = {
    label: entry.name,
    type: TYPES[entry.kind] ?? "text",
    boost: boost(entry),
    info: async () => {
      const found = await details();
      return found === null ? null : described(found);
    },
  };
  if (entry.source !== undefined && entry.data !== undefined) made.detail = `from ${entry.source}`;
  if (entry.deprecated) made.type += " deprecated";
  const template = SNIPPETS[`${entry.owner}.${entry.name}`];
  if (template !== undefined) made.apply = filled(template, from);
  else if (entry.insert !== undefined || entry.data !== undefined) made.apply = applied(entry, details);
  return made;
}

/** A snippet where nothing of the kind stands yet: `do` before `(` is the name alone. */
function filled(template, at) {
  const whole = snippet(template);
  return (view, completion, from, to) => {
    const next = view.state.sliceDoc(to, to + 2);
    if (/^\s?[(:]/.test(next)) view.dispatch({ ...insertCompletionText(view.state, completion.label, from, to), annotations: pickedCompletion.of(completion) });
    else whole(view, completion, from, to);
  };
}

/** Text that is not the label, and what has to be written elsewhere for it. */
function applied(entry, details) {
  return async (view, completion, from, to) => {
    const start = entry.from === undefined ? from : Math.min(entry.from, from);
    view.dispatch({ ...insertCompletionText(view.state, entry.insert ?? entry.name, start, to), annotations: pickedCompletion.of(completion) });
    if (entry.data === undefined) return;
    const written = view.state.doc;
    const edits = (await details())?.edits ?? [];
    if (view.state.doc !== written || edits.some((edit) => edit.to > start)) return;
    view.dispatch({ changes: edits.map(({ from, to, insert }) => ({ from, to, insert })), userEvent: "input.complete" });
  };
}

/** TypeScript sorts by text; CodeMirror by how well a label matches, then by a number. */
function boost({ sort, owner, name }) {
  const weight = Number.parseInt(sort, 10);
  const own = Number.isNaN(weight) ? 0 : (11 - weight) * 4;
  const place = Object.keys(SNIPPETS).indexOf(`${owner}.${name}`);
  return Math.max(-FIRST, own) + (place < 0 ? 0 : 20 - place);
}
