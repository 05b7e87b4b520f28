/** Intl.ListFormat, Intl.RelativeTimeFormat and Intl.Collator, in English. https://tc39.es/ecma402/ */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { type Part, choice, joined, optionsOf, resolve, shown, supported } from "./intl_locale";
import { NumberFormat } from "./intl_number";
import { illegal, shape } from "./webidl";

const normalize = p.uncurry(String.prototype.normalize) as (text: string, form: string) => string;
const toLowerCase = p.uncurry(String.prototype.toLowerCase);
const MARKS = /^\p{M}$/u;
const LETTER = /^[\p{L}\p{N}]$/u;
const DIGIT = /^[0-9]$/;

const put = (parts: Part[], type: string, value: string): void => {
  parts[parts.length] = { type, value };
};

export class ListFormat {
  readonly #locale: string;
  readonly #type: string;
  readonly #style: string;

  constructor(locales?: unknown, options?: unknown) {
    this.#locale = resolve(locales);
    const given = optionsOf(options);
    this.#type = choice(given, "type", ["conjunction", "disjunction", "unit"], "conjunction");
    this.#style = choice(given, "style", ["long", "short", "narrow"], "long");
  }

  format(list: unknown): string {
    return joined(this.#parts(list));
  }

  formatToParts(list: unknown): Part[] {
    return shown(this.#parts(list));
  }

  resolvedOptions(): object {
    return { locale: this.#locale, type: this.#type, style: this.#style };
  }

  static supportedLocalesOf(locales?: unknown): string[] {
    return supported(locales);
  }

  #parts(list: unknown): Part[] {
    const items = list === undefined ? [] : [...(list as Iterable<unknown>)];
    const word = this.#type === "disjunction" ? "or " : this.#type === "unit" ? "" : this.#word();
    const comma = this.#type === "unit" && this.#style === "narrow" ? " " : ", ";
    const isPair = items.length === 2;
    const parts = p.list<Part>();
    for (let i = 0; i < items.length; i++) {
      if (typeof items[i] !== "string") throw new p.NativeTypeError("Iterable yielded a non-String value");
      const isLast = i > 0 && i === items.length - 1;
      if (isLast && isPair && word !== "") put(parts, "literal", ` ${word}`);
      else if (isLast) put(parts, "literal", comma + word);
      else if (i > 0) put(parts, "literal", comma);
      put(parts, "element", items[i] as string);
    }
    return parts;
  }

  #word(): string {
    return this.#style === "long" ? "and " : this.#style === "short" ? "& " : "";
  }
}

/** What the unit is called next to now, and abbreviated. */
const UNITS = p.setPrototypeOf(
  {
    year: ["last year", "this year", "next year", "yr."],
    quarter: ["last quarter", "this quarter", "next quarter", "qtr.", "qtrs."],
    month: ["last month", "this month", "next month", "mo."],
    week: ["last week", "this week", "next week", "wk."],
    day: ["yesterday", "today", "tomorrow", "day", "days"],
    hour: [undefined, "this hour", undefined, "hr."],
    minute: [undefined, "this minute", undefined, "min."],
    second: [undefined, "now", undefined, "sec."],
  },
  null,
) as Record<string, readonly (string | undefined)[]>;
/** Those that are abbreviated next to now, too. */
const SHORTENED = " year quarter month week ";
const NARROW = p.setPrototypeOf(
  { year: "y", quarter: "q", month: "mo", week: "w", day: "d", hour: "h", minute: "m", second: "s" },
  null,
) as Record<string, string>;

function unitOf(value: unknown): string {
  const text = `${value as string}`;
  const one = p.slice(text, -1) === "s" ? p.slice(text, 0, -1) : text;
  if (UNITS[one] !== undefined) return one;
  throw new p.NativeRangeError(`Invalid unit argument for format() '${p.slice(text, 0, 50)}'`);
}

export class RelativeTimeFormat {
  readonly #locale: string;
  readonly #numeric: string;
  readonly #style: string;
  readonly #numbers = new NumberFormat("en");

