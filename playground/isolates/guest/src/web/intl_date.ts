/** Intl.DateTimeFormat. https://tc39.es/ecma402/#datetimeformat-objects */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { type DateState, type Needs, dateState } from "./intl_date_options";
import { dateParts } from "./intl_date_pattern";
import { type Part, joined, shown, supported } from "./intl_locale";
import { illegal, shape } from "./webidl";

const MOST_TIME = 8.64e15;

/** A time in epoch ms. Throws a RangeError for what is none. */
function timeOf(value: unknown): number {
  const given = value === undefined ? p.clock() : +(value as number);
  const time = given < 0 ? -p.floor(-given) : p.floor(given);
  if (time >= -MOST_TIME && time <= MOST_TIME) return time + 0;
  throw new p.NativeRangeError("Invalid time value");
}

/** A date as a locale writes it, for `toLocaleString` and its like. */
export function formatDate(
  time: number,
  locales: unknown,
  options: unknown,
  needs: Needs,
  adds: Needs | "all",
): string {
  const state = dateState(locales, options, needs, adds);
  return time !== time ? "Invalid Date" : joined(dateParts(state, time));
}

let read: (format: object) => DateState;

class Format {
  readonly #state: DateState;
  #format: ((value?: unknown) => string) | undefined;

  static {
    read = (format) => (#state in format ? format.#state : illegal("Intl.DateTimeFormat"));
  }

  constructor(locales: unknown, options: unknown) {
    this.#state = dateState(locales, options, "any", "date");
  }

  get format(): (value?: unknown) => string {
    const state = read(this);
    if (this.#format === undefined) {
      this.#format = (value) => joined(dateParts(state, timeOf(value)));
      p.define(this.#format, "name", "", false);
    }
    return this.#format;
  }

  formatToParts(value?: unknown): Part[] {
    return shown(dateParts(read(this), timeOf(value)));
  }

  formatRange(from: unknown, to: unknown): string {
    const state = read(this);
    if (from === undefined || to === undefined) throw new p.NativeTypeError("a range has two ends");
    const first = joined(dateParts(state, timeOf(from)));
    const last = joined(dateParts(state, timeOf(to)));
    return first === last ? first : `${first}\u2009–\u2009${last}`;
  }

  resolvedOptions(): object {
    const { locale, zone, hourCycle, dateStyle, timeStyle, fields } = read(this);
    const has12 = hourCycle === "h12" || hourCycle === "h11";
    const hasHour = fields.hour !== undefined;
    const own = dateStyle === undefined && timeStyle === undefined ? fields : {};
    return {
      locale,
      calendar: "gregory",
      numberingSystem: "latn",
      timeZone: zone.name,
      ...(hasHour && { hourCycle, hour12: has12 }),
      ...own,
      ...(dateStyle !== undefined && { dateStyle }),
      ...(timeStyle !== undefined && { timeStyle }),
    };
  }
}

/** May be called with and without `new`. */
export const DateTimeFormat = function DateTimeFormat(locales?: unknown, options?: unknown): object {
  return new Format(locales, options);
} as unknown as { new (locales?: unknown, options?: unknown): Format; prototype: object };
p.define(DateTimeFormat, "supportedLocalesOf", (...args: unknown[]) => supported(args[0]), false);
p.define(DateTimeFormat, "length", 0, false);
DateTimeFormat.prototype = Format.prototype;
p.define(Format.prototype, "constructor", DateTimeFormat, false);
shape(Format, "DateTimeFormat");
p.define(Format.prototype, Symbol.toStringTag, "Intl.DateTimeFormat", false);
refuse(Format);
