"""Tenant code that means harm, or does it: the runtime goes on, and what comes out is clean."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.values import UNDEFINED
from playground.isolates.process.isolate import LoadFailed
from tests.unit.isolates.guest.conftest import Evaluate, MakeGuest
from tests.unit.isolates.guest.test_workflow import function, play, workflow

THROWS = "() => { throw new Error('mine') }"
BUILT_IN = """
for (const [of, names] of [
  [Promise.prototype, ['then', 'catch', 'finally']], [Promise, ['resolve', 'all']],
  [Map.prototype, ['get', 'set', 'has', 'forEach', 'delete']], [Set.prototype, ['add', 'has']],
  [WeakMap.prototype, ['get', 'set']], [String.prototype, ['slice', 'indexOf', 'replace', 'includes']],
  [RegExp.prototype, ['exec', 'test']], [Function.prototype, ['call', 'apply', 'bind', 'toString']],
  [Object, Object.getOwnPropertyNames(Object)], [Reflect, Object.getOwnPropertyNames(Reflect)],
]) {
  for (const name of names) {
    if (!['prototype', 'constructor', 'length', 'name'].includes(name)) of[name] = %s;
  }
}"""
CLASSES = """
for (const name of ['Promise', 'Map', 'Set', 'WeakMap', 'Error', 'Object', 'Array', 'String', 'Proxy', 'Date',
  'console', 'Uint8Array', 'Reflect', 'RegExp', 'Symbol', 'TypeError']) saved[name] = globalThis[name];