  constructor(locales?: unknown, options?: unknown) {
    this.#locale = resolve(locales);
    const given = optionsOf(options);
    this.#style = choice(given, "style", ["long", "short", "narrow"], "long");
    this.#numeric = choice(given, "numeric", ["always", "auto"], "always");
  }

  format(value: unknown, unit: unknown): string {
    return joined(this.#parts(value, unit));
  }

  formatToParts(value: unknown, unit: unknown): Part[] {
    const name = unitOf(unit);
    const parts = this.#parts(value, unit);
    const made: Part[] = [];
    for (let i = 0; i < parts.length; i++) {
      const { type, value: text } = parts[i]!;
      p.define(made, i, type === "literal" ? { type, value: text } : { type, value: text, unit: name });
    }
    return made;
  }

  resolvedOptions(): object {
    const { locale, style, numeric } = { locale: this.#locale, style: this.#style, numeric: this.#numeric };
    return { locale, style, numeric, numberingSystem: "latn" };
  }

  static supportedLocalesOf(locales?: unknown): string[] {
    return supported(locales);
  }

  #parts(value: unknown, unit: unknown): Part[] {
    const number = +(value as number);
    const name = unitOf(unit);
    if (!p.isFiniteNumber(number)) throw new p.NativeRangeError("Invalid time value");
    const parts = p.list<Part>();
    const isNear = this.#numeric === "auto" && number >= -1 && number <= 1;
    const near = isNear ? UNITS[name]![number + 1] : undefined;
    if (near !== undefined) {
      const isShort = this.#style !== "long" && p.indexOf(SHORTENED, ` ${name} `) >= 0;
      const space = p.indexOf(near, " ");
      put(parts, "literal", isShort ? `${p.slice(near, 0, space)} ${UNITS[name]![3]!}` : near);
      return parts;
    }
    const isPast = number < 0 || p.is(number, -0);
    const amount = isPast ? -number : number;
    const isNarrow = this.#style === "narrow";
    if (!isPast) put(parts, "literal", "in ");
    const shownNumber = this.#numbers.formatToParts(amount);
    for (let i = 0; i < shownNumber.length; i++) put(parts, shownNumber[i]!.type, shownNumber[i]!.value);
    const [, , , short, shorts = short] = UNITS[name]!;
    const text =
      this.#style === "long"
        ? ` ${name}${amount === 1 ? "" : "s"}`
        : isNarrow
          ? NARROW[name]!
          : ` ${amount === 1 ? short! : shorts!}`;
    put(parts, "literal", isPast ? `${text} ago` : text);
    return parts;
  }
}

interface Weights {
  readonly sensitivity: string;
  readonly numeric: boolean;
  readonly upperFirst: boolean;
  readonly ignoresPunctuation: boolean;
}

/** What sorts before what: spaces and signs, then digits, then letters. */
function rank(character: string): number {
  if (p.regexpTest(LETTER, character) === null) return 0;
  return p.regexpTest(DIGIT, character) === null ? 2 : 1;
}

interface Key {
  readonly letters: readonly string[];
  readonly marks: string;
  readonly cases: string;
}

function keyOf(text: string, weights: Weights): Key {
  const whole = normalize(text, "NFD");
  const letters = p.list<string>();
  let marks = "";
  let cases = "";
  for (let i = 0; i < whole.length; i++) {
    const unit = p.charCodeAt(whole, i);
    let character = whole[i]!;
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < whole.length) character += whole[++i]!;
    if (p.regexpTest(MARKS, character) !== null) {
      marks += character;
      continue;
    }
    if (weights.ignoresPunctuation && rank(character) === 0) continue;
    const lower = toLowerCase(character);
    if (weights.numeric && rank(character) === 1 && letters.length > 0 && marks[marks.length - 1] === "0") {
      letters[letters.length - 1] += character;
    } else {
      letters[letters.length] = lower;
    }
    marks += weights.numeric && rank(character) === 1 ? "0" : "|";
    cases += (lower === character) === weights.upperFirst ? "1" : "0";
  }
  return { letters, marks, cases };
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function compareLetters(one: string, other: string, numeric: boolean): number {
  const kind = rank(one[0]!) - rank(other[0]!);
  if (kind !== 0) return kind < 0 ? -1 : 1;
  if (!numeric || rank(one[0]!) !== 1) return compareTexts(one, other);
  const [left, right] = [p.NativeBigInt(one), p.NativeBigInt(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Compare two texts: letters first, then their marks, then their case. */
export function compare(one: string, other: string, weights: Weights): number {
  const [left, right] = [keyOf(one, weights), keyOf(other, weights)];
  const length = left.letters.length < right.letters.length ? left.letters.length : right.letters.length;
  for (let i = 0; i < length; i++) {
    const order = compareLetters(left.letters[i]!, right.letters[i]!, weights.numeric);
    if (order !== 0) return order;
  }
  if (left.letters.length !== right.letters.length)
    return left.letters.length < right.letters.length ? -1 : 1;
  const { sensitivity } = weights;
  if (sensitivity === "accent" || sensitivity === "variant") {
    const order = compareTexts(left.marks, right.marks);
    if (order !== 0) return order;
  }
  return sensitivity === "case" || sensitivity === "variant" ? compareTexts(left.cases, right.cases) : 0;
}

/** The weights that options ask for. */
export function weightsOf(options: unknown): Weights & { usage: string; caseFirst: string } {
  const given = optionsOf(options);
  const usage = choice(given, "usage", ["sort", "search"], "sort");
  const numeric = !!given["numeric"];
  const caseFirst = choice(given, "caseFirst", ["upper", "lower", "false"], "false");
  const sensitivity = choice(given, "sensitivity", ["base", "accent", "case", "variant"], "variant");
  const ignoresPunctuation = !!given["ignorePunctuation"];
  return { usage, numeric, caseFirst, sensitivity, ignoresPunctuation, upperFirst: caseFirst === "upper" };
}

let stateOf: (collator: object) => { locale: string; weights: ReturnType<typeof weightsOf> };

class CollatorObject {
  readonly #state: { locale: string; weights: ReturnType<typeof weightsOf> };
  #compare: ((one: unknown, other: unknown) => number) | undefined;

  static {
    stateOf = (collator) => (#state in collator ? collator.#state : illegal("Intl.Collator"));
  }

  constructor(locales: unknown, options: unknown) {
    this.#state = { locale: resolve(locales), weights: weightsOf(options) };
  }

  get compare(): (one: unknown, other: unknown) => number {
    const { weights } = stateOf(this);
    return (this.#compare ??= (one, other) => compare(`${one as string}`, `${other as string}`, weights));
  }

  resolvedOptions(): object {
    const { locale, weights } = stateOf(this);
    const { usage, sensitivity, ignoresPunctuation, numeric, caseFirst } = weights;
    const rest = { ignorePunctuation: ignoresPunctuation, collation: "default", numeric, caseFirst };
    return { locale, usage, sensitivity, ...rest };
  }
}

/** May be called with and without `new`. */
export const Collator = function Collator(locales?: unknown, options?: unknown): object {
  return new CollatorObject(locales, options);
} as unknown as { new (locales?: unknown, options?: unknown): CollatorObject; prototype: object };
p.define(Collator, "supportedLocalesOf", (...args: unknown[]) => supported(args[0]), false);
p.define(Collator, "length", 0, false);
Collator.prototype = CollatorObject.prototype;
p.define(CollatorObject.prototype, "constructor", Collator, false);

const NAMED = { ListFormat, RelativeTimeFormat, Collator: CollatorObject };
for (const name of p.keys(NAMED) as (keyof typeof NAMED)[]) {
  shape(NAMED[name], name);
  p.define(NAMED[name].prototype, Symbol.toStringTag, `Intl.${name}`, false);
  refuse(NAMED[name]);
}
