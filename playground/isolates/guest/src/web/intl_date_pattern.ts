/** Dates and times as English writes them. Patterns and names of Unicode's CLDR. */
import * as p from "../primordials";
import type { DateState, Fields } from "./intl_date_options";
import type { Part } from "./intl_locale";
import { zoneName } from "./intl_zone_name";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const ERAS: Record<string, readonly [string, string]> = {
  narrow: ["B", "A"],
  short: ["BC", "AD"],
  long: ["Before Christ", "Anno Domini"],
};
const { prototype } = Date;
const dateYear = p.uncurry(prototype.getUTCFullYear);
const dateMonth = p.uncurry(prototype.getUTCMonth);
const dateDay = p.uncurry(prototype.getUTCDate);
const dateWeekday = p.uncurry(prototype.getUTCDay);
const dateHour = p.uncurry(prototype.getUTCHours);
const dateMinute = p.uncurry(prototype.getUTCMinutes);
const dateSecond = p.uncurry(prototype.getUTCSeconds);
const dateMs = p.uncurry(prototype.getUTCMilliseconds);

const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`);
const sized = (number: number, style: string | undefined): string =>
  style === "2-digit" ? two(number % 100) : `${number}`;

function named(name: string, style: string): string {
  return style === "long" ? name : p.slice(name, 0, style === "narrow" ? 1 : 3);
}

class Writer {
  readonly parts = p.list<Part>();

  add(type: string, value: string): void {
    if (value !== "") this.parts[this.parts.length] = { type, value };
  }

  literal(value: string): void {
    this.add("literal", value);
  }
}

/** The parts of a time, in epoch ms. */
export function dateParts(state: DateState, time: number): Part[] {
  const { fields } = state;
  const local = new p.NativeDate(time + state.zone.offsetAt(time).seconds * 1000);
  const writer = new Writer();
  const hasDate = writeDate(writer, state, local);
  const hasTime =
    fields.hour !== undefined ||
    fields.minute !== undefined ||
    fields.second !== undefined ||
    fields.fractionalSecondDigits !== undefined ||
    fields.dayPeriod !== undefined;
  if (hasDate && hasTime) writer.literal(isLong(state) ? " at " : ", ");
  if (hasTime) writeTime(writer, state, local);
  if (fields.timeZoneName !== undefined) {
    if (hasTime) writer.literal(" ");
    else if (hasDate) writer.literal(", ");
    writer.add("timeZoneName", zoneName(state.zone, time, fields.timeZoneName));
  }
  return writer.parts;
}

/** Whether date and time are joined by "at". */
function isLong({ fields, dateStyle }: DateState): boolean {
  if (dateStyle !== undefined) return dateStyle === "full" || dateStyle === "long";
  return fields.month === "long";
}

function writeDate(writer: Writer, state: DateState, local: Date): boolean {
  const { fields } = state;
  const { weekday, month, day, year, era } = fields;
  const isText = month === "long" || month === "short" || month === "narrow";
  if (weekday === undefined && month === undefined && day === undefined && year === undefined) {
    if (era === undefined) return false;
  }
  const british = state.conventions === "en-GB";
  const own = dateYear(local);
  // before the first year there is no year 0: the year before is 1 BC, and so on
  const shownYear = own <= 0 ? 1 - own : own;
  const digits = isPadded(fields, british) ? "2-digit" : undefined;
  const put = {
    weekday: () => writer.add("weekday", named(WEEKDAYS[dateWeekday(local)]!, weekday!)),
    day: () => writer.add("day", sized(dateDay(local), isText ? day : (digits ?? day))),
    month: () => {
      const text = isText ? named(MONTHS[dateMonth(local)]!, month!) : "";
      writer.add("month", text || sized(dateMonth(local) + 1, digits ?? month));
    },
    year: () => writer.add("year", year === "2-digit" ? two(shownYear % 100) : `${shownYear}`),
  };
  const isWhole = month !== undefined && day !== undefined;
  const isAlone = month === undefined && day === undefined && year === undefined;
  if (weekday !== undefined && (isWhole || isAlone || (month !== undefined && year === undefined))) {
    put.weekday();
    if (!isAlone) writer.literal(british && year === undefined ? " " : ", ");
  }
  const order = british ? (["day", "month", "year"] as const) : (["month", "day", "year"] as const);
  let before: string | undefined;
  for (let i = 0; i < order.length; i++) {
    const name = order[i]!;
    if (fields[name] === undefined) continue;
    if (before !== undefined) {
      const isComma = isText && !british && name === "year" && before === "day";
      writer.literal(!isText && month !== undefined ? "/" : isComma ? ", " : " ");
    }
    put[name]();
    before = name;
    if (weekday !== undefined && name === "day" && month === undefined) {
      writer.literal(" ");
      put.weekday();
    }
  }
  if (weekday !== undefined && year !== undefined && day === undefined) {
    writer.literal(" ");
    put.weekday();
  }
  if (era !== undefined) {
    if (before !== undefined) writer.literal(" ");
    writer.add("era", ERAS[era]![own > 0 ? 1 : 0]);
  }
  return true;
}

/** In Britain months and days in digits have two: 02/01/2026. */
function isPadded({ year, month, day }: Fields, british: boolean): boolean {
  return (
    british &&
    month !== undefined &&
    (day !== undefined || year !== undefined) &&
    !(year === "2-digit" && day)
  );
}

function writeTime(writer: Writer, state: DateState, local: Date): void {
  const { fields, hourCycle } = state;
  const { hour, minute, second, fractionalSecondDigits: digits, dayPeriod } = fields;
  const hours = dateHour(local);
  const has12 = hourCycle === "h12" || hourCycle === "h11";
  let before = false;
  if (hour !== undefined) {
    const number =
      hourCycle === "h12"
        ? hours % 12 || 12
        : hourCycle === "h11"
          ? hours % 12
          : hourCycle === "h24"
            ? hours || 24
            : hours;
    writer.add("hour", sized(number, has12 ? hour : "2-digit"));
    before = true;
  }
  if (minute !== undefined) {
    if (before) writer.literal(":");
    const isPadded = hour !== undefined || second !== undefined || digits !== undefined;
    writer.add("minute", isPadded ? two(dateMinute(local)) : `${dateMinute(local)}`);
    before = true;
  }
  if (second !== undefined) {
    if (before) writer.literal(":");
    writer.add(
      "second",
      minute !== undefined || hour !== undefined ? two(dateSecond(local)) : `${dateSecond(local)}`,
    );
    before = true;
  }
  if (digits !== undefined) {
    const ms = dateMs(local);
    const all = `${ms < 100 ? "0" : ""}${ms < 10 ? "0" : ""}${ms}`;
    if (second !== undefined) writer.literal(".");
    else if (before) writer.literal(":");
    writer.add("fractionalSecond", p.slice(all, 0, digits));
  }
  if (dayPeriod !== undefined && (has12 || hour === undefined)) {
    if (before) writer.literal(" ");
    writer.add("dayPeriod", partOfDay(hours, dateMinute(local), minute !== undefined || hour !== undefined));
  } else if (hour !== undefined && has12) {
    writer.literal(" ");
    const half = hours < 12 ? "AM" : "PM";
    writer.add("dayPeriod", state.conventions === "en-GB" ? (hours < 12 ? "am" : "pm") : half);
  }
}

function partOfDay(hours: number, minutes: number, hasTime: boolean): string {
  if (hours === 12 && (minutes === 0 || !hasTime)) return "noon";
  if (hours < 6 || hours >= 21) return "at night";
  return hours < 12 ? "in the morning" : hours < 18 ? "in the afternoon" : "in the evening";
}
