/** Intl.NumberFormat. https://tc39.es/ecma402/#numberformat-objects */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { currencyOf, minorDigits, nameOf, symbolOf } from "./intl_currency";
import { type Decimal, decimalOf, places, scaled } from "./intl_decimal";
import { type Digits, digitOptions, rounded, showDigits } from "./intl_digits";
import { type Part, choice, joined, optionsOf, resolve, shown, supported } from "./intl_locale";
import { unitOf, unitText } from "./intl_unit";
import { illegal, shape } from "./webidl";

const STYLES = ["decimal", "percent", "currency", "unit"];
const NOTATIONS = ["standard", "scientific", "engineering", "compact"];
const SIGNS = ["auto", "never", "always", "exceptZero", "negative"];
const ENDS_IN_LETTER = /\p{L}$/u;
const COMPACT: readonly (readonly [short: string, long: string])[] = [
  ["", ""],
  ["K", "thousand"],
  ["M", "million"],
  ["B", "billion"],
  ["T", "trillion"],
];

interface State {
  readonly locale: string;
  readonly style: string;
  readonly currency: string | undefined;
  readonly currencyDisplay: string;
  readonly currencySign: string;
  readonly unit: string | undefined;
  readonly unitDisplay: string;
  readonly notation: string;
  readonly compactDisplay: string;
  readonly signDisplay: string;
  readonly grouping: "always" | "auto" | "min2" | false;
  readonly digits: Digits;
}

function groupingOf(value: unknown, isCompact: boolean): State["grouping"] {
  if (value === undefined) return isCompact ? "min2" : "auto";
  if (value === true) return "always";
  if (value === false || value === null || value === "" || value === 0) return false;
  const text = `${value as string}`;
  if (text === "true" || text === "false") return isCompact ? "min2" : "auto";
  if (text === "always" || text === "auto" || text === "min2") return text;
  throw new p.NativeRangeError(`Value ${p.slice(text, 0, 50)} out of range for options property useGrouping`);
}

function stateOf(locales: unknown, options: unknown): State {
  const locale = resolve(locales);
  const given = optionsOf(options);
  const style = choice(given, "style", STYLES, "decimal");
  const currency = given["currency"] === undefined ? undefined : currencyOf(given["currency"]);
  if (style === "currency" && currency === undefined) {
    throw new p.NativeTypeError("Currency code is required with currency style.");
  }
  const currencyDisplay = choice(
    given,
    "currencyDisplay",
    ["code", "symbol", "narrowSymbol", "name"],
    "symbol",
  );
  const currencySign = choice(given, "currencySign", ["standard", "accounting"], "standard");
  const unit = given["unit"] === undefined ? undefined : unitOf(given["unit"]);
  if (style === "unit" && unit === undefined) {
    throw new p.NativeTypeError("Required unit is undefined for unit style.");
  }
  const unitDisplay = choice(given, "unitDisplay", ["short", "narrow", "long"], "short");
  const notation = choice(given, "notation", NOTATIONS, "standard");
  const isCompact = notation === "compact";
  const minor = style === "currency" && notation === "standard" ? minorDigits(currency!) : undefined;
  const digits = digitOptions(
    given,
    minor ?? 0,
    minor ?? (style === "percent" || isCompact ? 0 : 3),
    isCompact,
  );
  return {
    locale,
    style,
    currency: style === "currency" ? currency : undefined,
    currencyDisplay,
    currencySign,
    unit: style === "unit" ? unit : undefined,
    unitDisplay,
    notation,
    compactDisplay: choice(given, "compactDisplay", ["short", "long"], "short"),
    signDisplay: choice(given, "signDisplay", SIGNS, "auto"),
    grouping: groupingOf(given["useGrouping"], isCompact),
    digits,
  };
}

/** The power of ten that a number is shown without, and the number rounded without it. */
function shifted(value: Decimal, state: State): { power: number; number: Decimal; leastFraction: number } {
  const powerOf = (number: Decimal): number => {
    if (number.digits === "" || state.notation === "standard") return 0;
    const exponent = number.point - 1;
    if (state.notation === "scientific") return exponent;
    const power = p.floor(exponent / 3) * 3;
    return state.notation === "engineering" ? power : power < 0 ? 0 : power > 12 ? 12 : power;
  };
  let power = powerOf(value);
  let made = rounded(scaled(value, -power), state.digits);
  const again = powerOf(scaled(made.number, power));
  if (again !== power) {
    power = again;
    made = rounded(scaled(value, -power), state.digits);
  }
  return { power, ...made };
}

class Writer {
  readonly parts = p.list<Part>();

  add(type: string, value: string): void {
    if (value !== "") this.parts[this.parts.length] = { type, value };
  }

  /** A suffix which may begin with a space: that is a literal of its own. */
  suffix(type: string, text: string): void {
    if (text[0] === " ") this.add("literal", " ");
    this.add(type, text[0] === " " ? p.slice(text, 1) : text);
  }

  whole(digits: string, grouping: State["grouping"]): void {
    if (grouping === false || digits.length <= (grouping === "min2" ? 4 : 3))
      return this.add("integer", digits);
    let at = digits.length % 3 || 3;
    this.add("integer", p.slice(digits, 0, at));
    for (; at < digits.length; at += 3) {
      this.add("group", ",");
      this.add("integer", p.slice(digits, at, at + 3));
    }
  }
}

function signOf(state: State, negative: boolean, isZero: boolean): "" | "-" | "+" {
  switch (state.signDisplay) {
    case "never":
      return "";
    case "always":
      return negative ? "-" : "+";
    case "exceptZero":
      return isZero ? "" : negative ? "-" : "+";
    case "negative":
      return negative && !isZero ? "-" : "";
  }
  return negative ? "-" : "";
}

