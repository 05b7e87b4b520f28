/** How amounts of units are written in English. Data of Unicode's CLDR. */
import * as p from "../primordials";

interface Unit {
  /** After the number; a form for more than one follows after `/`. */
  readonly short: string;
  readonly narrow: string;
  readonly long: string;
}

/** `short; narrow; long` by name. A space stands at the beginning where there is one. */
const ROWS = `
acre: ac;ac; acre/ acres
bit: bit;bit; bit/ bits
byte: byte;B; byte/ bytes
celsius:°C;°C; degree Celsius/ degrees Celsius
centimeter: cm;cm; centimeter/ centimeters
day: day/ days;d; day/ days
degree: deg;°; degree/ degrees
fahrenheit:°F;°; degree Fahrenheit/ degrees Fahrenheit
fluid-ounce: fl oz;fl oz; fluid ounce/ fluid ounces
foot: ft;′; foot/ feet
gallon: gal;gal; gallon/ gallons
gigabit: Gb;Gb; gigabit/ gigabits
gigabyte: GB;GB; gigabyte/ gigabytes
gram: g;g; gram/ grams
hectare: ha;ha; hectare/ hectares
hour: hr;h; hour/ hours
inch: in;″; inch/ inches
kilobit: kb;kb; kilobit/ kilobits
kilobyte: kB;kB; kilobyte/ kilobytes
kilogram: kg;kg; kilogram/ kilograms
kilometer: km;km; kilometer/ kilometers
liter: L;L; liter/ liters
megabit: Mb;Mb; megabit/ megabits
megabyte: MB;MB; megabyte/ megabytes
meter: m;m; meter/ meters
microsecond: μs;μs; microsecond/ microseconds
mile: mi;mi; mile/ miles
mile-scandinavian: smi;smi; mile-scandinavian/ miles-scandinavian
milliliter: mL;mL; milliliter/ milliliters
millimeter: mm;mm; millimeter/ millimeters
millisecond: ms;ms; millisecond/ milliseconds
minute: min;m; minute/ minutes
month: mth/ mths;m; month/ months
nanosecond: ns;ns; nanosecond/ nanoseconds
ounce: oz;oz; ounce/ ounces
percent:%;%; percent
petabyte: PB;PB; petabyte/ petabytes
pound: lb;#; pound/ pounds
second: sec;s; second/ seconds
stone: st;st; stone/ stones
terabit: Tb;Tb; terabit/ terabits
terabyte: TB;TB; terabyte/ terabytes
week: wk/ wks;w; week/ weeks
yard: yd;yd; yard/ yards
year: yr/ yrs;y; year/ years
kilometer-per-hour: km/h;km/h; kilometer per hour/ kilometers per hour
mile-per-gallon: mpg;mpg; mile per gallon/ miles per gallon
mile-per-hour: mph;mph; mile per hour/ miles per hour
`;
const PER = p.setPrototypeOf(
  { second: "/s", minute: "/min", hour: "/h", day: "/d", week: "/w", month: "/m", year: "/y" },
  null,
) as Record<string, string>;

let units: Record<string, Unit> | undefined;

/** The table; made when it is first needed. */
function known(): Record<string, Unit> {
  if (units !== undefined) return units;
  const made = p.record() as Record<string, Unit>;
  let from = 1;
  for (let to = p.indexOf(ROWS, "\n", from); to >= 0; to = p.indexOf(ROWS, "\n", from)) {
    const row = p.slice(ROWS, from, to);
    const colon = p.indexOf(row, ":");
    const first = p.indexOf(row, ";");
    const second = p.indexOf(row, ";", first + 1);
    made[p.slice(row, 0, colon)] = {
      short: p.slice(row, colon + 1, first),
      narrow: p.slice(row, first + 1, second),
      long: p.slice(row, second + 1),
    };
    from = to + 1;
  }
  return (units = made);
}

/** A unit's name. Throws a RangeError for what is none, or none that ECMA-402 knows. */
export function unitOf(value: unknown): string {
  const text = `${value as string}`;
  const per = p.indexOf(text, "-per-");
  const isKnown = (name: string): boolean => known()[name] !== undefined && p.indexOf(name, "-per-") < 0;
  if (per < 0 ? isKnown(text) : isKnown(p.slice(text, 0, per)) && isKnown(p.slice(text, per + 5)))
    return text;
  throw new p.NativeRangeError(`Invalid unit argument for NumberFormat: ${p.slice(text, 0, 50)}`);
}

/** What stands after an amount. `display`: short, narrow or long. */
export function unitText(name: string, display: string, isOne: boolean): string {
  const unit = known()[name];
  if (unit !== undefined) {
    const forms = unit[display as keyof Unit];
    // a unit may have a slash of its own, as km/h; then there is one form
    const slash = display !== "long" && p.indexOf(name, "-per-") >= 0 ? -1 : p.indexOf(forms, "/ ");
    if (slash < 0) return forms;
    return isOne ? p.slice(forms, 0, slash) : p.slice(forms, slash + 1);
  }
  const per = p.indexOf(name, "-per-");
  const [of, by] = [p.slice(name, 0, per), p.slice(name, per + 5)];
  const amount = unitText(of, display, isOne);
  if (display === "long") return `${amount} per${unitText(by, "long", true)}`;
  return `${amount}${PER[by] ?? `/${p.slice(unitText(by, "short", true), 1)}`}`;
}
