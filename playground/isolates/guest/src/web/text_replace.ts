/** `String.prototype.replaceAll` that no tenant's `exec` takes part in. */
import * as p from "../primordials";

/** Replace all that a global pattern finds; it never finds nothing. */
export function replaced(pattern: RegExp, text: string, by: (found: string) => string): string {
  pattern.lastIndex = 0;
  let made = "";
  let from = 0;
  for (;;) {
    const found = p.regexpTest(pattern, text) as (string[] & { index: number }) | null;
    if (found === null) return from === 0 ? text : made + p.slice(text, from);
    made += p.slice(text, from, found.index) + by(found[0]!);
    from = found.index + found[0]!.length;
  }
}
