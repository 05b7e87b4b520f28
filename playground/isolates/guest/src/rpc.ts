/**
 * Calls across the wall, both ways: stubs of the host's objects here, and functions of ours that the host
 * may call.
 */
import { decode, encode } from "./codec";
import * as context from "./context";
import type { DecodeHook } from "./decoder";
import { type EncodeHook, refuse } from "./encoder";
import { fatal, NotAValue } from "./not_a_value";
import * as p from "./primordials";
import { asError, bareError, errorText } from "./thrown";
import { type Owner, send } from "./wire";

/** Base class of objects that cross the wall as what they are, instead of being copied. */
export class RpcTarget {}

export type Callable = (...args: unknown[]) => unknown;

/** A host object as it is known there. It lives as long as the stub, or one of its methods, is in reach. */
interface Host {
  readonly id: number;
}

interface Exported {
  readonly fn: Callable;
  readonly root: Owner;
}

interface Waiting {
  readonly context: context.Context;
  readonly fns: number[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

const LONGEST_ERROR = 262144;
const TargetPrototype = RpcTarget.prototype;
const stubs = new p.NativeWeakMap<object, Host>();
const exported = new p.NativeMap<number, Exported>();
const waiting = new p.NativeMap<number, Waiting>();
let lastFunction = 0;
let lastAsk = 0;
/** The numbers of the functions in what is being encoded. */
let handedOut = p.list<number>();

const encodeHook: EncodeHook = (value) => {
  const node = p.record();
  const host = p.weakGet(stubs, value) as Host | undefined;
  if (host !== undefined) {
    const content = p.record();
    content["id"] = host.id;
    node["$stub"] = content;
  } else if (typeof value === "function") {
    node["$fn"] = share(value as Callable);
  } else if (isTarget(value)) {
    node["$target"] = share((method, ...args) => callTarget(value, method, args));
  } else {
    return undefined;
  }
  return node;
};

const decodeHook: DecodeHook = (tag, content) => {
  if (tag === "$stub") return stub(content as StubShape);
  throw new p.NativeTypeError(`${tag} has no meaning here`);
};

/** Encode what crosses: values, and functions, targets and stubs as references. */
export const encodeArguments = (args: unknown): string => encode(args, encodeHook);

/** Decode what crossed. */
export const decodeArguments = (text: string): unknown => decode(text, decodeHook);

/** The wire form of whatever was thrown. */
export function encodeError(thrown: unknown): string {
  const error = thrown instanceof NotAValue ? fatal(thrown.message) : asError(thrown);
  const whole = p.attempt(() => encode(error));
  if (whole !== undefined && whole.length <= LONGEST_ERROR) return whole;
  return encode(bareError(errorText(error)));
}

// -- the host's objects, here

export interface StubShape {
  readonly id: number;
  readonly methods: string[];
  readonly props: Record<string, unknown>;
}

const dropped = new p.NativeFinalizationRegistry<number>((id) => send({ t: "drop", stubs: p.list(id) }));

/** What stubs are instances of: nothing that they have comes from elsewhere. */
class Stub {}
p.setPrototypeOf(Stub.prototype, null);
p.freeze(Stub.prototype);
refuse(Stub);

/** An object whose methods are asks, and whose properties are there at once. */
export function stub(shape: StubShape): object {
  const made = p.create(Stub.prototype) as Record<string, unknown>;
  const host: Host = { id: shape.id };
  for (let i = 0; i < shape.methods.length; i++) {
    const method = shape.methods[i]!;
    p.define(made, method, (...args: unknown[]) => askHost(host, method, args), false);
  }
  const names = p.keys(shape.props);
  for (let i = 0; i < names.length; i++) p.define(made, names[i]!, shape.props[names[i]!]);
  p.weakSet(stubs, made, host);
  p.register(dropped, host, shape.id);
  return p.freeze(made);
}

/** Ask the host to call a method of the object that a stub stands for. */
export function ask(target: object, method: string, args: unknown[], kind = p.NativePromise): Promise<unknown> {
  return askHost(p.weakGet(stubs, target) as Host, method, args, kind);
}

function askHost(host: Host, method: string, args: unknown[], kind = p.NativePromise): Promise<unknown> {
  const asking = context.now();
  return new kind((resolve, reject) => {
    const before = handedOut;
    const fns = (handedOut = p.list<number>());
    let text: string;
    try {
      text = encodeArguments(args);
    } catch (error) {
      release(fns);
      if (!(error instanceof NotAValue)) throw error;
      throw fatal(`An argument of ${method}() is not a value: ${error.message}`);
    } finally {
      handedOut = before;
    }
    const id = ++lastAsk;
    p.mapSet(waiting, id, { context: asking, fns, resolve, reject });
    send({ t: "ask", id, owner: asking.id, target: host.id, method, args: text });
  });
}

/** The host has answered an ask. Functions among its arguments are of no use to it any more. */
export function answered(id: number, ok: string | undefined, error: string | undefined): void {
  const found = p.mapGet(waiting, id) as Waiting | undefined;
  if (found === undefined) return;
  p.mapDelete(waiting, id);
  release(found.fns);
  context.enter(found.context);
  try {
    if (ok !== undefined) found.resolve(decodeArguments(ok));
    else found.reject(decodeArguments(error!));
  } catch (reason) {
    found.reject(reason);
  }
}

// -- our functions, for the host

function share(fn: Callable): number {
  const id = ++lastFunction;
  p.mapSet(exported, id, { fn, root: context.now().root });
  handedOut[handedOut.length] = id;
  return id;
}

function isTarget(value: object): boolean {
  for (let at: object | null = value; at !== null; at = p.getPrototypeOf(at) as object | null) {
    if (at === TargetPrototype) return true;
  }
  return false;
}

function callTarget(target: object, method: unknown, args: unknown[]): unknown {
  const member = method === "constructor" ? undefined : (target as Record<string, unknown>)[method as string];
  if (typeof member !== "function") throw new p.NativeTypeError(`the target has no method "${method}"`);
  return p.reflectApply(member as Callable, target, args);
}

/** The function that the host means, and the call that it belongs to. */
export function functionOf(id: number): Exported | undefined {
  return p.mapGet(exported, id) as Exported | undefined;
}

/** The host needs these functions no more. */
export function release(fns: number[]): void {
  for (let i = 0; i < fns.length; i++) p.mapDelete(exported, fns[i]!);
}

/** Forget all that belongs to a call which was given up. */
export function forget(root: number): void {
  p.mapForEach(exported, (item, id) => {
    if ((item as Exported).root === root) p.mapDelete(exported, id);
  });
  p.mapForEach(waiting, (item, id) => {
    if ((item as Waiting).context.root === root) p.mapDelete(waiting, id);
  });
}
