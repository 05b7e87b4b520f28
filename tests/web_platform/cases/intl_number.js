// The facts of https://tc39.es/ecma402/#numberformat-objects and of Unicode's CLDR for English
function formats(name, value, options, expected) {
  test(name, () => {
    assert_equals(new Intl.NumberFormat("en-US", options).format(value), expected);
    const parts = new Intl.NumberFormat("en-US", options).formatToParts(value);
    assert_equals(parts.map((part) => part.value).join(""), expected);
  });
}
function parts(name, value, options, expected) {
  test(name, () => {
    const found = new Intl.NumberFormat("en-US", options).formatToParts(value);
    assert_object_equals(
      found.map(({ type, value }) => `${type}:${value}`),
      expected,
    );
  });
}
function refuses(name, options, kind = RangeError) {
  test(name, () => assert_throws_js(kind, () => new Intl.NumberFormat("en", options)));
}

formats("zero", 0, {}, "0");
formats("minus zero", -0, {}, "-0");
formats("a thousand", 1000, {}, "1,000");
formats("a million and a bit", 1234567.891, {}, "1,234,567.891");
formats("three digits after the point", 0.12345, {}, "0.123");
formats("half of the last digit goes up", 0.0005, {}, "0.001");
formats("what is less goes to zero", 0.0004, {}, "0");
formats("a negative that becomes zero keeps its sign", -0.0004, {}, "-0");
formats("a decimal that no double is", 1.005, { maximumFractionDigits: 2 }, "1.01");
formats("nines go over", 999.9996, {}, "1,000");
formats("a number with an exponent", 1e21, {}, "1,000,000,000,000,000,000,000");
formats("a small number with an exponent", 1e-7, { maximumFractionDigits: 8 }, "0.0000001");
formats("NaN", NaN, {}, "NaN");
formats("Infinity", -Infinity, {}, "-∞");
formats("a BigInt", 123456789012345678901234567890n, {}, "123,456,789,012,345,678,901,234,567,890");
formats("a text keeps its digits", "12345678901234567890.5", {}, "12,345,678,901,234,567,890.5");
formats("undefined is NaN", undefined, {}, "NaN");
formats("null is zero", null, {}, "0");
formats("at least two digits after the point", 5, { minimumFractionDigits: 2 }, "5.00");
formats("no digits after the point", 2.5, { maximumFractionDigits: 0 }, "3");
formats("at least three whole digits", 7, { minimumIntegerDigits: 3 }, "007");
formats("significant digits", 123456, { maximumSignificantDigits: 3 }, "123,000");
formats("at least so many significant digits", 1.5, { minimumSignificantDigits: 4 }, "1.500");
formats("significant digits of little", 0.00012345, { maximumSignificantDigits: 2 }, "0.00012");
formats("without groups", 1234567, { useGrouping: false }, "1234567");
formats("groups from five digits on", 1234, { useGrouping: "min2" }, "1234");
formats("groups from five digits on, with five", 12345, { useGrouping: "min2" }, "12,345");
formats("rounded up to the ceiling", 1.001, { roundingMode: "ceil", maximumFractionDigits: 2 }, "1.01");
formats("rounded towards zero", -1.999, { roundingMode: "trunc", maximumFractionDigits: 0 }, "-1");
formats("rounded to the floor", -1.001, { roundingMode: "floor", maximumFractionDigits: 0 }, "-2");
formats("half to even", 2.5, { roundingMode: "halfEven", maximumFractionDigits: 0 }, "2");
formats("half to even, of odd", 3.5, { roundingMode: "halfEven", maximumFractionDigits: 0 }, "4");
formats("expanded to one", 0.0001, { roundingMode: "expand", maximumFractionDigits: 0 }, "1");
formats("expanded to a hundredth", 0.0001, { roundingMode: "expand", maximumFractionDigits: 2 }, "0.01");
formats(
  "zeros stripped from whole numbers",
  5,
  { minimumFractionDigits: 2, trailingZeroDisplay: "stripIfInteger" },
  "5",
);

