/** `atob` and `btoa`: the engine's own, called as Web IDL says. https://html.spec.whatwg.org/#atob */
import * as p from "../primordials";

type Recode = (text: string) => string;

/** Put both on `target`. */
export function install(target: object): void {
  for (const name of ["atob", "btoa"] as const) {
    const native = (target as Record<string, Recode>)[name]!;
    const recode = (...args: unknown[]): string => {
      if (args.length === 0) throw new p.NativeTypeError(`${name}() needs an argument`);
      return native(`${args[0] as string}`);
    };
    p.define(recode, "name", name, false);
    p.define(recode, "length", 1, false);
    p.define(target, name, recode);
  }
}
