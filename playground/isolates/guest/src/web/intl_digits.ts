/** How many digits a formatted number has. https://tc39.es/ecma402/#sec-setnfdigitoptions */
import * as p from "../primordials";
import { type Decimal, places, roundFraction, roundSignificant } from "./intl_decimal";
import { type Options, choice, wholeOption } from "./intl_locale";

const MODES = [
  "ceil",
  "floor",
  "expand",
  "trunc",
  "halfCeil",
  "halfFloor",
  "halfExpand",
  "halfTrunc",
  "halfEven",
];

export interface Digits {
  readonly leastWhole: number;
  /** Digits after the point; undefined where the digits that count are limited instead. */
  readonly fraction: readonly [number, number] | undefined;
  readonly significant: readonly [number, number] | undefined;
  readonly mode: string;
  readonly stripsZeros: boolean;
  /** Two digits, or all that stand before the point: for compact notation. */
  readonly isCompact: boolean;
}

/** The digits that options ask for. `least` and `most`: after the point, where they say nothing. */
export function digitOptions(options: Options, least: number, most: number, isCompact = false): Digits {
  const leastWhole = wholeOption(options, "minimumIntegerDigits", 1, 21, 1);
  const mode = choice(options, "roundingMode", MODES, "halfExpand");
  const zeros = choice(options, "trailingZeroDisplay", ["auto", "stripIfInteger"], "auto");
  const common = { leastWhole, mode, stripsZeros: zeros === "stripIfInteger" };
  const hasSignificant =
    options["minimumSignificantDigits"] !== undefined || options["maximumSignificantDigits"] !== undefined;
  if (hasSignificant) {
    const low = wholeOption(options, "minimumSignificantDigits", 1, 21, 1);
    const high = wholeOption(options, "maximumSignificantDigits", low, 21, 21);
    return { ...common, fraction: undefined, significant: [low, high], isCompact: false };
  }
  const low = wholeOption(options, "minimumFractionDigits", 0, 100, undefined);
  const high = wholeOption(options, "maximumFractionDigits", 0, 100, undefined);
  if (low === undefined && high === undefined && isCompact) {
    return { ...common, fraction: [0, 0], significant: [1, 2], isCompact: true };
  }
  const from = low ?? (high !== undefined && high < least ? high : least);
  const to = high ?? (from > most ? from : most);
  if (from > to) throw new p.NativeRangeError("maximumFractionDigits value is out of range.");
  return { ...common, fraction: [from, to], significant: undefined, isCompact: false };
}

/** A number rounded so, and how many digits it shows after the point at least. */
export function rounded(value: Decimal, digits: Digits): { number: Decimal; leastFraction: number } {
  if (value.special !== undefined) return { number: value, leastFraction: 0 };
  const { fraction, significant, mode } = digits;
  let number: Decimal;
  let leastFraction: number;
  if (digits.isCompact) {
    number = value.point >= 2 ? roundFraction(value, 0, mode) : roundSignificant(value, 2, mode);
    leastFraction = 0;
  } else if (significant !== undefined) {
    number = roundSignificant(value, significant[1], mode);
    const before = number.digits === "" ? 1 : number.point;
    leastFraction = significant[0] > before ? significant[0] - before : 0;
  } else {
    number = roundFraction(value, fraction![1], mode);
    leastFraction = fraction![0];
  }
  if (digits.stripsZeros && places(number, 1, 0)[1] === "") leastFraction = 0;
  return { number, leastFraction };
}

/** What `resolvedOptions` says of them. */
export function showDigits({
  leastWhole,
  fraction,
  significant,
  isCompact,
  mode,
  stripsZeros,
}: Digits): object {
  return {
    minimumIntegerDigits: leastWhole,
    ...(fraction && { minimumFractionDigits: fraction[0], maximumFractionDigits: fraction[1] }),
    ...(significant && {
      minimumSignificantDigits: significant[0],
      maximumSignificantDigits: significant[1],
    }),
    roundingIncrement: 1,
    roundingMode: mode,
    roundingPriority: isCompact ? "morePrecision" : "auto",
    trailingZeroDisplay: stripsZeros ? "stripIfInteger" : "auto",
  };
}
