/**
 * What the cases are written with. A case is `test(name, run)` or `promise_test(name, run)`; it passes when
 * `run` returns, or what it returns is fulfilled, within `PATIENCE_MS`. `refused` and `rejected` are for what fails. Nothing here is looked up on
 * `globalThis` when the cases run, so that a case may replace what it likes and put it back.
 */
const PATIENCE_MS = 10_000;
const { setTimeout, clearTimeout } = globalThis;
const cases = [];

/** The own properties of `globalThis` before any case, and before these functions. */
export const globals = Reflect.ownKeys(globalThis);

class Failure extends Error {
  name = "Failure";
}

function text(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function fail(what, note) {
  throw new Failure(note === undefined ? what : `${note}: ${what}`);
}

function same(actual, expected, path, note) {
  if (Object.is(actual, expected)) return;
  const nested = typeof actual === "object" && typeof expected === "object" && actual && expected;
  if (!nested) fail(`${path} is ${text(actual)}, expected ${text(expected)}`, note);
  if (Array.isArray(actual) !== Array.isArray(expected)) fail(`${path} is ${text(actual)}`, note);
  const names = Reflect.ownKeys(expected).filter((name) => name !== "length");
  const found = Reflect.ownKeys(actual).filter((name) => name !== "length");
  if (found.length !== names.length || actual.length !== expected.length) {
    fail(`${path} is ${text(actual)}, expected ${text(expected)}`, note);
  }
  for (const name of names) {
    if (!Object.hasOwn(actual, name)) fail(`${path}.${String(name)} is missing`, note);
    same(actual[name], expected[name], `${path}.${String(name)}`, note);
  }
}

function thrownBy(run, note) {
  try {
    run();
  } catch (error) {
    return error;
  }
  return fail("nothing was thrown", note);
}

async function rejectionOf(promise, note) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  return fail(`it was fulfilled with ${text(value)}`, note);
}

function checkKind(error, kind, note) {
  const isKind = error !== null && typeof error === "object" && error.constructor === kind;
  if (!isKind) fail(`${text(error)} was thrown, expected a ${kind.name}`, note);
  if (!(error instanceof kind)) fail(`${text(error)} is no instance of ${kind.name}`, note);
}

function checkDOM(error, name, note) {
  if (!(error instanceof DOMException)) fail(`${text(error)} was thrown, expected a DOMException`, note);
  if (error.name !== name) fail(`${text(error)} was thrown, expected a ${name}`, note);
}

Object.assign(globalThis, {
  test: (name, run) => void cases.push([name, async () => void run()]),
  promise_test: (name, run) => void cases.push([name, run]),
  /** The same value (SameValue). */
  assert_equals(actual, expected, note) {
    if (!Object.is(actual, expected)) fail(`it is ${text(actual)}, expected ${text(expected)}`, note);
  },
  assert_not_equals(actual, other, note) {
    if (Object.is(actual, other)) fail(`it is ${text(actual)}`, note);
  },
  assert_true: (actual, note) => actual === true || fail(`it is ${text(actual)}, expected true`, note),
  assert_false: (actual, note) => actual === false || fail(`it is ${text(actual)}, expected false`, note),
  /** Item by item; either may be a typed array. */
  assert_array_equals(actual, expected, note) {
    const isList = typeof actual === "object" && actual !== null && "length" in actual;
    if (!isList) fail(`it is ${text(actual)}, expected a list`, note);
    same(Array.from(actual), Array.from(expected), "it", note);
  },
  /** Own property by own property, all the way down. */
  assert_object_equals: (actual, expected, note) => same(actual, expected, "it", note),
  /** Exactly of that class. */
  assert_throws_js: (kind, run, note) => checkKind(thrownBy(run, note), kind, note),
  assert_throws_dom: (name, run, note) => checkDOM(thrownBy(run, note), name, note),
  /** This very value. */
  assert_throws_exactly(value, run, note) {
    const error = thrownBy(run, note);
    if (!Object.is(error, value)) fail(`${text(error)} was thrown, expected ${text(value)}`, note);
  },
  promise_rejects_js: async (kind, promise, note) => checkKind(await rejectionOf(promise, note), kind, note),
  promise_rejects_dom: async (name, promise, note) => checkDOM(await rejectionOf(promise, note), name, note),
  async promise_rejects_exactly(value, promise, note) {
    const error = await rejectionOf(promise, note);
    if (!Object.is(error, value)) fail(`it was rejected with ${text(error)}, expected ${text(value)}`, note);
  },
  assert_unreached: (note) => fail("this was reached", note),
});

const { test, promise_test, assert_throws_js, promise_rejects_js } = globalThis;
Object.assign(globalThis, {
  /** A case: `run` throws an error of this kind. */
  refused: (name, run, kind = TypeError) => test(name, () => assert_throws_js(kind, run)),
  /** A case: what `run` gives is rejected with an error of this kind. */
  rejected: (name, run, kind = TypeError) => promise_test(name, () => promise_rejects_js(kind, run())),
});

/** Run a case: null when it passed, else what was wrong. */
async function outcome(run) {
  let timer;
  const patience = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Failure(`not done after ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([run(), patience]);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    return `${text(error)}\n${error instanceof Error ? error.stack : ""}`;
  } finally {
    clearTimeout(timer);
  }
}

/** Run all cases, one after the other: a list of pairs of name and null, or what was wrong. */
export async function outcomes() {
  const found = [];
  for (const [name, run] of cases) found.push([name, await outcome(run)]);
  return found;
}
