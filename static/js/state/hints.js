// What helps with errors of the code itself that say too little to whoever meets them for the first time. Pure.

const MODULES = "`cloudflare:workers` gives `WorkflowEntrypoint`, `WorkerEntrypoint`, `RpcTarget` and `env`; `cloudflare:workflows` gives `NonRetryableError`.";

const HINTS = [
  [/^no such entrypoint: default$/, () => "The file in which runs begin has a default export: `export default { async fetch(request, env) { … } }`. Reset brings back a workflow that has all of it."],
  [/^no such entrypoint: (\w+)$/, ([, name]) => `No class of that name is exported: \`export class ${name} extends WorkflowEntrypoint { async run(event, step) { … } }\`.`],
  [/^the fetch handler's answer is not JSON$/, () => "`fetch()` makes the run and answers `Response.json({ id })`, as in the default workflow."],
  [/^Handler does not export a fetch\(\) function\.$/, () => "The default export has a `fetch`, which makes runs: `export default { async fetch(request, env) { … } }`. The class of the workflow is exported by its name."],
  [/^Could not find export '.*' in module '(cloudflare:)?work(ers|flows)'$/, () => MODULES],
  [/^(WorkflowEntrypoint|WorkerEntrypoint|RpcTarget|env) is not defined$/, ([, name]) => `It is to be imported: \`import { ${name} } from 'cloudflare:workers';\`.`],
  [/^NonRetryableError is not defined$/, () => "It is to be imported: `import { NonRetryableError } from 'cloudflare:workflows';`."],
  [/^require is not defined$/, () => "Modules are imported: `import { WorkflowEntrypoint } from 'cloudflare:workers';`. There is no Node here; further modules go into tabs of their own."],
  [/ \(TypeScript\? Give the module a name that ends in \.ts\)$/, () => "The file is JavaScript now: press `TS` above the code, and it is TypeScript."],
  [/^unexpected 'await' keyword$/, () => "`await` stands in functions that are `async`: `async run(event, step) { … }`."],
  [/^invalid property name$/, () => "Often a `}`, a `)` or a comma is missing above that place."],
  [/^\w+ is not a constructor$/, () => "Entrypoints are classes, `export class TenantWorkflow extends WorkflowEntrypoint { … }`, or objects, `export default { async fetch(request, env) { … } }`; no functions."],
  [/^(process|Buffer|global|__dirname|module) is not defined$/, () => "There is no Node here: code runs in an isolate, with the web platform's classes, without files or network. Further modules go into tabs of their own."],
  [/^(document|window|localStorage|alert|prompt) is not defined$/, () => "Code runs in an isolate at the server, where there is no page. `step.waitForEvent()` asks people something."],
  [/^not a function$/, (_, called) => notAFunction(called ?? {})],
  [/^cannot read property '(create|createBatch|get|deleteBatch)' of undefined$/, () => "Runs are made by `env.WORKFLOWS`; there is no other binding here."],
  [/^object is not extensible$|^'.*' is read-only$/, () => "What is frozen was written to. `event` is, since a replay would not know of the change. Make a copy: `const payload = { ...event.payload };`."],
  [/^This worker is not permitted to access the internet/, () => "Code has no network here. What it needs comes in with the payload or an event, or is made up in a step."],
  [/^A step cannot be started inside the callback of another step$/, () => "What a callback does is one step. Start the other before or after it, in `run()`."],
  [/^Step ".*" requires a callback function$/s, () => "What is to be done comes last, as a function that is not called yet: `step.do('name', async () => { … })`."],
  [/^Sleep ".*": a duration is .* not undefined$/s, () => "The name comes first: `step.sleep('name', '10 seconds')`."],
  [/ is not a value that can be stored: .* a Promise cannot be stored/s, () => "Something is not awaited: `const value = await step.do('name', …)`."],
  [/ is too large: \d+ bytes, and the limit is /, () => "A step may return a `ReadableStream` of bytes, which can be larger; or store less of it."],
  [/^used more than \d+ MiB of memory/, () => "Too much is held at the same time: divide the work among steps, or stream it."],
  [/^Missing source code$/, () => "Write a workflow, or open an example."],
  [/^used more than \d+ ms of CPU time in one turn$/, () => "A loop without an end, or too much at once: divide the work among steps."],
  [/^Rollback for ".*" must be a function$/s, () => "How a step is undone is an object that comes last: `step.do('name', async () => { … }, { rollback: async ({ output }) => { … } })`."],
  [/^The RPC receiver does not implement the method "run"\.?$/, () => "The class that the workflow is made of needs `async run(event, step) { … }`."],
  [/^\[object \w+\]$/, () => "What was thrown is no `Error`, and only its text is kept. Throw one that says what happened: `throw new Error('…')`."],
  [/^Step name must be a string; got a function /, () => "The name comes first: `step.do('name', async () => { … })`."],
];

/** A sentence that helps with an error of that message, with code between backticks, or null. `called` as in called.js. */
export function hintFor(message, called = null) {
  for (const [pattern, words] of HINTS) {
    const found = pattern.exec(message ?? "");
    if (found !== null) return words(found, called);
  }
  return null;
}

function notAFunction({ name, by }) {
  if (by !== undefined) return `\`${by}\` was given something that is no function.`;
  const what = name === undefined ? "What is called there" : `\`${name}\``;
  const known = name === undefined || name.startsWith("step.") ? " `step` has `do`, `sleep`, `sleepUntil` and `waitForEvent`." : "";
  return `${what} is no function, which often is a misspelt name.${known}`;
}
