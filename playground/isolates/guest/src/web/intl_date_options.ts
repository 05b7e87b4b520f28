/** What a date's format is to show. https://tc39.es/ecma402/#sec-createdatetimeformat */
import * as p from "../primordials";
import {
  type Locale,
  type Options,
  choice,
  conventions,
  optionsOf,
  resolve,
  wholeOption,
} from "./intl_locale";
import { type Zone, zoneOf } from "./intl_zone";

const TEXT = ["narrow", "short", "long"];
const NUMERIC = ["2-digit", "numeric"];
const STYLES = ["full", "long", "medium", "short"];
const ZONE_NAMES = ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"];

/** The components, in the order of the specification, with what each may be. */
const COMPONENTS: readonly (readonly [string, readonly string[]])[] = [
  ["weekday", TEXT],
  ["era", TEXT],
  ["year", NUMERIC],
  ["month", [...NUMERIC, ...TEXT]],
  ["day", NUMERIC],
  ["dayPeriod", TEXT],
  ["hour", NUMERIC],
  ["minute", NUMERIC],
  ["second", NUMERIC],
];

export interface Fields {
  weekday?: string;
  era?: string;
  year?: string;
  month?: string;
  day?: string;
  dayPeriod?: string;
  hour?: string;
  minute?: string;
  second?: string;
  fractionalSecondDigits?: number;
  timeZoneName?: string;
}

export interface DateState {
  readonly locale: string;
  readonly conventions: Locale;
  readonly zone: Zone;
  readonly hourCycle: string;
  readonly dateStyle: string | undefined;
  readonly timeStyle: string | undefined;
  readonly fields: Fields;
}

/** Which components must be there, and which are added where none is asked for. */
export type Needs = "date" | "time" | "any";

const DATE = ["weekday", "year", "month", "day"];
const TIME = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];

function hasAny(fields: Fields, names: readonly string[]): boolean {
  for (let i = 0; i < names.length; i++) {
    if ((fields as Record<string, unknown>)[names[i]!] !== undefined) return true;
  }
  return false;
}

/** The state of a format. `needs` and `adds`: `any` adds a date. */
export function dateState(locales: unknown, options: unknown, needs: Needs, adds: Needs | "all"): DateState {
  const locale = resolve(locales);
  const british = conventions(locale);
  const given = optionsOf(options);
  const hour12 = given["hour12"] === undefined ? undefined : !!given["hour12"];
  const cycle = choice(given, "hourCycle", ["h11", "h12", "h23", "h24"], undefined);
  const zone = zoneOf(given["timeZone"]);
  const fields = fieldsOf(given);
  const dateStyle = choice(given, "dateStyle", STYLES, undefined);
  const timeStyle = choice(given, "timeStyle", STYLES, undefined);
  const usual = british === "en-GB" ? "h23" : "h12";
  const hourCycle = hour12 === undefined ? (cycle ?? usual) : hour12 ? "h12" : "h23";
  const state = { locale, conventions: british, zone, hourCycle, dateStyle, timeStyle, fields };
  if (dateStyle !== undefined || timeStyle !== undefined) {
    if (p.keys(fields).length > 0) {
      throw new p.NativeTypeError(
        `Can't set option ${p.keys(fields)[0]!} when dateStyle or timeStyle is used`,
      );
    }
    if (needs === "date" && timeStyle !== undefined) {
      throw new p.NativeTypeError("Invalid option : timeStyle");
    }
    if (needs === "time" && dateStyle !== undefined) {
      throw new p.NativeTypeError("Invalid option : dateStyle");
    }
    return { ...state, fields: styled(dateStyle, timeStyle, british) };
  }
  const hasNeeded = (needs !== "time" && hasAny(fields, DATE)) || (needs !== "date" && hasAny(fields, TIME));
  if (!hasNeeded) {
    if (adds !== "time") fields.year = fields.month = fields.day = "numeric";
    if (adds === "time" || adds === "all") fields.hour = fields.minute = fields.second = "numeric";
  }
  return state;
}

function fieldsOf(given: Options): Fields {
  const fields = p.record() as Record<string, unknown>;
  for (let i = 0; i < COMPONENTS.length; i++) {
    const [name, among] = COMPONENTS[i]!;
    const value = choice(given, name, among, undefined);
    if (value !== undefined) fields[name] = value;
  }
  const digits = wholeOption(given, "fractionalSecondDigits", 1, 3, undefined);
  if (digits !== undefined) fields["fractionalSecondDigits"] = digits;
  const name = choice(given, "timeZoneName", ZONE_NAMES, undefined);
  if (name !== undefined) fields["timeZoneName"] = name;
  return fields as Fields;
}

/** The components of the styles. */
function styled(date: string | undefined, time: string | undefined, british: Locale): Fields {
  const fields = p.record() as Fields;
  if (date === "full") fields.weekday = "long";
  if (date !== undefined) {
    const isShort = date === "short";
    fields.year = isShort && british === "en-US" ? "2-digit" : "numeric";
    fields.month = isShort
      ? british === "en-GB"
        ? "2-digit"
        : "numeric"
      : date === "medium"
        ? "short"
        : "long";
    fields.day = isShort && british === "en-GB" ? "2-digit" : "numeric";
  }
  if (time !== undefined) {
    fields.hour = british === "en-GB" ? "2-digit" : "numeric";
    fields.minute = "2-digit";
    if (time !== "short") fields.second = "2-digit";
    if (time === "full") fields.timeZoneName = "long";
    if (time === "long") fields.timeZoneName = "short";
  }
  return fields;
}
