/** Which values are their own JSON: most are, and take the engine's own path both ways. */
import * as native from "./native";
import * as p from "./primordials";

/** How deeply containers may be nested; `native.isPlain` knows it too. */
export const MAX_DEPTH = 200;

/** Whether JSON says all of `value`, so that it need not be taken apart. */
export function isPlain(value: unknown): boolean {
  // JSON.stringify would call these
  if (p.hasOwn(p.ObjectPrototype, "toJSON") || p.hasOwn(p.ArrayPrototype, "toJSON")) return typeof value === "string";
  return native.isPlain(value);
}
