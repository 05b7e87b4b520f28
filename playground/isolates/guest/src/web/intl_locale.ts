/**
 * The locales of Intl here: English as in the United States, and as in Britain where that differs. All
 * others are well-formed or refused, and fall back to the first.
 * https://tc39.es/ecma402/#sec-internationalization
 */
import * as p from "../primordials";
import { dictionary } from "./webidl";

export type Locale = "en-US" | "en-GB";

const TAG = new RegExp(
  "^(?:[a-z]{2,3}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?" +
    "(?:-(?:[0-9a-z]{5,8}|[0-9][0-9a-z]{3}))*(?:-[0-9a-wyz](?:-[0-9a-z]{2,8})+)*(?:-x(?:-[0-9a-z]{1,8})+)?$",
  "i",
);
const toLowerCase = p.uncurry(String.prototype.toLowerCase);
const toUpperCase = p.uncurry(String.prototype.toUpperCase);
const splitText = p.uncurry(String.prototype.split) as unknown as (text: string, by: string) => string[];
/** Regions where English is written as in Britain: days first, and hours to 24. */
const BRITISH = " GB IE AU NZ ZA IN SG HK MT ";

/** A tag as it is written: `EN-us` is `en-US`. Throws a RangeError for what is none. */
function canonical(tag: string): string {
  if (p.regexpTest(TAG, tag) === null) {
    throw new p.NativeRangeError(`Incorrect locale information provided: ${p.slice(tag, 0, 50)}`);
  }
  const parts = p.setPrototypeOf(splitText(tag, "-"), null) as string[];
  let text = toLowerCase(parts[0]!);
  let inExtension = false;
  for (let i = 1; i < parts.length; i++) {
    const part = toLowerCase(parts[i]!);
    inExtension ||= part.length === 1;
    if (!inExtension && part.length === 2) text += `-${toUpperCase(part)}`;
    else if (!inExtension && part.length === 4 && p.charCodeAt(part, 0) > 57) {
      text += `-${toUpperCase(p.slice(part, 0, 1))}${p.slice(part, 1)}`;
    } else text += `-${part}`;
  }
  return text;
}

/** The list of locales that is meant by an argument: a tag, several, or none. */
export function locales(given: unknown): string[] {
  const made = p.list<string>();
  if (given === undefined) return made;
  if (typeof given === "string") {
    made[0] = canonical(given);
    return made;
  }
  if (given === null) throw new p.NativeTypeError("locales cannot be null");
  const { length } = given as { length: unknown };
  for (let i = 0; i < +(length as number); i++) {
    const tag = (given as Record<number, unknown>)[i];
    if (typeof tag !== "string" && (typeof tag !== "object" || tag === null)) {
      throw new p.NativeTypeError("a locale is a text");
    }
    const text = canonical(`${tag as string}`);
    let known = false;
    for (let k = 0; k < made.length; k++) known ||= made[k] === text;
    if (!known) made[made.length] = text;
  }
  return made;
}

function isEnglish(tag: string): boolean {
  return tag === "en" || p.slice(tag, 0, 3) === "en-";
}

/** The first locale that is had, as it was asked for; en-US where none is. */
export function resolve(given: unknown): string {
  const wanted = locales(given);
  for (let i = 0; i < wanted.length; i++) if (isEnglish(wanted[i]!)) return base(wanted[i]!);
  return "en-US";
}

/** A tag without its extensions. */
function base(tag: string): string {
  const parts = p.setPrototypeOf(splitText(tag, "-"), null) as string[];
  let text = parts[0]!;
  for (let i = 1; i < parts.length && parts[i]!.length > 1; i++) text += `-${parts[i]}`;
  return text;
}

/** Whose conventions a resolved locale follows. */
export function conventions(resolved: string): Locale {
  const region = p.slice(resolved, 3);
  return region.length === 2 && p.indexOf(BRITISH, ` ${region} `) >= 0 ? "en-GB" : "en-US";
}

/** What `supportedLocalesOf` answers. */
export function supported(given: unknown): string[] {
  const wanted = locales(given);
  const found: string[] = [];
  for (let i = 0; i < wanted.length; i++) {
    if (isEnglish(wanted[i]!)) p.define(found, found.length, wanted[i]);
  }
  return found;
}

export type Options = Record<string, unknown>;

/** An options argument. */
export const optionsOf = (given: unknown): Options => dictionary<Options>(given, "options");

/** An option that is one of some texts. Throws a RangeError for another. */
export function choice<T extends string | undefined>(
  options: Options,
  name: string,
  among: readonly string[],
  otherwise: T,
): string | T {
  const value = options[name];
  if (value === undefined) return otherwise;
  const text = `${value as string}`;
  for (let i = 0; i < among.length; i++) if (among[i] === text) return text;
  throw new p.NativeRangeError(`Value ${p.slice(text, 0, 50)} out of range for options property ${name}`);
}

/** An option that is a whole number within bounds. Throws a RangeError for another. */
export function wholeOption<T extends number | undefined>(
  options: Options,
  name: string,
  least: number,
  most: number,
  otherwise: T,
): number | T {
  const value = options[name];
  if (value === undefined) return otherwise;
  const number = p.floor(+(value as number));
  if (number >= least && number <= most) return number;
  throw new p.NativeRangeError(`${name} value is out of range.`);
}

/** Parts of a formatted text. */
export interface Part {
  readonly type: string;
  readonly value: string;
}

/** Parts as a text. */
export function joined(parts: readonly Part[]): string {
  let text = "";
  for (let i = 0; i < parts.length; i++) text += parts[i]!.value;
  return text;
}

/** Parts as tenant code may hold them; more members of each by `more`. */
export function shown(parts: readonly Part[], more?: object): Part[] {
  const made: Part[] = [];
  for (let i = 0; i < parts.length; i++) {
    const { type, value } = parts[i]!;
    p.define(made, i, { type, value, ...more });
  }
  return made;
}
