/** Calls across the wall, both ways: stubs of the host's objects here, and functions of ours that the host may call. */
import { type DecodeHook, type EncodeHook, attempt, decode, define, encode, errorFields, NotAValue } from "./codec";
import * as context from "./context";
import * as p from "./primordials";
import { send } from "./wire";

/** Base class of objects that may cross the wall as what they are, instead of being copied. */
export class RpcTarget {}

type Callable = (...args: unknown[]) => unknown;
interface Waiting {
  readonly call: context.Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

const STUBS = new p.NativeWeakMap<object, number>();
const exported = new p.NativeMap<number, { fn: Callable; root: number }>();
const waiting = new p.NativeMap<number, Waiting>();
let nextFunction = 1;
let nextAsk = 1;

/** Errors that the host names; their classes are told apart by `name` alone. */
export function fatal(message: string): Error {
  const error = new p.NativeError(message);
  define(error, "name", "WorkflowFatalError", false);
  return error;
}

const encodeHook: EncodeHook = (value) => {
  const stub = p.weakGet(STUBS, value) as number | undefined;
  if (stub !== undefined) return { __proto__: null, $stub: { __proto__: null, id: stub } } as object;
  if (typeof value === "function") return { __proto__: null, $fn: share(value as Callable) } as object;
  if (value instanceof RpcTarget) return { __proto__: null, $target: shareTarget(value) } as object;
  return undefined;
};

const decodeHook: DecodeHook = (tag, content) => {
  if (tag === "$stub") return stub(content as StubShape);
  throw new p.NativeTypeError(`${tag} has no meaning here`);
};

/** Encode what crosses: values, and functions, targets and stubs as references. */
export const encodeArguments = (args: unknown): string => encode(args, encodeHook);

/** Decode what crossed. */
export const decodeArguments = (text: string): unknown => decode(text, decodeHook);

/** A thrown value as an error's wire form. What is no Error becomes one whose message is its text. */
export function encodeError(thrown: unknown): string {
  if (thrown instanceof NotAValue) return encodeError(fatal(thrown.message));
  const error = thrown instanceof p.NativeError ? thrown : asError(thrown);
  const whole = attempt(() => encode(error));
  if (whole !== undefined && whole.length <= 262144) return whole;
  const { name, message, stack } = errorFields(error);
  const plain = new p.NativeError(message);
  define(plain, "name", name, false);
  define(plain, "stack", stack ?? "", false);
  return encode(plain);
}

function asError(thrown: unknown): Error {
  const text = attempt(() => (typeof thrown === "symbol" ? p.NativeString(thrown) : `${thrown as string}`));
  const error = new p.NativeError(text ?? "an object that has no text");
  define(error, "stack", "", false);
  return error;
}

// -- the host's objects, here

interface StubShape {
  readonly id: number;
  readonly methods: string[];
  readonly props: Record<string, unknown>;
}

/** An object whose methods are asks, and whose properties are there at once. */
export function stub(shape: StubShape): object {
  const made = p.create(null) as Record<string, unknown>;
  for (let i = 0; i < shape.methods.length; i++) {
    const method = shape.methods[i]!;
    define(made, method, (...args: unknown[]) => ask(shape.id, method, args), false);
  }
  const names = p.keys(shape.props);
  for (let i = 0; i < names.length; i++) define(made, names[i]!, shape.props[names[i]!]);
  p.weakSet(STUBS, made, shape.id);
  return p.freeze(made);
}

/** Ask the host to call a method of one of its objects. */
export function ask(target: number, method: string, args: unknown[]): Promise<unknown> {
  const call = context.now();
  const id = nextAsk++;
  return new p.NativePromise((resolve, reject) => {
    const text = encodeArguments(args);
    p.mapSet(waiting, id, { call, resolve, reject });
    send({ t: "ask", id, owner: call.id, target, method, args: text });
  });
}

/** The host has answered an ask. */
export function answered(id: number, ok: string | undefined, error: string | undefined): void {
  const found = p.mapGet(waiting, id) as Waiting | undefined;
  if (found === undefined) return;
  p.mapDelete(waiting, id);
  context.enter(found.call);
  if (ok !== undefined) found.resolve(decodeArguments(ok));
  else found.reject(decodeArguments(error!));
}

// -- our functions, for the host

function share(fn: Callable): number {
  p.mapSet(exported, nextFunction, { fn, root: context.now().root });
  return nextFunction++;
}

function shareTarget(target: RpcTarget): number {
  return share(((method: string, ...args: unknown[]) => {
    const member = method === "constructor" ? undefined : (target as unknown as Record<string, unknown>)[method];
    if (typeof member !== "function") throw new p.NativeTypeError(`the target has no method "${method}"`);
    return p.reflectApply(member as Callable, target, args);
  }) as Callable);
}

/** The function that the host means, and the call that it belongs to. */
export const functionOf = (fn: number): { fn: Callable; root: number } | undefined =>
  p.mapGet(exported, fn) as { fn: Callable; root: number } | undefined;

/** The host needs these functions no more. */
export function release(fns: number[]): void {
  for (let i = 0; i < fns.length; i++) p.mapDelete(exported, fns[i]!);
}

/** Forget all that belongs to a call which was given up. */
export function forget(root: number): void {
  p.mapForEach(exported, (item, fn) => {
    if ((item as { root: number }).root === root) p.mapDelete(exported, fn);
  });
  p.mapForEach(waiting, (item, id) => {
    if ((item as Waiting).call.root === root) p.mapDelete(waiting, id);
  });
}
