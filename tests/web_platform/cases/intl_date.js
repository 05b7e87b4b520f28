// The facts of https://tc39.es/ecma402/#datetimeformat-objects, of Unicode's CLDR and of the IANA time zones
const TIME = Date.UTC(2026, 0, 2, 15, 4, 5, 67);
function formats(name, options, expected, time = TIME, locale = "en-US") {
  test(name, () => {
    const format = new Intl.DateTimeFormat(locale, options);
    assert_equals(format.format(time), expected);
    assert_equals(
      format
        .formatToParts(new Date(time))
        .map(({ value }) => value)
        .join(""),
      expected,
    );
  });
}
function zone(name, timeZone, time, expected) {
  test(name, () => {
    const options = { timeZone, dateStyle: "short", timeStyle: "long" };
    assert_equals(new Intl.DateTimeFormat("en-US", options).format(time), expected);
  });
}
function refuses(name, options, kind = RangeError) {
  test(name, () => assert_throws_js(kind, () => new Intl.DateTimeFormat("en", options)));
}

formats("nothing asked for", {}, "1/2/2026");
formats("dateStyle full", { dateStyle: "full" }, "Friday, January 2, 2026");
formats("dateStyle long", { dateStyle: "long" }, "January 2, 2026");
formats("dateStyle medium", { dateStyle: "medium" }, "Jan 2, 2026");
formats("dateStyle short", { dateStyle: "short" }, "1/2/26");
formats("timeStyle full", { timeStyle: "full" }, "3:04:05 PM Coordinated Universal Time");
formats("timeStyle long", { timeStyle: "long" }, "3:04:05 PM UTC");
formats("timeStyle medium", { timeStyle: "medium" }, "3:04:05 PM");
formats("timeStyle short", { timeStyle: "short" }, "3:04 PM");
formats("both styles, long", { dateStyle: "long", timeStyle: "short" }, "January 2, 2026 at 3:04 PM");
formats("both styles, medium", { dateStyle: "medium", timeStyle: "short" }, "Jan 2, 2026, 3:04 PM");
formats("both styles, short", { dateStyle: "short", timeStyle: "medium" }, "1/2/26, 3:04:05 PM");
formats("a style in 24 hours", { timeStyle: "short", hour12: false }, "15:04");

