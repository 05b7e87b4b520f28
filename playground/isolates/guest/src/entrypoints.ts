/** What the host may call of a tenant: the default export's handlers, and classes' methods. */
import { define } from "./codec";
import * as p from "./primordials";
import { deepFreeze, type StepStub, WorkflowEntrypoint, WorkflowStep } from "./workflow";
import { dataOf } from "./web/body";
import { Request, Response } from "./web/fetch";

type Exports = Record<string, unknown>;
interface RequestShape {
  readonly method: string;
  readonly url: string;
  readonly headers: [string, string][];
  readonly body: ArrayBuffer | string | null;
}
type Method = (...args: unknown[]) => unknown;

let exportsOf: Exports = {};
let env: unknown = {};

/** The main module is there. */
export function provide(main: Exports, environment: unknown): void {
  exportsOf = main;
  env = environment;
}

function missing(entry: string): Error {
  return new p.NativeError(`no such entrypoint: ${entry}`);
}

const context = (): object => ({ waitUntil() {}, passThroughOnException() {}, props: {}, exports: {} });

/** Call a method of an entrypoint; what it gives is the call's result. */
export async function call(entry: string | null, method: string, args: unknown[]): Promise<unknown> {
  const name = entry ?? "default";
  const found = p.hasOwn(exportsOf, name) ? exportsOf[name] : undefined;
  if (found === undefined || found === null) throw missing(name);
  if (typeof found === "function") return ofClass(found as new (ctx: object, env: unknown) => object, method, args);
  if (method !== "fetch" || typeof found !== "object") throw missing(`${name}.${method}`);
  const handler = (found as Record<string, unknown>)["fetch"];
  if (typeof handler !== "function") throw new p.NativeTypeError("the default export has no fetch() function");
  return answer(p.reflectApply(handler as Method, found, [request(args), env, context()]));
}

async function ofClass(kind: new (ctx: object, env: unknown) => object, method: string, args: unknown[]): Promise<unknown> {
  const made = new kind(context(), env) as Record<string, unknown>;
  const member = method === "constructor" ? undefined : made[method];
  if (typeof member !== "function") {
    throw new p.NativeTypeError(`the entrypoint ${kind.name} has no method "${method}"`);
  }
  if (method === "run" && made instanceof WorkflowEntrypoint) return run(made, member as Method, args);
  if (method === "fetch") return answer(p.reflectApply(member as Method, made, [request(args)]));
  return p.reflectApply(member as Method, made, args);
}

/** `run(event, step)`: the event frozen, the step a stub of the engine's. */
function run(workflow: object, method: Method, args: unknown[]): unknown {
  const event = args[0] as Record<string, unknown>;
  return p.reflectApply(method, workflow, [deepFreeze(event), new WorkflowStep(args[1] as StepStub)]);
}

function request(args: unknown[]): Request {
  const { method, url, headers, body } = args[0] as RequestShape;
  return new Request(url, { method, headers, body: method === "GET" || method === "HEAD" ? null : body });
}

/** A response as plain data: status, headers, body. */
async function answer(given: unknown): Promise<unknown> {
  const response = await given;
  if (!(response instanceof Response)) throw new p.NativeTypeError("the fetch handler did not answer with a Response");
  const headers: [string, string][] = [];
  response.headers.forEach((value: string, name: string) => {
    define(headers, headers.length, [name, value]);
  });
  return { status: response.status, headers, body: dataOf(response) };
}