function partsOf(state: State, value: unknown): Part[] {
  const given = decimalOf(value);
  const { power, number, leastFraction } = shifted(
    state.style === "percent" ? scaled(given, 2) : given,
    state,
  );
  const isZero = number.special === "nan" || (number.special === undefined && number.digits === "");
  const [whole, fraction] = places(number, state.digits.leastWhole, leastFraction);
  const isOne = whole === "1" && fraction === "" && power === 0 && number.special === undefined;
  const sign = signOf(state, given.negative, isZero);
  const writer = new Writer();
  const inBrackets = sign === "-" && state.style === "currency" && state.currencySign === "accounting";
  if (inBrackets) writer.add("literal", "(");
  else if (sign !== "") writer.add(sign === "-" ? "minusSign" : "plusSign", sign);
  const isNamed = state.currencyDisplay === "name";
  if (state.style === "currency" && !isNamed) {
    const symbol = symbolOf(state.currency!, state.currencyDisplay);
    writer.add("currency", symbol);
    if (p.regexpTest(ENDS_IN_LETTER, symbol) !== null) writer.add("literal", "\u00a0");
  }
  if (number.special === "nan") writer.add("nan", "NaN");
  else if (number.special === "infinity") writer.add("infinity", "∞");
  else {
    writer.whole(whole, state.grouping);
    if (fraction !== "") {
      writer.add("decimal", ".");
      writer.add("fraction", fraction);
    }
    exponent(writer, state, power);
  }
  if (state.style === "percent") writer.add("percentSign", "%");
  if (state.style === "unit") writer.suffix("unit", unitText(state.unit!, state.unitDisplay, isOne));
  if (state.style === "currency" && isNamed) writer.suffix("currency", ` ${nameOf(state.currency!, isOne)}`);
  if (inBrackets) writer.add("literal", ")");
  return writer.parts;
}

function exponent(writer: Writer, state: State, power: number): void {
  if (state.notation === "compact") {
    const [short, long] = COMPACT[power / 3]!;
    if (power > 0) writer.suffix("compact", state.compactDisplay === "short" ? short : ` ${long}`);
  } else if (state.notation !== "standard") {
    writer.add("exponentSeparator", "E");
    if (power < 0) writer.add("exponentMinusSign", "-");
    writer.add("exponentInteger", `${power < 0 ? -power : power}`);
  }
}

/** A number as a locale writes it, for `toLocaleString`. */
export function formatNumber(value: unknown, locales: unknown, options: unknown): string {
  return joined(partsOf(stateOf(locales, options), value));
}

let read: (format: object) => State;

class Format {
  readonly #state: State;
  #format: ((value: unknown) => string) | undefined;

  static {
    read = (format) => (#state in format ? format.#state : illegal("Intl.NumberFormat"));
  }

  constructor(locales: unknown, options: unknown) {
    this.#state = stateOf(locales, options);
  }

  get format(): (value: unknown) => string {
    const state = read(this);
    if (this.#format === undefined) {
      this.#format = (value) => joined(partsOf(state, value));
      p.define(this.#format, "name", "", false);
    }
    return this.#format;
  }

  formatToParts(value: unknown): Part[] {
    return shown(partsOf(read(this), value));
  }

  formatRange(from: unknown, to: unknown): string {
    return joined(range(read(this), from, to));
  }

  formatRangeToParts(from: unknown, to: unknown): Part[] {
    return shown(range(read(this), from, to));
  }

  resolvedOptions(): object {
    const state = read(this);
    const { locale, style, currency, unit, notation, digits, grouping } = state;
    return {
      locale,
      numberingSystem: "latn",
      style,
      ...(currency && { currency, currencyDisplay: state.currencyDisplay, currencySign: state.currencySign }),
      ...(unit && { unit, unitDisplay: state.unitDisplay }),
      ...showDigits(digits),
      useGrouping: grouping,
      notation,
      ...(notation === "compact" && { compactDisplay: state.compactDisplay }),
      signDisplay: state.signDisplay,
    };
  }
}

function range(state: State, from: unknown, to: unknown): Part[] {
  if (from === undefined || to === undefined) throw new p.NativeTypeError("a range has two ends");
  const first = partsOf(state, from);
  const last = partsOf(state, to);
  const made = p.list<Part>();
  const put = (part: Part, source: string): void => {
    made[made.length] = { ...part, source } as Part;
  };
  if (joined(first) === joined(last)) {
    put({ type: "approximatelySign", value: "~" }, "shared");
    for (let i = 0; i < first.length; i++) put(first[i]!, "shared");
    return made;
  }
  for (let i = 0; i < first.length; i++) put(first[i]!, "startRange");
  put({ type: "literal", value: state.style === "currency" ? " – " : "–" }, "shared");
  for (let i = 0; i < last.length; i++) put(last[i]!, "endRange");
  return made;
}

/** May be called with and without `new`. */
export const NumberFormat = function NumberFormat(locales?: unknown, options?: unknown): object {
  return new Format(locales, options);
} as unknown as { new (locales?: unknown, options?: unknown): Format; prototype: object };
p.define(NumberFormat, "supportedLocalesOf", (...args: unknown[]) => supported(args[0]), false);
p.define(NumberFormat, "length", 0, false);
NumberFormat.prototype = Format.prototype;
p.define(Format.prototype, "constructor", NumberFormat, false);
shape(Format, "NumberFormat");
p.define(Format.prototype, Symbol.toStringTag, "Intl.NumberFormat", false);
refuse(Format);
