/** Numbers as decimal digits, rounded as is asked. https://tc39.es/ecma402/#sec-tointlmathematicalvalue */
import * as p from "../primordials";

/** `0.d1d2d3… × 10^point`; no digits: zero. There are no zeros at either end. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
  /** What it is instead of a number with digits. */
  readonly special?: "nan" | "infinity";
}

const NUMBER = /^\s*([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?\s*$/i;
const MOST_EXPONENT = 100000;
const repeat = p.uncurry(String.prototype.repeat);

function trimmed(negative: boolean, digits: string, point: number): Decimal {
  let from = 0;
  let to = digits.length;
  while (from < to && digits[from] === "0") from++;
  while (to > from && digits[to - 1] === "0") to--;
  if (from === to) return { negative, digits: "", point: 0 };
  return { negative, digits: p.slice(digits, from, to), point: point - from };
}

/** The number that a value is: of texts and BigInts all digits, of numbers the shortest that mean them. */
export function decimalOf(value: unknown): Decimal {
  const primitive = typeof value === "object" && value !== null ? toPrimitive(value) : value;
  if (typeof primitive === "bigint") return parsed(p.bigintText(primitive));
  if (typeof primitive === "string") {
    const exact = p.regexpTest(NUMBER, primitive) === null ? undefined : parsed(primitive);
    if (exact !== undefined) return exact;
  }
  const number = +(primitive as number);
  if (number !== number) return { negative: false, digits: "", point: 0, special: "nan" };
  const negative = number < 0 || p.is(number, -0);
  if (!p.isFiniteNumber(number)) return { negative, digits: "", point: 0, special: "infinity" };
  return number === 0 ? { negative, digits: "", point: 0 } : parsed(`${number}`);
}

/** A number's or a BigInt's own primitive, so that BigInts keep their digits. */
function toPrimitive(value: object): unknown {
  const { valueOf } = value as { valueOf?: unknown };
  const found = typeof valueOf === "function" ? p.reflectApply(valueOf as () => unknown, value, []) : value;
  return typeof found === "object" ? `${value as unknown as string}` : found;
}

function parsed(text: string): Decimal {
  const [, sign, whole = "", fraction = "", bare = "", power = "0"] = p.regexpTest(NUMBER, text) as string[];
  const exponent = +power;
  if (exponent > MOST_EXPONENT || exponent < -MOST_EXPONENT) {
    throw new p.NativeRangeError("the number has too many digits");
  }
  return trimmed(sign === "-", whole + fraction + bare, whole.length + exponent);
}

/** Which way what is left over is rounded, seen from zero: away, towards, or by what is nearer. */
function roundsAway(mode: string, negative: boolean, last: string, rest: string): boolean {
  if (rest === "") return false;
  switch (mode) {
    case "expand":
      return true;
    case "trunc":
      return false;
    case "ceil":
      return !negative;
    case "floor":
      return negative;
  }
  const first = p.charCodeAt(rest, 0) - 48;
  const isHalf = first === 5 && rest.length === 1;
  if (!isHalf) return first >= 5;
  switch (mode) {
    case "halfTrunc":
      return false;
    case "halfCeil":
      return !negative;
    case "halfFloor":
      return negative;
    case "halfEven":
      return (p.charCodeAt(last, 0) - 48) % 2 === 1;
  }
  return true;
}

/** A number with at most so many digits from its first, which may be fewer than none. */
function cut(number: Decimal, count: number, mode: string): Decimal {
  const { negative, digits, point } = number;
  if (count >= digits.length) return number;
  const kept = count > 0 ? p.slice(digits, 0, count) : "";
  const rest = count >= 0 ? p.slice(digits, count) : `0${digits}`;
  if (!roundsAway(mode, negative, kept === "" ? "0" : kept[kept.length - 1]!, rest)) {
    return trimmed(negative, kept, point);
  }
  let raised = "";
  let at = kept.length - 1;
  for (; at >= 0 && kept[at] === "9"; at--) raised += "0";
  const shift = count < 0 ? -count : 0;
  if (at < 0) return trimmed(negative, `1${raised}`, point + 1 + shift);
  const digit = p.charCodeAt(kept, at) - 47;
  return trimmed(negative, `${p.slice(kept, 0, at)}${digit}${raised}`, point);
}

/** Rounded to at most so many digits after the point. */
export function roundFraction(number: Decimal, most: number, mode: string): Decimal {
  return cut(number, number.point + most, mode);
}

/** Rounded to at most so many digits that count. */
export function roundSignificant(number: Decimal, most: number, mode: string): Decimal {
  return cut(number, most, mode);
}

/** Multiplied with a power of ten. */
export function scaled(number: Decimal, power: number): Decimal {
  return number.digits === "" ? number : { ...number, point: number.point + power };
}

/** The digits before and after the point, with zeros to at least so many. */
export function places(number: Decimal, leastWhole: number, leastFraction: number): [string, string] {
  const { digits, point } = number;
  let whole = "";
  let fraction = "";
  if (point > 0) {
    whole = p.slice(digits, 0, point) + repeat("0", point > digits.length ? point - digits.length : 0);
    fraction = p.slice(digits, point);
  } else if (digits !== "") {
    fraction = repeat("0", -point) + digits;
  }
  if (whole.length < leastWhole) whole = repeat("0", leastWhole - whole.length) + whole;
  if (fraction.length < leastFraction) fraction += repeat("0", leastFraction - fraction.length);
  return [whole, fraction];
}
