// The facts of https://tc39.es/ecma402/ for plurals, lists, relative times and collation in English
function ago(name, value, unit, options, expected) {
  test(name, () => assert_equals(new Intl.RelativeTimeFormat("en", options).format(value, unit), expected));
}
function lists(name, items, options, expected) {
  test(name, () => {
    const format = new Intl.ListFormat("en", options);
    assert_equals(format.format(items), expected);
    assert_equals(
      format
        .formatToParts(items)
        .map(({ value }) => value)
        .join(""),
      expected,
    );
  });
}
function sorts(name, items, options, expected) {
  test(name, () => assert_array_equals([...items].sort(new Intl.Collator("en", options).compare), expected));
}
function plural(name, options, expected) {
  test(name, () => {
    const rules = new Intl.PluralRules("en", options);
    for (const [number, category] of expected) assert_equals(rules.select(number), category, String(number));
  });
}

plural("cardinals", {}, [
  [0, "other"],
  [1, "one"],
  [2, "other"],
  [1.5, "other"],
  [-1, "one"],
  [NaN, "other"],
]);
plural("ordinals", { type: "ordinal" }, [
  [1, "one"],
  [2, "two"],
  [3, "few"],
  [4, "other"],
  [11, "other"],
  [12, "other"],
  [13, "other"],
  [21, "one"],
  [112, "other"],
  [102, "two"],
]);
plural("one with digits after the point", { minimumFractionDigits: 1 }, [[1, "other"]]);
test("the plural rules' options", () => {
  const options = new Intl.PluralRules("en", { type: "ordinal" }).resolvedOptions();
  assert_equals(options.type, "ordinal");
  assert_array_equals(options.pluralCategories, ["one", "two", "few", "other"]);
  assert_throws_js(RangeError, () => new Intl.PluralRules("en", { type: "nominal" }));
  assert_throws_js(TypeError, () => Intl.PluralRules());
});

ago("in two days", 2, "day", {}, "in 2 days");
ago("one day ago", -1, "day", {}, "1 day ago");
ago("in zero days", 0, "day", {}, "in 0 days");
ago("zero days ago", -0, "day", {}, "0 days ago");
ago("a fraction", 1.5, "hours", {}, "in 1.5 hours");
ago("thousands", -1234, "seconds", {}, "1,234 seconds ago");
ago("yesterday", -1, "day", { numeric: "auto" }, "yesterday");
ago("today", 0, "day", { numeric: "auto" }, "today");
ago("tomorrow", 1, "days", { numeric: "auto" }, "tomorrow");
ago("next week", 1, "week", { numeric: "auto" }, "next week");
ago("last year", -1, "year", { numeric: "auto" }, "last year");
ago("this quarter", 0, "quarter", { numeric: "auto" }, "this quarter");
ago("now", 0, "second", { numeric: "auto" }, "now");
ago("an hour has no last", -1, "hour", { numeric: "auto" }, "1 hour ago");
ago("two days from auto", 2, "day", { numeric: "auto" }, "in 2 days");
ago("short", -3, "month", { style: "short" }, "3 mo. ago");
ago("short next to now", 1, "month", { style: "short", numeric: "auto" }, "next mo.");
ago("short of quarters", 2, "quarter", { style: "short" }, "in 2 qtrs.");
ago("narrow", 5, "minute", { style: "narrow" }, "in 5m");
test("relative times in parts", () => {
  const parts = new Intl.RelativeTimeFormat("en").formatToParts(10, "day");
  assert_object_equals(parts, [
    { type: "literal", value: "in " },
    { type: "integer", value: "10", unit: "day" },
    { type: "literal", value: " days" },
  ]);
});
test("a relative time's unit and value", () => {
  const format = new Intl.RelativeTimeFormat("en");
  assert_throws_js(RangeError, () => format.format(1, "decade"));
  assert_throws_js(RangeError, () => format.format(Infinity, "day"));
});