const { console, TypeError } = saved;
for (const name in saved) globalThis[name] = undefined;"""
SETTERS = """
for (const name of ['t', 'id', 'ok', 'error', 'owner', 'value', 'get', 'set', 'writable',
  'enumerable', 'then', 'code', 'cause', 'stubs', 'every', 'run', 'name', 'message', 'stack', 'prototype',
  'length', '0', '1']) {
  const descriptor = { __proto__: null, set() { throw 'mine' }, configurable: true };
  Object.defineProperty(Object.prototype, name, descriptor);
}"""
METHODS = """
for (const name of Object.getOwnPropertyNames(Array.prototype)) {
  if (name !== 'constructor' && name !== 'length') Array.prototype[name] = %s;
}"""
ITERATORS = """
for (const of of [Array, Map, Set, String]) of.prototype[Symbol.iterator] = undefined"""
POLLUTIONS = {
    "JSON": f"JSON.parse = JSON.stringify = {THROWS}; globalThis.JSON = 5",
    "arrays": METHODS % THROWS,
    "built-in": BUILT_IN % THROWS,
    "classes": f"const saved = {{}};{CLASSES}",
    "toJSON": "Object.prototype.toJSON = Array.prototype.toJSON = String.prototype.toJSON = () => 'mine'",
    "setters": SETTERS,
    "iterators": ITERATORS,
    "instanceof": f"Object.defineProperty(Error, Symbol.hasInstance, {{ value: {THROWS} }})",
    "names": f"Object.defineProperty(Function.prototype, 'name', {{ get: {THROWS} }})",
    "stacks": f"Error.prepareStackTrace = {THROWS}; Error.stackTraceLimit = 0",
    "frozen": "for (const of of [Object, Array, Promise, Map, Error]) Object.freeze(of.prototype)",
}


@pytest.mark.parametrize("pollution", POLLUTIONS.values(), ids=POLLUTIONS)
def test_a_run_goes_on_whatever_is_replaced(guest: MakeGuest, pollution: str) -> None:
    source = workflow(
        "console.log('begin', [1, { a: undefined }]);\n"
        "const first = await step.do('one', { timeout: 5 }, async (ctx) =>\n"
        "  ({ n: ctx.attempt, l: [1, [2]] }));\n"
        "await step.sleep('nap', '1 second');\n"
        "let caught; try { await step.do('two', async () => { throw new TypeError('no') }) }"
        " catch (error) { caught = error }\n"
        "return { first, caught, list: [event.payload, undefined] }",
        before=pollution,
    )
    one = guest(source)
    said = one.run({"p": [1, {"q": None}]})
    assert said.lines in (['begin [1,{"a":undefined}]'], ['begin [1,"mine"]'])
    invoked = one.invoke(function(said.arguments[2]), {"attempt": 1}, step={"name": "one"})
    said = one.answer(said.ask["id"], invoked.result)
    assert said.arguments == ["nap", "1 second"]
    said = one.answer(said.ask["id"], UNDEFINED)
    failed = one.invoke(function(said.arguments[2]), {"attempt": 1}, step={"name": "two"}).error
    assert (failed.name, failed.message) == ("TypeError", "no")
    output = one.refuse(said.ask["id"], failed).result
    assert output["first"] == {"n": 1, "l": [1, [2]]}
    assert output["caught"].message == "no"
    assert output["list"] == [{"p": [1, {"q": None}]}, UNDEFINED]


@pytest.mark.parametrize("pollution", POLLUTIONS.values(), ids=POLLUTIONS)
def test_a_failure_is_told_whatever_is_replaced(guest: MakeGuest, pollution: str) -> None:
    error = guest(workflow("throw new TypeError('gone wrong')", before=pollution)).run().error
    assert (error.name, error.message) == ("TypeError", "gone wrong")


@pytest.mark.parametrize(
    ("thrown", "name", "message"),
    [
        ("null", "Error", "null"),
        ("undefined", "Error", "undefined"),
        ("1", "Error", "1"),
        ("'text'", "Error", "text"),
        ("Symbol('s')", "Error", "Symbol(s)"),
        ("{ a: 1 }", "Error", "[object Object]"),
        ("() => 1", "Error", "() => 1"),
        ("{ toString() { throw 1 } }", "Error", "an object that has no text"),
        ("{ __proto__: null }", "Error", "an object that has no text"),
        ("Object.assign(new Error(), { message: { a: 1 } })", "Error", "[object Object]"),
        ("Object.defineProperties(new Error('m'), { name: { value: 5 }, stack: { value: {} } })", "5", "m"),
        ("Object.defineProperty(new Error('m'), 'name', { get() { throw 1 } })", "Error", "m"),
        ("Object.defineProperty(new Error('m'), 'message', { get() { throw 1 } })", "Error", ""),
        ("new Error('m', { cause: Symbol() })", "Error", "m"),
        ("(() => { const e = new Error('m'); e.cause = e; return e })()", "Error", "m"),
        ("new Proxy(new Error('m'), {})", "Error", "Error: m"),
        ("new DOMException('m', 'AbortError')", "AbortError", "m"),
        ("new AggregateError([1], 'm')", "AggregateError", "m"),
    ],
)
def test_whatever_is_thrown_becomes_a_record(guest: MakeGuest, thrown: str, name: str, message: str) -> None:
    error = guest(workflow(f"throw {thrown}")).run().error
    assert (error.name, error.message) == (name, message)


@pytest.mark.parametrize(
    "thrown",
    [
        "new Error('x'.repeat(1e7))",
        "'x'.repeat(1e7)",
        "Object.assign(new Error('m'), { name: 'x'.repeat(1e7) })",
        "Object.assign(new Error('m'), { stack: 'x\\n'.repeat(1e6) })",
        "new Error('m', { cause: 'x'.repeat(1e7) })",
        "(() => { let e; for (let i = 0; i < 1000; i++) e = new Error('m', { cause: e }); return e })()",
    ],
)
def test_errors_of_any_size_come_out_small(guest: MakeGuest, thrown: str) -> None:
    (result,) = guest(workflow(f"throw {thrown}")).run().of("result")
    assert len(result["error"]) < 300_000


@pytest.mark.parametrize(
    "make",
    [
        "eval('1')",
        "(0, eval)('1')",
        "new Function('return 1')",
        "Function('return 1')",
        "(() => {}).constructor('return 1')",
        "(async () => {}).constructor('return 1')",
        "(function* () {}).constructor('return 1')",
        "(async function* () {}).constructor('return 1')",
        "Reflect.construct((async () => {}).constructor, ['return 1'])",
        "[].constructor.constructor('return globalThis')()",
        "console.log.constructor('return 1')",
        "setTimeout.constructor('return 1')",
        "new (class extends Function {})('return 1')",
    ],
)
def test_text_is_not_made_into_code(evaluate: Evaluate, make: str) -> None:
    assert evaluate(f"try {{ {make}; return 'made' }} catch (error) {{ return error.name }}") == "EvalError"


def test_functions_are_still_functions(evaluate: Evaluate) -> None:
    assert evaluate("return [(() => 1) instanceof Function, Function.name, typeof eval]") == [
        True,
        "Function",
        "function",
    ]


@pytest.mark.parametrize(
    "name", ["turn", "out", "modules", "entropy", "builtins", "SharedArrayBuffer", "std"]
)
def test_the_wall_s_own_names_are_gone(evaluate: Evaluate, name: str) -> None:
    assert evaluate(f"return typeof globalThis[{name!r}]") == "undefined"


def test_two_isolates_share_nothing(guest: MakeGuest) -> None:
    source = workflow("Array.prototype.mine = (Array.prototype.mine ?? 0) + 1; return [].mine")
    assert guest(source).run().result == 1
    assert guest(source).run().result == 1


def test_a_thenable_may_answer_more_than_once(guest: MakeGuest) -> None:
    source = workflow("return { then(ok, no) { ok(1); ok(2); no(3) } }")
    assert guest(source).run().result == 1


@pytest.mark.parametrize(
    "code",
    ["queueMicrotask(() => { throw new Error('late') })", "setTimeout(() => { throw new Error('late') })"],
)
def test_an_error_that_nobody_can_catch_is_a_line(guest: MakeGuest, code: str) -> None:
    one = guest(workflow(f"{code}; return 'fine'"))
    said = one.run()
    lines = said.of("log")
    for timer in said.of("timer"):
        lines += one.turn("timer", id=timer["id"]).of("log")
    assert said.result == "fine"
    (line,) = lines
    assert (line["kind"], line["level"], line["owner"]) == ("exception", "error", 1)
    assert line["message"].startswith("Uncaught Error: late\n    at <anonymous> (index.js:6:")


def test_a_finalizer_that_throws_holds_nothing_up(guest: MakeGuest) -> None:
    code = (
        "const r = new FinalizationRegistry(() => { throw new Error('late') });"
        "(() => { r.register({}, 1) })(); await null; await step.sleep('a', 1); return 1"
    )
    one = guest(workflow(code))
    said = one.run()
    assert one.answer(said.ask["id"], UNDEFINED).result == 1


def test_calls_of_what_is_not_there(guest: MakeGuest) -> None:
    one = guest(workflow("return 1"))
    assert one.answer(99, 1).messages == []
    assert one.turn("timer", id=99).messages == []
    assert one.turn("release", fns=[99]).messages == []
    assert one.invoke(99).error.message == "the function is gone"


@pytest.mark.parametrize(
    ("modules", "name", "place"),
    [
        ({"index.js": "const a = ;"}, "SyntaxError", ("index.js", 1)),
        ({"index.js": "\n\nthrow new RangeError('top')"}, "RangeError", ("index.js", 3)),
        ({"index.js": "import './lib/a.js'", "lib/a.js": "\nlet x = ("}, "SyntaxError", ("lib/a.js", 2)),
        ({"index.js": "import { nothing } from 'cloudflare:workers'"}, "SyntaxError", None),
        ({"index.js": "import 'std'"}, None, None),
        ({"index.js": "import 'node:fs'"}, None, None),
        ({"index.js": "await import('../../../etc/passwd')"}, None, None),
        ({"index.js": "throw null"}, "Error", None),
    ],
)
def test_modules_that_do_not_load_say_why(
    guest: MakeGuest, modules: dict[str, str], name: str | None, place: Any
) -> None:
    with pytest.raises(LoadFailed) as caught:
        guest(modules=modules)
    failure = caught.value.failure
    assert name in (None, failure.name)
    assert failure.message
    if place is not None:
        assert (failure.module, failure.line) == place


def test_a_whole_run_with_every_array_method_replaced(guest: MakeGuest) -> None:
    source = workflow(
        "const all = []; for (let i = 0; i < 3; i++) all[i] = await step.do(`s${i}`, async () => i);\n"
        "return all",
        before=POLLUTIONS["arrays"],
    )
    one = guest(source)
    assert play(one, one.run())[0] == [0, 1, 2]
