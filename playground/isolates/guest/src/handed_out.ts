/** What the host may call here: functions and `RpcTarget`s that tenant code let out, by number. */
import * as context from "./context";
import * as p from "./primordials";
import { callMember, type Callable, noSuchMember, readMember } from "./visibility";
import type { Owner } from "./wire";

/** Base class of objects that cross the wall as what they are, instead of being copied. */
export class RpcTarget {}

/** Something of the runtime's own that the host uses, and which is told when it does so no more. */
export abstract class Lent {
  abstract released(): void;
}

/** Where something was let out: in which call, and whether a step's callback did. */
export interface Origin {
  readonly root: Owner;
  readonly inStep: boolean;
}

interface HandedOut extends Origin {
  readonly value: object;
}

/** How many may be out at a time. */
const MOST = 10_000;
const READ = "get:";
const TargetPrototype = RpcTarget.prototype;
const out = new p.NativeMap<number, HandedOut>();
let last = 0;

/** Whether `value` is a target, and not to be copied. */
export function isTarget(value: object): boolean {
  for (let at: object | null = value; at !== null; at = p.getPrototypeOf(at) as object | null) {
    if (at === TargetPrototype) return true;
  }
  return false;
}

/** Let a function or target out; its number. */
export function handOut(value: object): number {
  if (p.mapSize(out) >= MOST) {
    throw new p.NativeRangeError(`the host holds more than ${MOST} functions and targets of this isolate`);
  }
  const id = ++last;
  const { root, inStep } = context.now();
  p.mapSet(out, id, { value, root, inStep });
  return id;
}

/** The function or target with this number, if the host may still reach it. */
export function handedOut(id: number): object | undefined {
  return (p.mapGet(out, id) as HandedOut | undefined)?.value;
}

/** Where a function or target was let out. */
export function originOf(id: number): Origin | undefined {
  return p.mapGet(out, id) as HandedOut | undefined;
}

/** Call the function, call a method of the target, or (`get:name`) read one of its properties. */
export function invoke(id: number, method: string | null | undefined, args: unknown[]): unknown {
  const target = handedOut(id);
  if (target === undefined) throw new p.NativeError("the function is gone");
  if (method === undefined || method === null) {
    if (typeof target !== "function") throw new p.NativeTypeError("the stub stands for no function");
    return p.reflectApply(target as Callable, undefined, args);
  }
  if (typeof target === "function") throw noSuchMember(nameOf(method));
  return reach(target, method, args);
}

/** Call a method of an object that the other side may reach, or read a property. */
export function reach(target: object, method: string, args: unknown[]): unknown {
  return isRead(method) ? readMember(target, nameOf(method)) : callMember(target, method, args);
}

/** Whether `get:name` was asked for, and not a method. */
export const isRead = (method: string): boolean => p.slice(method, 0, READ.length) === READ;

/** The name of what a method or `get:name` asks for. */
export const nameOf = (method: string): string => (isRead(method) ? p.slice(method, READ.length) : method);

/** The host needs these no more. */
export function release(ids: number[]): void {
  for (let i = 0; i < ids.length; i++) {
    const value = handedOut(ids[i]!);
    p.mapDelete(out, ids[i]!);
    if (value instanceof Lent) value.released();
  }
}

/** How many the host may reach. */
export const count = (): number => p.mapSize(out);

/** Forget what was let out by a call which was given up. */
export function forget(root: number): void {
  p.mapForEach(out, (item, id) => {
    if ((item as HandedOut).root === root) p.mapDelete(out, id);
  });
}
