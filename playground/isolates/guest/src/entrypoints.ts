/** What the host may call of a tenant: the default export's `fetch`, and methods of exported classes. */
import * as console from "./console";
import * as p from "./primordials";
import { isRead, nameOf, reach } from "./handed_out";
import { loopbacks } from "./loopback";
import { decodeArguments } from "./rpc";
import type { Run } from "./runs";
import { type Callable, noSuchMember } from "./visibility";
import { asResponse, requestOf, type RequestShape } from "./web/exchange";
import type { Call } from "./wire";
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
export function run(call: Call, args: unknown[], ahead: Run | undefined): unknown {
  const made = instanceOf(classOf(call.entry), call);
  return handler(made, "run")(deepFreeze(args[0]), new WorkflowStep(ahead, args[1] as object | undefined));
}

/** Call a method of an entrypoint, or (`get:name`) read a property; what it gives is the call's result. */
export function call(message: Call, args: unknown[]): unknown {
  const { entry, method } = message;
  const found = exportOf(entry);
  if (typeof found !== "function") return ofObject(found, message, args);
  const made = instanceOf(found as Class, message);
  if (method === "fetch") return asResponse(handler(made, "fetch")(requestOf(args[0] as RequestShape)));
  return reach(made, method, args);
}

/** An export that is no class: `fetch` takes a request, its other functions one argument of the caller's. */
function ofObject(found: object, message: Call, args: unknown[]): unknown {
  const { method } = message;
  if (method === "fetch") {
    return asResponse(handler(found, "fetch")(requestOf(args[0] as RequestShape), env, context(message)));
  }
  const name = nameOf(method);
  const member = p.hasOwn(found, name) ? (found as Exports)[name] : undefined;
  if (isRead(method) || typeof member !== "function") throw noSuchMember(name);
  if (args.length > 1) {
    throw new p.NativeTypeError(
      `${name}() of an object takes one argument over RPC, and then env and ctx: ` +
        "export a class that extends WorkerEntrypoint for more",
    );
  }
  return p.reflectApply(member as Callable, found, p.list(args[0], env, context(message)));
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

function instanceOf(kind: Class, message: Call): object {
  return new kind(context(message), env);
}

/** What the platform itself calls, however it got there. */
function handler(of: object, name: string): Callable {
  const member = (of as Exports)[name];
  if (typeof member !== "function") {
    if (name === "fetch") throw new p.NativeTypeError("Handler does not export a fetch() function.");
    throw noSuchMember(name);
  }
  return (...args) => p.reflectApply(member as Callable, of, args);
}

function context({ props }: Call): object {
  const given = props === undefined ? {} : decodeArguments(props);
  let services: object | undefined;
  return {
    waitUntil,
    passThroughOnException() {},
    props: given,
    get exports() {
      return (services ??= loopbacks(exportsOf));
    },
  };
}

/** A promise that nobody awaits: its failure is a line in the log. */
function waitUntil(work: unknown): void {
  const settled = p.awaited(work);
  p.then(settled, undefined, (reason) => console.uncaught(reason));
}
