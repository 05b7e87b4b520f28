/**
 * Time zones: the IANA database's since 1970; `scripts/zones.py` writes them into `zones.json`, and says how.
 * https://www.iana.org/time-zones
 */
import * as p from "../primordials";
import ZONES from "./zones.json";

interface Offset {
  /** Seconds east of Greenwich. */
  readonly seconds: number;
  readonly letters: string;
}

interface Turn {
  readonly month: number;
  readonly week: number;
  readonly day: number;
  /** Of a rule by days of the year, without the 29th of February. */
  readonly julian?: number;
  readonly seconds: number;
}

interface Rule {
  readonly standard: Offset;
  readonly summer?: Offset;
  readonly from?: Turn;
  readonly to?: Turn;
}

export interface Zone {
  readonly name: string;
  readonly offsetAt: (time: number) => Offset;
}

/** All lines as one text: of a list each text that is read would be counted, and so its memory written to. */
const TABLE = `\n${(ZONES as string[]).join("\n")}\n`;
const OFFSET_NAME = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/;
const RULE = /^(<[^>]+>|[A-Za-z]+)([+-]?[\d:]+)(?:(<[^>]+>|[A-Za-z]+)([+-]?[\d:]+)?(?:,([^,]+),([^,]+))?)?$/;
const TURN = /^(?:M(\d+)\.(\d+)\.(\d+)|J(\d+))(?:\/([+-]?[\d:]+))?$/;
const CLOCK = /^([+-]?)(\d+)(?::(\d+))?(?::(\d+))?$/;
const toLowerCase = p.uncurry(String.prototype.toLowerCase);
const splitText = p.uncurry(String.prototype.split) as unknown as (text: string, by: string) => string[];
const split = (text: string, by: string): string[] => p.setPrototypeOf(splitText(text, by), null) as string[];
const parse36 = parseInt;
const dateUTC = Date.UTC;
const HOUR = 3600;
const DAY_MS = 86_400_000;
const UTC: Zone = { name: "UTC", offsetAt: () => ({ seconds: 0, letters: "UTC" }) };
const found = new p.NativeMap<string, Zone>();

const match = (pattern: RegExp, text: string): (string | undefined)[] | null =>
  p.regexpTest(pattern, text) as (string | undefined)[] | null;

/** The zone of a name, in any case, or of an offset. Throws a RangeError for what is none. */
export function zoneOf(given: unknown): Zone {
  if (given === undefined) return UTC;
  const text = `${given as string}`;
  const lower = toLowerCase(text);
  if (lower === "utc" || lower === "gmt") return { ...UTC, name: lower === "utc" ? "UTC" : "GMT" };
  const known = p.mapGet(found, lower) as Zone | undefined;
  if (known !== undefined) return known;
  const made = byOffset(text) ?? byName(text, lower);
  if (made === undefined) {
    throw new p.NativeRangeError(`Invalid time zone specified: ${p.slice(text, 0, 50)}`);
  }
  p.mapSet(found, lower, made);
  return made;
}

function byOffset(text: string): Zone | undefined {
  const parts = match(OFFSET_NAME, text);
  if (parts === null) return undefined;
  const [, sign, hours, minutes = "00"] = parts;
  const seconds = (sign === "-" ? -1 : 1) * (+hours! * HOUR + +minutes * 60);
  const offset = { seconds, letters: "" };
  return { name: `${seconds === 0 ? "+" : sign!}${hours!}:${minutes}`, offsetAt: () => offset };
}

/** Where a name stands in a table among the names of a line; -1 where it does not. */
function placeOf(table: string, name: string): number {
  for (let at = p.indexOf(table, name); at >= 0; at = p.indexOf(table, name, at + 1)) {
    const before = table[at - 1];
    const after = table[at + name.length];
    if ((before !== "\n" && before !== " ") || (after !== " " && after !== "|")) continue;
    if (isAmongNames(table, at)) return at;
  }
  return -1;
}

/** Whether no bar stands before it in its line: behind the first one there are no names any more. */
function isAmongNames(table: string, at: number): boolean {
  for (let i = at - 1; table[i] !== "\n"; i--) if (table[i] === "|") return false;
  return true;
}

