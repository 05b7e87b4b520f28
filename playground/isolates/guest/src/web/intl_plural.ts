/** Intl.PluralRules, with the rules of English. https://tc39.es/ecma402/#pluralrules-objects */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { decimalOf, places } from "./intl_decimal";
import { type Digits, digitOptions, rounded, showDigits } from "./intl_digits";
import { choice, optionsOf, resolve, supported } from "./intl_locale";
import { illegal, need, shape } from "./webidl";

type Category = "one" | "two" | "few" | "other";

/** The category of an ordinal: 1st, 2nd, 3rd, 4th. */
function ordinal(whole: string): Category {
  const last = whole[whole.length - 1];
  if (whole.length > 1 && whole[whole.length - 2] === "1") return "other";
  return last === "1" ? "one" : last === "2" ? "two" : last === "3" ? "few" : "other";
}

export class PluralRules {
  readonly #locale: string;
  readonly #type: string;
  readonly #digits: Digits;

  constructor(locales?: unknown, options?: unknown) {
    this.#locale = resolve(locales);
    const given = optionsOf(options);
    this.#type = choice(given, "type", ["cardinal", "ordinal"], "cardinal");
    this.#digits = digitOptions(given, 0, 3);
  }

  select(number: unknown): string {
    const type = #type in this ? this.#type : illegal("Intl.PluralRules");
    const value = rounded(decimalOf(+(number as number)), this.#digits);
    if (value.number.special !== undefined) return "other";
    const [whole, fraction] = places(value.number, 1, value.leastFraction);
    if (type === "ordinal") return fraction === "" ? ordinal(whole) : "other";
    return whole === "1" && fraction === "" ? "one" : "other";
  }

  selectRange(from: unknown, to: unknown): string {
    need(arguments.length, 2, "selectRange()");
    if (from === undefined || to === undefined) throw new p.NativeTypeError("a range has two ends");
    if (+(from as number) !== +(from as number) || +(to as number) !== +(to as number)) {
      throw new p.NativeRangeError("an end of the range is not a number");
    }
    return this.select(to);
  }

  resolvedOptions(): object {
    if (!(#type in this)) return illegal("Intl.PluralRules");
    const categories = this.#type === "ordinal" ? ["one", "two", "few", "other"] : ["one", "other"];
    return {
      locale: this.#locale,
      type: this.#type,
      ...showDigits(this.#digits),
      pluralCategories: categories,
    };
  }

  static supportedLocalesOf(locales?: unknown): string[] {
    return supported(locales);
  }
}
shape(PluralRules, "PluralRules");
p.define(PluralRules.prototype, Symbol.toStringTag, "Intl.PluralRules", false);
refuse(PluralRules);
