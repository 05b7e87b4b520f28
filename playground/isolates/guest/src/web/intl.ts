/**
 * Intl's everyday part, in English, and what of the language's own classes speaks of locales.
 *
 * It is our own because of what it stands on elsewhere: the formatters of formatjs are 245 KB of code
 * without any data, and need 250 MB of packages to be built. This is 47 KB, and the table of time zones.
 * https://tc39.es/ecma402/
 */
import * as p from "../primordials";
import { DateTimeFormat, formatDate } from "./intl_date";
import type { Needs } from "./intl_date_options";
import { locales, resolve } from "./intl_locale";
import { NumberFormat, formatNumber } from "./intl_number";
import { PluralRules } from "./intl_plural";
import { Collator, ListFormat, RelativeTimeFormat, compare, weightsOf } from "./intl_text";

const numberValue = p.uncurry(Number.prototype.valueOf);
const bigintValue = p.uncurry(BigInt.prototype.valueOf);

function method(
  on: object,
  name: string,
  length: number,
  run: (self: unknown, args: unknown[]) => unknown,
): void {
  const made = {
    [name](this: unknown, ...args: unknown[]): unknown {
      return run(this, args);
    },
  }[name]!;
  p.define(made, "length", length, false);
  p.define(on, name, made, false);
}

/** Put Intl on `target`, and give the language's classes their methods. */
export function install(target: object): void {
  const made = {};
  p.defineProperty(made, Symbol.toStringTag, { value: "Intl", configurable: true });
  const classes = { Collator, DateTimeFormat, ListFormat, NumberFormat, PluralRules, RelativeTimeFormat };
  for (const name of p.keys(classes)) p.define(made, name, (classes as Record<string, unknown>)[name], false);
  method(made, "getCanonicalLocales", 1, (_, [given]) => {
    const found = locales(given);
    const list: string[] = [];
    for (let i = 0; i < found.length; i++) p.define(list, i, found[i]);
    return list;
  });
  p.define(target, "Intl", made, false);
  method(Number.prototype, "toLocaleString", 0, (self, [wanted, options]) => {
    return formatNumber(numberValue(self as number), wanted, options);
  });
  method(BigInt.prototype, "toLocaleString", 0, (self, [wanted, options]) => {
    return formatNumber(bigintValue(self as bigint), wanted, options);
  });
  const date = (name: string, needs: Needs, adds: Needs | "all"): void => {
    method(Date.prototype, name, 0, (self, [wanted, options]) => {
      return formatDate(p.dateTime(self as Date), wanted, options, needs, adds);
    });
  };
  date("toLocaleString", "any", "all");
  date("toLocaleDateString", "date", "date");
  date("toLocaleTimeString", "time", "time");
  method(String.prototype, "localeCompare", 1, (self, [other, wanted, options]) => {
    if (self === undefined || self === null) throw new p.NativeTypeError("localeCompare() needs a text");
    const [one, two] = [`${self as string}`, `${other as string}`];
    resolve(wanted);
    return compare(one, two, weightsOf(options));
  });
  for (const name of ["toLowerCase", "toUpperCase"] as const) {
    const native = p.uncurry(String.prototype[name]);
    const local = name === "toLowerCase" ? "toLocaleLowerCase" : "toLocaleUpperCase";
    method(String.prototype, local, 0, (self, [wanted]) => {
      if (self === undefined || self === null) throw new p.NativeTypeError(`${local}() needs a text`);
      locales(wanted);
      return native(self as string);
    });
  }
}
