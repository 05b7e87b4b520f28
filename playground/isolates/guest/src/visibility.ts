/**
 * What of an object the other side may reach.
 *
 * As in Workers: the methods and accessors that its classes declare. Not what stands on the instance itself,
 * not `#private` members, not `constructor`, and nothing that every object has.
 * https://developers.cloudflare.com/workers/runtime-apis/rpc/visibility/
 */
import * as p from "./primordials";

export type Callable = (...args: unknown[]) => unknown;

/** Says that the other side asked for something that is not there, or not for it. */
export function noSuchMember(name: unknown): Error {
  const shown = p.slice(typeof name === "string" ? name : "", 0, 100);
  return new p.NativeTypeError(`The RPC receiver does not implement the method "${shown}".`);
}

/** The member that a class of `target` declares under this name. */
function declared(target: object, name: string): PropertyDescriptor | undefined {
  if (name === "constructor") return undefined;
  let at = p.getPrototypeOf(target) as object | null;
  while (at !== null && at !== p.ObjectPrototype && at !== p.FunctionPrototype) {
    const found = p.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
    at = p.getPrototypeOf(at) as object | null;
  }
  return undefined;
}

/** Read a property. A method comes as a function that stays with its object. */
export function readMember(target: object, name: string): unknown {
  const found = declared(target, name);
  if (found === undefined) throw noSuchMember(name);
  const value = valueOf(found, target);
  if (typeof value !== "function") return value;
  return (...args: unknown[]) => p.reflectApply(value as Callable, target, args);
}

/** Call a method. */
export function callMember(target: object, name: string, args: unknown[]): unknown {
  const found = declared(target, name);
  if (found === undefined) throw noSuchMember(name);
  const value = valueOf(found, target);
  if (typeof value !== "function") throw noSuchMember(name);
  return p.reflectApply(value as Callable, target, args);
}

function valueOf(member: PropertyDescriptor, target: object): unknown {
  if (p.hasOwn(member, "value")) return member.value;
  const get = member.get as Callable | undefined;
  return get === undefined ? undefined : p.reflectApply(get, target, p.list());
}
