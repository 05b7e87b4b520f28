/** Which values are their own JSON: most are, and take the engine's own path both ways. */
import * as p from "./primordials";

/** How deeply containers may be nested. */
export const MAX_DEPTH = 200;

/**
 * Whether JSON says all of `value`, so that it need not be taken apart: no `undefined`, no -0, nothing met
 * twice, no keys that look like tags.
 */
export function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return isPlainNumber(value);
    case "object":
      if (value === null) return true;
      // JSON.stringify would call these
      if (p.hasOwn(p.ObjectPrototype, "toJSON") || p.hasOwn(p.ArrayPrototype, "toJSON")) return false;
      return isPlainContainer(value, new p.NativeSet<object>(), 0);
    default:
      return false;
  }
}

function isPlainNumber(value: number): boolean {
  return value === 0 ? !p.is(value, -0) : p.isFiniteNumber(value);
}

function isPlainContainer(value: object, seen: Set<object>, depth: number): boolean {
  if (depth >= MAX_DEPTH || p.setHas(seen, value)) return false;
  p.setAdd(seen, value);
  const prototype = p.getPrototypeOf(value);
  if ((prototype === p.ArrayPrototype || prototype === null) && p.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (!isPlainItem(value[i], seen, depth)) return false;
    }
    return true;
  }
  if (prototype !== p.ObjectPrototype && prototype !== null) return false;
  if (p.isArray(value)) return false;
  const names = p.keys(value);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (name[0] === "$" || name === "__proto__") return false;
    if (!isPlainItem((value as Record<string, unknown>)[name], seen, depth)) return false;
  }
  return true;
}

function isPlainItem(item: unknown, seen: Set<object>, depth: number): boolean {
  switch (typeof item) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return isPlainNumber(item);
    case "object":
      return item === null || isPlainContainer(item, seen, depth + 1);
    default:
      return false;
  }
}