formats("percent", 0.256, { style: "percent" }, "26%");
formats("percent with a digit", 0.2561, { style: "percent", maximumFractionDigits: 1 }, "25.6%");
formats("dollars", 1234.5, { style: "currency", currency: "USD" }, "$1,234.50");
formats("euros", -0.999, { style: "currency", currency: "eur" }, "-€1.00");
formats("yen have no cents", 1234.5, { style: "currency", currency: "JPY" }, "¥1,235");
formats("dinars have three digits", 1, { style: "currency", currency: "KWD" }, "KWD\u00a01.000");
formats("a currency without a symbol", 1, { style: "currency", currency: "CHF" }, "CHF\u00a01.00");
formats("Canadian dollars", 1, { style: "currency", currency: "CAD" }, "CA$1.00");
formats(
  "a narrow symbol",
  1,
  { style: "currency", currency: "CAD", currencyDisplay: "narrowSymbol" },
  "$1.00",
);
formats("a code", 1, { style: "currency", currency: "USD", currencyDisplay: "code" }, "USD\u00a01.00");
formats("a name", 2, { style: "currency", currency: "USD", currencyDisplay: "name" }, "2.00 US dollars");
formats(
  "a name of one",
  1,
  {
    style: "currency",
    currency: "USD",
    currencyDisplay: "name",
    maximumFractionDigits: 0,
  },
  "1 US dollar",
);
formats("accounting", -5, { style: "currency", currency: "USD", currencySign: "accounting" }, "($5.00)");
formats(
  "accounting of what is positive",
  5,
  { style: "currency", currency: "USD", currencySign: "accounting" },
  "$5.00",
);
formats("dollars without cents", 5.5, { style: "currency", currency: "USD", maximumFractionDigits: 0 }, "$6");

formats("kilometers per hour", 50, { style: "unit", unit: "kilometer-per-hour" }, "50 km/h");
formats(
  "kilometers per hour, long",
  1,
  { style: "unit", unit: "kilometer-per-hour", unitDisplay: "long" },
  "1 kilometer per hour",
);
formats("liters", 16, { style: "unit", unit: "liter", unitDisplay: "long" }, "16 liters");
formats("a liter", 1, { style: "unit", unit: "liter", unitDisplay: "long" }, "1 liter");
formats("degrees", 20.5, { style: "unit", unit: "celsius" }, "20.5°C");
formats("feet", 6, { style: "unit", unit: "foot", unitDisplay: "long" }, "6 feet");
formats("megabytes", 1.5, { style: "unit", unit: "megabyte" }, "1.5 MB");
formats("megabytes per second", 3, { style: "unit", unit: "megabyte-per-second" }, "3 MB/s");
formats("days", 2, { style: "unit", unit: "day" }, "2 days");
formats("a day", 1, { style: "unit", unit: "day" }, "1 day");
formats("hours, narrow", 3, { style: "unit", unit: "hour", unitDisplay: "narrow" }, "3h");
formats("percent as a unit", 5, { style: "unit", unit: "percent" }, "5%");

formats("compact: hundreds", 999, { notation: "compact" }, "999");
formats("compact: thousands", 1234, { notation: "compact" }, "1.2K");
formats("compact: two digits", 12345, { notation: "compact" }, "12K");
formats("compact: three digits", 123456, { notation: "compact" }, "123K");
formats("compact: rounded over", 999999, { notation: "compact" }, "1M");
formats("compact: millions", 1.5e6, { notation: "compact" }, "1.5M");
formats("compact: trillions and more", 1e15, { notation: "compact" }, "1000T");
formats("compact: less than one", 0.1234, { notation: "compact" }, "0.12");
formats("compact: long", 1234, { notation: "compact", compactDisplay: "long" }, "1.2 thousand");
formats("compact: with digits", 1234, { notation: "compact", maximumFractionDigits: 2 }, "1.23K");
formats("compact: dollars", 1234567, { notation: "compact", style: "currency", currency: "USD" }, "$1.2M");
formats("scientific", 123456, { notation: "scientific" }, "1.235E5");
formats("scientific of little", 0.00012, { notation: "scientific" }, "1.2E-4");
formats("scientific of zero", 0, { notation: "scientific" }, "0E0");
formats("engineering", 123456, { notation: "engineering" }, "123.456E3");
formats("always a sign", 5, { signDisplay: "always" }, "+5");
formats("a sign but for zero", 0, { signDisplay: "exceptZero" }, "0");
formats("never a sign", -5, { signDisplay: "never" }, "5");
formats("a sign of what is negative", -0.0001, { signDisplay: "negative" }, "0");

