// Completions: from the service where it is there (typing/), else what a workflow's author types most, offered with its
// blanks to fill in. The language's own snippets come with both.

import { completeFromList, ifNotIn, snippetCompletion } from "@codemirror/autocomplete";
import { localCompletionSource, snippets, typescriptSnippets } from "@codemirror/lang-javascript";

const STEP = [
  snippetCompletion("do('${name}', async () => {\n\t${}\n})", {
    label: "do",
    type: "method",
    detail: "(name, config?, callback)",
    info: "Run a callback once and keep what it returns. Retried when it throws.",
    boost: 3,
  }),
  snippetCompletion("sleep('${name}', '${10 seconds}')", {
    label: "sleep",
    type: "method",
    detail: "(name, duration)",
    info: "Sleep durably, up to 365 days. Nothing stays in memory.",
    boost: 2,
  }),
  snippetCompletion("sleepUntil('${name}', ${Date.now() + 60_000})", {
    label: "sleepUntil",
    type: "method",
    detail: "(name, date)",
    info: "Sleep durably until a Date or a time in epoch milliseconds.",
  }),
  snippetCompletion("waitForEvent('${name}', { type: '${approval}', timeout: '${1 hour}' })", {
    label: "waitForEvent",
    type: "method",
    detail: "(name, { type, timeout? })",
    info: "Wait durably for an event: an approval, a webhook, an answer.",
    boost: 1,
  }),
];

const EVENT = ["payload", "timestamp", "instanceId", "workflowName"].map((label) => ({ label, type: "property" }));

const CONTEXT = [
  snippetCompletion("retries: { limit: ${3}, delay: '${1 second}', backoff: '${exponential}' }", {
    label: "retries",
    type: "property",
    detail: "{ limit, delay, backoff }",
  }),
  snippetCompletion("timeout: '${1 minute}'", { label: "timeout", type: "property", detail: "per attempt" }),
];

function complete(context) {
  const step = context.matchBefore(/\bstep\s*\.\s*\w*/);
  if (step !== null) return { from: from(context), options: STEP, validFor: /^\w*$/ };
  if (context.matchBefore(/\bevent\s*\.\s*\w*/) !== null) return { from: from(context), options: EVENT, validFor: /^\w*$/ };
  const config = context.matchBefore(/\.do\(\s*(['"`])[^'"`]*\1\s*,\s*\{\s*\w*/);
  return config === null ? null : { from: from(context), options: CONTEXT, validFor: /^\w*$/ };
}

const from = (context) => context.matchBefore(/\w*/)?.from ?? context.pos;

const NOT_IN = ["TemplateString", "String", "RegExp", "LineComment", "BlockComment", "PropertyName", "PropertyDefinition", "VariableDefinition", "TypeDefinition", "Label", "."];
const SNIPPETS = { js: ifNotIn(NOT_IN, completeFromList(snippets)), ts: ifNotIn(NOT_IN, completeFromList(typescriptSnippets)) };
const IN_SNIPPETS = new Set(typescriptSnippets.map(({ label }) => label));

/**
 * Sources for `autocompletion`. `typed` asks the service, which is there when `isTyped()`; `language()` is what the shown
 * document is written in.
 */
export function completionSources(typed, isTyped, language) {
  const isCode = () => language() in SNIPPETS;
  const untyped = (source) => (context) => (isTyped() || !isCode() ? null : source(context));
  return [
    (context) => (isTyped() && isCode() ? withoutSnippets(typed(context)) : null),
    untyped(complete),
    untyped(localCompletionSource),
    (context) => SNIPPETS[language()]?.(context) ?? null,
  ];
}

/** Keywords that are offered with what belongs to them are not offered alone. */
async function withoutSnippets(answer) {
  const found = await answer;
  return found && { ...found, options: found.options.filter(({ type, label }) => type !== "keyword" || !IN_SNIPPETS.has(label)) };
}
