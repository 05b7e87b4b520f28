/** How currencies are written in English. Data of Unicode's CLDR and of ISO 4217. */
import * as p from "../primordials";

const table = <T>(rows: Record<string, T>): Record<string, T> =>
  p.setPrototypeOf(rows, null) as Record<string, T>;

const SYMBOLS = table({
  AUD: "A$",
  BRL: "R$",
  CAD: "CA$",
  CNY: "CN¥",
  EUR: "€",
  GBP: "£",
  HKD: "HK$",
  ILS: "₪",
  INR: "₹",
  JPY: "¥",
  KRW: "₩",
  MXN: "MX$",
  NZD: "NZ$",
  PHP: "₱",
  TWD: "NT$",
  USD: "$",
  VND: "₫",
  XAF: "FCFA",
  XCD: "EC$",
  XOF: "F CFA",
  XPF: "CFPF",
});
const NARROW = table({
  ARS: "$",
  AUD: "$",
  BDT: "৳",
  CAD: "$",
  CLP: "$",
  CNY: "¥",
  COP: "$",
  CRC: "₡",
  CZK: "Kč",
  DKK: "kr",
  EGP: "E£",
  HKD: "$",
  HUF: "Ft",
  ISK: "kr",
  KZT: "₸",
  MXN: "$",
  NGN: "₦",
  NOK: "kr",
  NZD: "$",
  PLN: "zł",
  RON: "lei",
  RUB: "₽",
  SEK: "kr",
  SGD: "$",
  THB: "฿",
  TRY: "₺",
  TWD: "$",
  UAH: "₴",
  XAF: "FCFA",
  XCD: "$",
  ZAR: "R",
});
/** One, and more than one. */
const NAMES = table<readonly [string, string]>({
  AUD: ["Australian dollar", "Australian dollars"],
  BRL: ["Brazilian real", "Brazilian reals"],
  CAD: ["Canadian dollar", "Canadian dollars"],
  CHF: ["Swiss franc", "Swiss francs"],
  CNY: ["Chinese yuan", "Chinese yuan"],
  CZK: ["Czech koruna", "Czech korunas"],
  DKK: ["Danish krone", "Danish kroner"],
  EUR: ["euro", "euros"],
  GBP: ["British pound", "British pounds"],
  HKD: ["Hong Kong dollar", "Hong Kong dollars"],
  HUF: ["Hungarian forint", "Hungarian forints"],
  ILS: ["Israeli new shekel", "Israeli new shekels"],
  INR: ["Indian rupee", "Indian rupees"],
  JPY: ["Japanese yen", "Japanese yen"],
  KRW: ["South Korean won", "South Korean won"],
  MXN: ["Mexican peso", "Mexican pesos"],
  NOK: ["Norwegian krone", "Norwegian kroner"],
  NZD: ["New Zealand dollar", "New Zealand dollars"],
  PLN: ["Polish zloty", "Polish zlotys"],
  SEK: ["Swedish krona", "Swedish kronor"],
  SGD: ["Singapore dollar", "Singapore dollars"],
  THB: ["Thai baht", "Thai baht"],
  TRY: ["Turkish lira", "Turkish Lira"],
  TWD: ["New Taiwan dollar", "New Taiwan dollars"],
  USD: ["US dollar", "US dollars"],
  ZAR: ["South African rand", "South African rand"],
});
const WITHOUT_MINOR = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
const WITH_THREE = " BHD IQD JOD KWD LYD OMR TND ";
const CODE = /^[a-z]{3}$/i;
const toUpperCase = p.uncurry(String.prototype.toUpperCase);

/** A currency's code. Throws a RangeError for what is none. */
export function currencyOf(value: unknown): string {
  const text = `${value as string}`;
  if (p.regexpTest(CODE, text) === null) throw new p.NativeRangeError("Invalid currency code");
  return toUpperCase(text);
}

/** How many digits a currency has after the point. */
export function minorDigits(code: string): number {
  if (p.indexOf(WITHOUT_MINOR, ` ${code} `) >= 0) return 0;
  return p.indexOf(WITH_THREE, ` ${code} `) >= 0 ? 3 : 2;
}

/** What stands before an amount. */
export function symbolOf(code: string, display: string): string {
  if (display === "code") return code;
  return (display === "narrowSymbol" ? NARROW[code] : undefined) ?? SYMBOLS[code] ?? code;
}

/** What stands after an amount when the currency is named. */
export function nameOf(code: string, isOne: boolean): string {
  return NAMES[code]?.[isOne ? 0 : 1] ?? code;
}