parts("parts of a currency", -1234.5, { style: "currency", currency: "USD" }, [
  "minusSign:-",
  "currency:$",
  "integer:1",
  "group:,",
  "integer:234",
  "decimal:.",
  "fraction:50",
]);
parts("parts of a percentage", 0.5, { style: "percent" }, ["integer:50", "percentSign:%"]);
parts("parts of a unit", 5, { style: "unit", unit: "meter" }, ["integer:5", "literal: ", "unit:m"]);
parts("parts of compact notation", 1500, { notation: "compact" }, [
  "integer:1",
  "decimal:.",
  "fraction:5",
  "compact:K",
]);

refuses("a currency without its code", { style: "currency" }, TypeError);
refuses("a code of four letters", { style: "currency", currency: "USDX" });
refuses("a unit without its name", { style: "unit" }, TypeError);
refuses("an unknown unit", { style: "unit", unit: "parsec" });
refuses("an unknown style", { style: "roman" });
refuses("too many digits", { maximumFractionDigits: 101 });
refuses("fewer digits than there must be", { minimumFractionDigits: 5, maximumFractionDigits: 2 });
refuses("no significant digits", { maximumSignificantDigits: 0 });
refuses("an unknown notation", { notation: "short" });

test("Number.prototype.toLocaleString", () => {
  assert_equals((1234.5).toLocaleString(), "1,234.5");
  assert_equals((1234.5).toLocaleString("en-US", { style: "currency", currency: "EUR" }), "€1,234.50");
  assert_equals(new Number(1e6).toLocaleString(), "1,000,000");
  assert_throws_js(TypeError, () => Number.prototype.toLocaleString.call("1"));
});
test("BigInt.prototype.toLocaleString", () => assert_equals(1234567n.toLocaleString(), "1,234,567"));
test("Array.prototype.toLocaleString", () => assert_equals([1234, 5].toLocaleString(), "1,234,5"));
test("an unknown locale falls back to English", () => {
  const format = new Intl.NumberFormat("de-DE");
  assert_equals(format.format(1234.5), "1,234.5");
  assert_equals(format.resolvedOptions().locale, "en-US");
  assert_equals(new Intl.NumberFormat(["xx", "en-GB"]).resolvedOptions().locale, "en-GB");
});
test("a locale that is none", () => {
  assert_throws_js(RangeError, () => new Intl.NumberFormat("not_a_locale"));
  assert_throws_js(RangeError, () => (1).toLocaleString(""));
  assert_throws_js(TypeError, () => new Intl.NumberFormat(null));
  assert_throws_js(TypeError, () => new Intl.NumberFormat([5]));
});
test("NumberFormat is called without new", () => {
  assert_true(Intl.NumberFormat() instanceof Intl.NumberFormat);
  assert_equals(Object.prototype.toString.call(Intl.NumberFormat()), "[object Intl.NumberFormat]");
});
test("format is bound", () => {
  const { format } = new Intl.NumberFormat();
  assert_array_equals([1000, 2000].map(format), ["1,000", "2,000"]);
});
test("the resolved options", () => {
  const options = new Intl.NumberFormat("en", { style: "currency", currency: "usd" }).resolvedOptions();
  assert_equals(options.locale, "en");
  assert_equals(options.numberingSystem, "latn");
  assert_equals(options.currency, "USD");
  assert_equals(options.minimumFractionDigits, 2);
  assert_equals(options.useGrouping, "auto");
});
test("a range of numbers", () => {
  assert_equals(new Intl.NumberFormat("en").formatRange(3, 5), "3–5");
  assert_equals(new Intl.NumberFormat("en").formatRange(3, 3), "~3");
});
test("supportedLocalesOf", () => {
  assert_array_equals(Intl.NumberFormat.supportedLocalesOf(["de", "en-us", "en"]), ["en-US", "en"]);
});
test("getCanonicalLocales", () => {
  assert_array_equals(Intl.getCanonicalLocales(["EN-us", "zh-hans-cn", "en-US"]), ["en-US", "zh-Hans-CN"]);
  assert_throws_js(RangeError, () => Intl.getCanonicalLocales("x"));
  assert_array_equals(Intl.getCanonicalLocales(), []);
});