function byName(text: string, lower: string): Zone | undefined {
  if (text === "") return undefined;
  let at = placeOf(TABLE, text);
  if (at < 0) at = placeOf(toLowerCase(TABLE), lower);
  if (at < 0) return undefined;
  let from = at;
  while (TABLE[from - 1] !== "\n") from--;
  return read(p.slice(TABLE, at, at + lower.length), p.slice(TABLE, from, p.indexOf(TABLE, "\n", at)));
}

function read(name: string, line: string): Zone {
  const columns = split(line, "|");
  const offsetTexts = columns[1]!;
  const changeTexts = columns[2]!;
  const ruleText = columns[3]!;
  const offsets = p.list<Offset>();
  const texts = split(offsetTexts, ",");
  for (let i = 0; i < texts.length; i++) {
    const space = p.indexOf(texts[i]!, " ");
    offsets[i] = { seconds: +p.slice(texts[i]!, 0, space), letters: p.slice(texts[i]!, space + 1) };
  }
  const times = p.list<number>();
  const kinds = p.list<number>();
  const changes = changeTexts === "" ? p.list<string>() : split(changeTexts, ",");
  let minutes = 0;
  for (let i = 0; i < changes.length; i++) {
    const colon = p.indexOf(changes[i]!, ":");
    minutes += parse36(p.slice(changes[i]!, 0, colon), 36);
    times[i] = minutes * 60_000;
    kinds[i] = parse36(p.slice(changes[i]!, colon + 1), 36);
  }
  const rule = ruleText === "" ? undefined : ruleOf(ruleText);
  const offsetAt = (time: number): Offset => {
    const last = times.length - 1;
    if (rule !== undefined && (last < 0 || time >= times[last]!)) return byRule(rule, time);
    let kind = 0;
    for (let i = last; i >= 0; i--) {
      if (time < times[i]!) continue;
      kind = kinds[i]!;
      break;
    }
    return offsets[kind]!;
  };
  return { name, offsetAt };
}

function seconds(text: string): number {
  const [, sign, hours, minutes = "0", rest = "0"] = match(CLOCK, text)!;
  return (sign === "-" ? -1 : 1) * (+hours! * HOUR + +minutes * 60 + +rest);
}

function ruleOf(text: string): Rule {
  const [, letters, offset, summerLetters, summerOffset, from, to] = match(RULE, text)!;
  const plain = (name: string): string => (name[0] === "<" ? p.slice(name, 1, -1) : name);
  const standard = { seconds: -seconds(offset!), letters: plain(letters!) };
  if (summerLetters === undefined) return { standard };
  const moved = summerOffset === undefined ? standard.seconds + HOUR : -seconds(summerOffset);
  const summer = { seconds: moved, letters: plain(summerLetters) };
  return { standard, summer, from: turnOf(from!), to: turnOf(to!) };
}

function turnOf(text: string): Turn {
  const [, month = "0", week = "0", day = "0", julian, clock = "2"] = match(TURN, text)!;
  const turn = { month: +month, week: +week, day: +day, seconds: seconds(clock) };
  return julian === undefined ? turn : { ...turn, julian: +julian };
}

/** When a turn is in a year, on the clocks before it, in epoch ms as if they were at Greenwich. */
function turnIn(year: number, { month, week, day, julian, seconds: clock }: Turn): number {
  if (julian !== undefined) {
    const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = julian - 1 + (isLeap && julian > 59 ? 1 : 0);
    return dateUTC(year, 0, 1) + days * DAY_MS + clock * 1000;
  }
  const first = dateUTC(year, month - 1, 1);
  const weekday = (((first / DAY_MS + 4) % 7) + 7) % 7;
  let date = 1 + ((day - weekday + 7) % 7) + (week - 1) * 7;
  const length = (dateUTC(year, month, 1) - first) / DAY_MS;
  if (date > length) date -= 7;
  return first + (date - 1) * DAY_MS + clock * 1000;
}

const yearOf = p.uncurry(Date.prototype.getUTCFullYear);

function byRule({ standard, summer, from, to }: Rule, time: number): Offset {
  if (summer === undefined) return standard;
  const year = yearOf(new p.NativeDate(time + standard.seconds * 1000));
  const begins = turnIn(year, from!) - standard.seconds * 1000;
  const ends = turnIn(year, to!) - summer.seconds * 1000;
  const isSummer = begins < ends ? time >= begins && time < ends : time >= begins || time < ends;
  return isSummer ? summer : standard;
}
