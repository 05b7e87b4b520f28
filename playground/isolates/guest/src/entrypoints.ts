/** What the host may call of a tenant: the default export's `fetch`, and methods of exported classes. */
import * as console from "./console";
import * as p from "./primordials";
import type { Callable } from "./rpc";
import { asResponse, requestOf, type RequestShape } from "./web/exchange";
import { deepFreeze, WorkflowStep } from "./workflow";

type Exports = Record<string, unknown>;
type Class = new (ctx: object, env: unknown) => object;

/** The tenant's bindings, also what `cloudflare:workers` exports as `env`. */
export const env: Record<string, unknown> = {};
let exportsOf: Exports = {};

/** Fill `env`, before the tenant's modules are evaluated. */
export function bind(bindings: Record<string, unknown>): void {
  const names = p.keys(bindings);
  for (let i = 0; i < names.length; i++) p.define(env, names[i]!, bindings[names[i]!]);
}

/** The main module is there. */
export function provide(main: Exports): void {
  exportsOf = main;
}

/** A workflow's `run(event, step)`: the event frozen, the step a stub of the engine's. */
export function run(entry: string | null, args: unknown[]): unknown {
  const bound = methodOf(classOf(entry), "run");
  return bound([deepFreeze(args[0]), new WorkflowStep(args[1] as object)]);
}

/** Call a method of an entrypoint; what it gives is the call's result. */
export function call(entry: string | null, method: string, args: unknown[]): unknown {
  const found = exportOf(entry);
  if (typeof found === "function") {
    const bound = methodOf(found as Class, method);
    return method === "fetch" ? asResponse(bound([requestOf(args[0] as RequestShape)])) : bound(args);
  }
  const handler = method === "fetch" ? (found as Exports)["fetch"] : undefined;
  if (typeof handler !== "function") {
    throw new p.NativeTypeError(`the export ${entry ?? "default"} has no ${method}() function`);
  }
  const given = [requestOf(args[0] as RequestShape), env, context()];
  return asResponse(p.reflectApply(handler as Callable, found, given));
}

function exportOf(entry: string | null): object {
  const name = entry ?? "default";
  const found = p.hasOwn(exportsOf, name) ? exportsOf[name] : undefined;
  if (typeof found !== "function" && (typeof found !== "object" || found === null)) {
    throw new p.NativeError(`no such entrypoint: ${name}`);
  }
  return found;
}

function classOf(entry: string | null): Class {
  const found = exportOf(entry);
  if (typeof found !== "function") {
    const name = entry ?? "default";
    throw new p.NativeTypeError(`the export ${name} is no class that extends WorkflowEntrypoint`);
  }
  return found as Class;
}

/** A method of a new instance. */
function methodOf(kind: Class, name: string): (args: unknown[]) => unknown {
  const made = new kind(context(), env);
  const member = name === "constructor" ? undefined : (made as Record<string, unknown>)[name];
  if (typeof member !== "function") throw new p.NativeTypeError(`${kind.name} has no method ${name}()`);
  return (args) => p.reflectApply(member as Callable, made, args);
}

function context(): object {
  return { waitUntil, passThroughOnException() {}, props: {}, exports: {} };
}

/** A promise that nobody awaits: its failure is a line in the log. */
function waitUntil(work: unknown): void {
  const settled = p.awaited(work);
  p.then(settled, undefined, (reason) => console.uncaught(reason));
}