lists("no items", [], {}, "");
lists("one item", ["a"], {}, "a");
lists("two items", ["a", "b"], {}, "a and b");
lists("three items", ["a", "b", "c"], {}, "a, b, and c");
lists("or", ["a", "b", "c"], { type: "disjunction" }, "a, b, or c");
lists("two of or", ["a", "b"], { type: "disjunction" }, "a or b");
lists("a short list", ["a", "b", "c"], { style: "short" }, "a, b, & c");
lists("a narrow list", ["a", "b", "c"], { style: "narrow" }, "a, b, c");
lists("units", ["5 ft", "2 in"], { type: "unit" }, "5 ft, 2 in");
lists("narrow units", ["5′", "2″"], { type: "unit", style: "narrow" }, "5′ 2″");
lists("any iterable", new Set(["a", "b"]), {}, "a and b");
test("a list's items are texts", () => {
  assert_throws_js(TypeError, () => new Intl.ListFormat("en").format([1]));
  assert_object_equals(new Intl.ListFormat("en").formatToParts(["a", "b"])[1], {
    type: "literal",
    value: " and ",
  });
});

sorts("letters in any case", ["b", "A", "a", "B"], {}, ["a", "A", "b", "B"]);
sorts("upper case first", ["a", "A"], { caseFirst: "upper" }, ["A", "a"]);
sorts("accents after the plain letter", ["z", "é", "e", "f"], {}, ["e", "é", "f", "z"]);
sorts("accents after all letters of the word", ["côte", "cote", "coté"], {}, ["cote", "coté", "côte"]);
sorts("digits before letters", ["a", "1", "B"], {}, ["1", "a", "B"]);
sorts("signs before digits", ["1", "_", "a"], {}, ["_", "1", "a"]);
sorts("digits one by one", ["a10", "a2"], {}, ["a10", "a2"]);
sorts("numbers", ["a10", "a2", "a1"], { numeric: true }, ["a1", "a2", "a10"]);
sorts("numbers with zeros", ["10", "007", "8"], { numeric: true }, ["007", "8", "10"]);
sorts("shorter texts first", ["ab", "a", "abc"], {}, ["a", "ab", "abc"]);
function compares(name, options, one, other, expected) {
  test(name, () => assert_equals(Math.sign(new Intl.Collator("en", options).compare(one, other)), expected));
}
compares("base letters alone", { sensitivity: "base" }, "É", "e", 0);
compares("accents without case", { sensitivity: "accent" }, "E", "e", 0);
compares("accents differ", { sensitivity: "accent" }, "é", "e", 1);
compares("case without accents", { sensitivity: "case" }, "é", "e", 0);
compares("case differs", { sensitivity: "case" }, "E", "e", 1);
compares("forms of one character", {}, "\u00e9", "e\u0301", 0);
compares("punctuation left out", { ignorePunctuation: true }, "co-op", "coop", 0);
test("localeCompare", () => {
  assert_equals("a".localeCompare("B"), -1);
  assert_equals("b".localeCompare("A"), 1);
  assert_equals("a".localeCompare("a"), 0);
  assert_equals("résumé".localeCompare("resume", "en", { sensitivity: "base" }), 0);
  assert_equals("item 10".localeCompare("item 9", undefined, { numeric: true }), 1);
  assert_array_equals(
    ["c", "a", "B"].sort((x, y) => x.localeCompare(y)),
    ["a", "B", "c"],
  );
});
test("toLocaleUpperCase and toLocaleLowerCase", () => {
  assert_equals("ß".toLocaleUpperCase("de"), "SS");
  assert_equals("ÀB".toLocaleLowerCase(), "àb");
  assert_throws_js(RangeError, () => "a".toLocaleUpperCase("_"));
});
test("Intl names itself", () => {
  assert_equals(String(Intl), "[object Intl]");
  assert_equals(typeof Intl, "object");
  assert_equals(Object.prototype.toString.call(new Intl.Collator()), "[object Intl.Collator]");
});
