/** How time zones are named in American English. Data of Unicode's CLDR. */
import * as p from "../primordials";
import type { Zone } from "./intl_zone";

/** Abbreviations that are used in the United States, with what they stand for. */
const NAMES = p.setPrototypeOf(
  {
    AKDT: "Alaska Daylight Time",
    AKST: "Alaska Standard Time",
    CDT: "Central Daylight Time",
    CST: "Central Standard Time",
    EDT: "Eastern Daylight Time",
    EST: "Eastern Standard Time",
    HST: "Hawaii-Aleutian Standard Time",
    MDT: "Mountain Daylight Time",
    MST: "Mountain Standard Time",
    PDT: "Pacific Daylight Time",
    PST: "Pacific Standard Time",
  },
  null,
) as Record<string, string>;
/** Zones elsewhere, by what they are called in English without an abbreviation. */
const LONG = p.setPrototypeOf(
  {
    BST: "British Summer Time",
    CEST: "Central European Summer Time",
    CET: "Central European Standard Time",
    EEST: "Eastern European Summer Time",
    EET: "Eastern European Standard Time",
    JST: "Japan Standard Time",
    KST: "Korean Standard Time",
    WEST: "Western European Summer Time",
    WET: "Western European Standard Time",
  },
  null,
) as Record<string, string>;

/** And those whose abbreviations others have, too. */
const BY_ZONE = p.setPrototypeOf(
  {
    "Asia/Calcutta": "India Standard Time",
    "Asia/Dubai": "Gulf Standard Time",
    "Asia/Kolkata": "India Standard Time",
    "Asia/Shanghai": "China Standard Time",
    "Asia/Singapore": "Singapore Standard Time",
  },
  null,
) as Record<string, string>;

const isAmerican = (name: string): boolean =>
  p.slice(name, 0, 8) === "America/" || p.slice(name, 0, 3) === "US/" || name === "Pacific/Honolulu";

function offsetName(seconds: number, isLong: boolean): string {
  if (seconds === 0) return "GMT";
  const positive = seconds < 0 ? -seconds : seconds;
  const hours = p.floor(positive / 3600);
  const minutes = p.floor(positive / 60) % 60;
  const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`);
  const sign = seconds < 0 ? "-" : "+";
  if (isLong) return `GMT${sign}${two(hours)}:${two(minutes)}`;
  return `GMT${sign}${hours}${minutes === 0 ? "" : `:${two(minutes)}`}`;
}

/** A zone's name at a time. `display`: short, long, shortOffset, longOffset, shortGeneric or longGeneric. */
export function zoneName(zone: Zone, time: number, display: string): string {
  const { seconds, letters } = zone.offsetAt(time);
  if (display === "shortOffset" || display === "longOffset")
    return offsetName(seconds, display === "longOffset");
  const isLong = display === "long" || display === "longGeneric";
  if (letters === "UTC") return isLong ? "Coordinated Universal Time" : "UTC";
  if (letters === "GMT") return isLong ? "Greenwich Mean Time" : "GMT";
  const named = isAmerican(zone.name) && NAMES[letters] !== undefined;
  if (isLong)
    return (named ? NAMES[letters] : (BY_ZONE[zone.name] ?? LONG[letters])) ?? offsetName(seconds, true);
  return named ? letters : offsetName(seconds, false);
}
