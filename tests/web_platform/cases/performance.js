// The facts of https://w3c.github.io/hr-time/, https://w3c.github.io/user-timing/, and of Workers
test("performance.now says what Date does", () => {
  assert_equals(performance.timeOrigin, 0);
  const before = Date.now();
  const now = performance.now();
  assert_true(now >= before && now <= Date.now());
  assert_true(Number.isInteger(now));
});
test("performance.now never goes back", () => {
  let last = performance.now();
  for (let i = 0; i < 1000; i++) {
    const now = performance.now();
    assert_true(now >= last);
    last = now;
  }
});
test("performance is a Performance", () => {
  assert_equals(String(performance), "[object Performance]");
  assert_throws_js(TypeError, () => new Performance());
  assert_throws_js(TypeError, () => Performance.prototype.now.call({}));
  assert_object_equals(performance.toJSON(), { timeOrigin: 0 });
});
test("a mark", () => {
  const mark = performance.mark("a", { detail: { x: 1 }, startTime: 5 });
  assert_array_equals([mark.name, mark.entryType, mark.startTime, mark.duration], ["a", "mark", 5, 0]);
  assert_object_equals(mark.detail, { x: 1 });
  assert_equals(performance.mark("b").detail, null);
  performance.clearMarks();
});
test("a measure between marks", () => {
  performance.mark("from", { startTime: 10 });
  performance.mark("to", { startTime: 25 });
  const measure = performance.measure("m", "from", "to");
  assert_array_equals(
    [measure.name, measure.entryType, measure.startTime, measure.duration],
    ["m", "measure", 10, 15],
  );
  performance.clearMarks();
  performance.clearMeasures();
});
test("a measure by options", () => {
  assert_equals(performance.measure("m", { start: 1, end: 4 }).duration, 3);
  assert_equals(performance.measure("m", { start: 1, duration: 4 }).startTime, 1);
  assert_equals(performance.measure("m", { end: 9, duration: 4 }).startTime, 5);
  performance.clearMeasures();
});
test("a measure from a mark that is not there", () => {
  assert_throws_dom("SyntaxError", () => performance.measure("m", "nowhere"));
});
test("the entries that were made", () => {
  performance.mark("a", { startTime: 1 });
  performance.mark("b", { startTime: 2 });
  performance.measure("a", { start: 1, end: 2 });
  const names = (entries) => entries.map(({ name, entryType }) => `${entryType} ${name}`);
  assert_array_equals(names(performance.getEntries()), ["mark a", "mark b", "measure a"]);
  assert_array_equals(names(performance.getEntriesByName("a")), ["mark a", "measure a"]);
  assert_array_equals(names(performance.getEntriesByName("a", "mark")), ["mark a"]);
  assert_array_equals(names(performance.getEntriesByType("measure")), ["measure a"]);
  performance.clearMarks("a");
  assert_array_equals(names(performance.getEntries()), ["mark b", "measure a"]);
  performance.clearMarks();
  performance.clearMeasures();
  assert_equals(performance.getEntries().length, 0);
});
test("no more than a thousand entries are kept", () => {
  for (let i = 0; i < 3000; i++) performance.mark("x");
  assert_true(performance.getEntries().length <= 1000);
  performance.clearMarks();
});