formats("year", { year: "numeric" }, "2026");
formats("two digits of the year", { year: "2-digit" }, "26");
formats("month", { month: "long" }, "January");
formats("month in short", { month: "short" }, "Jan");
formats("month in narrow", { month: "narrow" }, "J");
formats("month in digits", { month: "2-digit" }, "01");
formats("day", { day: "numeric" }, "2");
formats("weekday", { weekday: "long" }, "Friday");
formats("weekday in short", { weekday: "short" }, "Fri");
formats("month and year", { month: "long", year: "numeric" }, "January 2026");
formats("month and day", { month: "short", day: "numeric" }, "Jan 2");
formats("month and day in digits", { month: "numeric", day: "numeric" }, "1/2");
formats("month and year in digits", { month: "2-digit", year: "numeric" }, "01/2026");
formats("all in two digits", { year: "numeric", month: "2-digit", day: "2-digit" }, "01/02/2026");
formats("weekday, month and day", { weekday: "short", month: "short", day: "numeric" }, "Fri, Jan 2");
formats(
  "weekday and digits",
  { weekday: "short", year: "numeric", month: "numeric", day: "numeric" },
  "Fri, 1/2/2026",
);
formats(
  "all in words",
  { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  "Friday, January 2, 2026",
);
formats("hour", { hour: "numeric" }, "3 PM");
formats("hour in two digits", { hour: "2-digit" }, "03 PM");
formats("hour and minute", { hour: "numeric", minute: "2-digit" }, "3:04 PM");
formats("hour and minute in 24 hours", { hour: "2-digit", minute: "2-digit", hour12: false }, "15:04");
formats(
  "midnight in 24 hours",
  { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  "00:04",
  Date.UTC(2026, 0, 2, 0, 4),
);
formats(
  "midnight in 12 hours",
  { hour: "numeric", minute: "numeric" },
  "12:04 AM",
  Date.UTC(2026, 0, 2, 0, 4),
);
formats("noon in 12 hours", { hour: "numeric" }, "12 PM", Date.UTC(2026, 0, 2, 12));
formats("minute and second", { minute: "numeric", second: "numeric" }, "04:05");
formats(
  "with milliseconds",
  { minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 },
  "04:05.067",
);
formats("long month and time", { month: "long", day: "numeric", hour: "numeric" }, "January 2 at 3 PM");
formats("short month and time", { month: "short", day: "numeric", hour: "numeric" }, "Jan 2, 3 PM");
formats(
  "digits and time",
  { day: "numeric", month: "numeric", year: "numeric", hour: "numeric", minute: "numeric" },
  "1/2/2026, 3:04 PM",
);
formats("the era", { year: "numeric", era: "short" }, "44 BC", Date.UTC(-43, 2, 15));
formats("the zone's name alone", { timeZoneName: "short" }, "1/2/2026, UTC");

formats("Britain, nothing asked for", {}, "02/01/2026", TIME, "en-GB");
formats(
  "Britain, both styles",
  { dateStyle: "long", timeStyle: "short" },
  "2 January 2026 at 15:04",
  TIME,
  "en-GB",
);
formats("Britain, medium", { dateStyle: "medium" }, "2 Jan 2026", TIME, "en-GB");
formats("Britain, short", { dateStyle: "short" }, "02/01/2026", TIME, "en-GB");
formats("Britain, full", { dateStyle: "full" }, "Friday, 2 January 2026", TIME, "en-GB");
formats("Britain, 12 hours", { hour: "numeric", minute: "numeric", hour12: true }, "3:04 pm", TIME, "en-GB");

zone("New York in winter", "America/New_York", TIME, "1/2/26, 10:04:05 AM EST");
zone("New York in summer", "America/New_York", Date.UTC(2026, 6, 1), "6/30/26, 8:00:00 PM EDT");
zone(
  "New York before summer begins",
  "America/New_York",
  Date.UTC(2026, 2, 8, 6, 59, 59),
  "3/8/26, 1:59:59 AM EST",
);
zone("New York when summer begins", "America/New_York", Date.UTC(2026, 2, 8, 7), "3/8/26, 3:00:00 AM EDT");
zone(
  "New York before summer ends",
  "America/New_York",
  Date.UTC(2026, 10, 1, 5, 59, 59),
  "11/1/26, 1:59:59 AM EDT",
);
zone("New York when summer ends", "America/New_York", Date.UTC(2026, 10, 1, 6), "11/1/26, 1:00:00 AM EST");
zone("New York in April 2000", "America/New_York", Date.UTC(2000, 3, 1, 12), "4/1/00, 7:00:00 AM EST");
zone("Los Angeles", "America/Los_Angeles", TIME, "1/2/26, 7:04:05 AM PST");
zone("Phoenix has no summer", "America/Phoenix", Date.UTC(2026, 6, 1), "6/30/26, 5:00:00 PM MST");
zone("Berlin in winter", "Europe/Berlin", TIME, "1/2/26, 4:04:05 PM GMT+1");
zone("Berlin in summer", "Europe/Berlin", Date.UTC(2026, 6, 1), "7/1/26, 2:00:00 AM GMT+2");
zone("London in winter", "Europe/London", TIME, "1/2/26, 3:04:05 PM GMT");
zone("Kolkata has half an hour", "Asia/Kolkata", TIME, "1/2/26, 8:34:05 PM GMT+5:30");
zone("Kathmandu has three quarters", "Asia/Kathmandu", TIME, "1/2/26, 8:49:05 PM GMT+5:45");
zone("Tokyo", "Asia/Tokyo", TIME, "1/3/26, 12:04:05 AM GMT+9");
zone("Sydney has summer in January", "Australia/Sydney", TIME, "1/3/26, 2:04:05 AM GMT+11");
zone("Sydney in July", "Australia/Sydney", Date.UTC(2026, 6, 1), "7/1/26, 10:00:00 AM GMT+10");
zone("Moscow in 2012 and never since", "Europe/Moscow", Date.UTC(2012, 0, 1), "1/1/12, 4:00:00 AM GMT+4");
zone(
  "São Paulo had summers until 2019",
  "America/Sao_Paulo",
  Date.UTC(2018, 11, 1),
  "11/30/18, 10:00:00 PM GMT-2",
);
zone("an old name", "US/Eastern", TIME, "1/2/26, 10:04:05 AM EST");
zone("a name in any case", "europe/PARIS", TIME, "1/2/26, 4:04:05 PM GMT+1");
zone("Etc/UTC", "Etc/UTC", TIME, "1/2/26, 3:04:05 PM UTC");
zone("an offset", "+02:30", TIME, "1/2/26, 5:34:05 PM GMT+2:30");
zone("a negative offset", "-08", TIME, "1/2/26, 7:04:05 AM GMT-8");
zone(
  "the year 1960 has the offset of 1970",
  "America/New_York",
  Date.UTC(1960, 0, 1, 12),
  "1/1/60, 7:00:00 AM EST",
);

formats(
  "a long name of a zone",
  { hour: "numeric", timeZone: "America/Chicago", timeZoneName: "long" },
  "9 AM Central Standard Time",
);
formats(
  "a long offset",
  { hour: "numeric", timeZone: "Asia/Kolkata", timeZoneName: "longOffset" },
  "8 PM GMT+05:30",
);

refuses("an unknown zone", { timeZone: "Mars/Olympus" });
refuses("an empty zone", { timeZone: "" });
refuses("an offset beyond a day", { timeZone: "+24:00" });
refuses("an unknown style", { dateStyle: "huge" });
refuses("an unknown component", { month: "huge" });
refuses("four digits of a second", { fractionalSecondDigits: 4 });
refuses("styles with components", { dateStyle: "short", year: "numeric" }, TypeError);

test("toLocaleString", () => {
  const date = new Date(TIME);
  assert_equals(date.toLocaleString(), "1/2/2026, 3:04:05 PM");
  assert_equals(date.toLocaleString("en-US", { timeZone: "Asia/Tokyo" }), "1/3/2026, 12:04:05 AM");
  assert_equals(date.toLocaleString("en-US", { month: "long" }), "January");
});
test("toLocaleDateString", () => {
  const date = new Date(TIME);
  assert_equals(date.toLocaleDateString(), "1/2/2026");
  assert_equals(date.toLocaleDateString("en-US", { dateStyle: "medium" }), "Jan 2, 2026");
  assert_equals(date.toLocaleDateString("en-US", { hour: "numeric" }), "1/2/2026, 3 PM");
  assert_throws_js(TypeError, () => date.toLocaleDateString("en-US", { timeStyle: "short" }));
});
test("toLocaleTimeString", () => {
  const date = new Date(TIME);
  assert_equals(date.toLocaleTimeString(), "3:04:05 PM");
  assert_equals(date.toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit" }), "03:04 PM");
  assert_equals(date.toLocaleTimeString([], { hour12: false }), "15:04:05");
});
test("an invalid date", () => {
  assert_equals(new Date(NaN).toLocaleString(), "Invalid Date");
  assert_throws_js(RangeError, () => new Intl.DateTimeFormat().format(NaN));
});
test("the parts have types", () => {
  const parts = new Intl.DateTimeFormat("en-US", { dateStyle: "short", timeStyle: "short" }).formatToParts(
    TIME,
  );
  assert_array_equals(
    parts.map(({ type }) => type),
    [
      "month",
      "literal",
      "day",
      "literal",
      "year",
      "literal",
      "hour",
      "literal",
      "minute",
      "literal",
      "dayPeriod",
    ],
  );
});
test("the resolved options", () => {
  const options = new Intl.DateTimeFormat(undefined, {
    timeZone: "europe/berlin",
    hour: "numeric",
  }).resolvedOptions();
  assert_array_equals(
    [
      options.locale,
      options.timeZone,
      options.calendar,
      options.numberingSystem,
      options.hourCycle,
      options.hour12,
    ],
    ["en-US", "Europe/Berlin", "gregory", "latn", "h12", true],
  );
  assert_equals(Intl.DateTimeFormat().resolvedOptions().timeZone, "UTC");
});
test("format without a time says now", () => {
  const format = new Intl.DateTimeFormat("en", { year: "numeric" });
  assert_equals(format.format(), String(new Date().getUTCFullYear()));
});
test("a range of dates", () => {
  const format = new Intl.DateTimeFormat("en-US");
  assert_equals(format.formatRange(TIME, TIME + 864e5), "1/2/2026\u2009–\u20091/3/2026");
  assert_equals(format.formatRange(TIME, TIME), "1/2/2026");
});
