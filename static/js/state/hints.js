// What helps with errors of the code itself that say too little to whoever meets them for the first time. Pure.

const HINTS = [
  [/^no such entrypoint: default$/, () => "The file in which runs begin has a default export: `export default { async fetch(request, env) { … } }`. Reset brings back a workflow that has all of it."],
  [/^no such entrypoint: (\w+)$/, ([, name]) => `No class of that name is exported: \`export class ${name} extends WorkflowEntrypoint { async run(event, step) { … } }\`.`],
  [/^the fetch handler's answer is not JSON$/, () => "`fetch()` makes the run and answers `Response.json({ id })`, as in the default workflow."],
  [/^Missing source code$/, () => "Write a workflow, or open an example."],
  [/^used more than \d+ ms of CPU time in one turn$/, () => "A loop without an end, or too much at once: divide the work among steps."],
  [/^Step name RemoteFunction /, () => "The name comes first: `step.do('name', async () => { … })`."],
];

/** A sentence that helps with an error of that message, with code between backticks, or null. */
export function hintFor(message) {
  for (const [pattern, words] of HINTS) {
    const found = pattern.exec(message ?? "");
    if (found !== null) return words(found);
  }
  return null;
}
