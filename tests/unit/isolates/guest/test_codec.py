"""The guest's codec is the twin of ours."""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.codec import encode
from playground.core.errors import ErrorRecord
from playground.core.values import HOLE, INVALID_DATE, UNDEFINED, BigInt, Map, RegExp, Set, Value, View
from playground.isolates.process.template import Template
from playground.isolates.process.typescript import TypeScript
from tests.unit.core.values import LEAVES, VALUES, same
from tests.unit.isolates.guest.conftest import Evaluate
from tests.unit.isolates.guest.guest import Guest

ECHO = """
import { WorkerEntrypoint } from "cloudflare:workers";
const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
const of = {
  Number: (value) => (value === value ? new Float64Array([value]).buffer : "NaN"),
  BigInt: (value) => `${value}n`,
  String: (value) => [...value].length,
  Boolean: (value) => `${value}`,
  Date: (value) => `${value.getTime()}`,
  RegExp: (value) => `${value.source}/${value.flags}`,
  Array: (value) => value.length,
  Object: (value) => Object.keys(value).length,
  Map: (value) => value.size,
  Set: (value) => value.size,
  ArrayBuffer: (value) => value.byteLength,
  Error: (value) => [value.name, value.message].map((text) => text.length),
};
const seen = (value) => [tag(value), ArrayBuffer.isView(value) ? value.byteLength : of[tag(value)]?.(value)];
export class Echo extends WorkerEntrypoint {
  same(value) { return value; }
  seen(values) { return values.map(seen) }
  places([some, one, none]) { return [Object.keys(some), some.length, one.a.length, none.length]; }
}
"""


@pytest.fixture(scope="module")
def echo(template: Template, typescript: TypeScript) -> Guest:
    return Guest(template, typescript, {"index.js": ECHO})


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(VALUES)
def test_a_value_comes_back_from_the_guest_as_it_went(echo: Guest, value: Value) -> None:
    assert same(value, echo.call("same", value, entry="Echo").result)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(st.lists(VALUES, min_size=20, max_size=60))
def test_many_values_come_back_in_one_turn(echo: Guest, values: list[Value]) -> None:
    assert same(values, echo.call("same", values, entry="Echo").result)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(st.lists(LEAVES | VALUES, min_size=20, max_size=60))
def test_values_are_there_what_they_are_here(echo: Guest, values: list[Value]) -> None:
    """What an echo cannot show: that both sides do not make the same mistake."""
    seen = echo.call("seen", values, entry="Echo").result
    for value, (tag, detail) in zip(values, seen, strict=True):
        assert (tag, detail) == expected(value), repr(value)


def expected(value: Value) -> tuple[str, Value]:
    """What the guest says of a value."""
    if value is None or value is UNDEFINED:
        return ("Null" if value is None else "Undefined", UNDEFINED)
    if isinstance(value, bool):
        return "Boolean", str(value).lower()
    if isinstance(value, BigInt) or (isinstance(value, int) and abs(value) > 2**53):
        return "BigInt", f"{int(value)}n"
    if isinstance(value, (int, float)):
        return "Number", "NaN" if value != value else struct.pack("<d", value)
    if isinstance(value, str):
        return "String", len(value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass"))
    if value is INVALID_DATE:
        return "Date", "NaN"
    if isinstance(value, datetime):
        return "Date", str((value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
    if isinstance(value, RegExp):
        return "RegExp", f"{value.source}/{value.flags}"
    if isinstance(value, View):
        return value.kind, len(value.data)
    if isinstance(value, ErrorRecord):
        return "Error", [utf16(value.name), utf16(value.message)]
    if isinstance(value, (Map, Set)):
        return type(value).__name__, len(value.pairs if isinstance(value, Map) else value.items)
    names: dict[type, str] = {bytes: "ArrayBuffer", list: "Array", dict: "Object"}
    return names[type(value)], len(value)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    "key",
    ["0", "7", "007", "2147483647", "2147483648", "4294967294", "4294967295", "99999999999", "-1", "1.5"],
)
def test_references_count_in_the_order_of_javascript(echo: Guest, key: str) -> None:
    shared: list[Value] = []
    value = {"a": [1], key: [2], "3": [3], "last": shared, "again": shared}
    assert same(value, echo.call("same", value, entry="Echo").result)


@pytest.mark.parametrize(
    "value", [[[], {}, "é\u2028😀"], {"a": {"b": [1.5, -7, True, None]}}, [UNDEFINED, BigInt(1)], {"$a": 1}]
)
def test_the_guest_writes_what_we_write(echo: Guest, value: Value) -> None:
    (result,) = echo.call("same", value, entry="Echo").of("result")
    assert result["ok"] == encode(value).data.decode()


def test_binary_values_are_written_fast(echo: Guest) -> None:
    value = bytes(range(256)) * 4000
    assert echo.call("same", value, entry="Echo").result == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[,1]", [HOLE, 1]),
        ("[1,,undefined,]", [1, HOLE, UNDEFINED]),
        ("Object.assign(new Array(2), { a: 1 })", [HOLE, HOLE]),
        ("[-0, NaN, 1e20, 2**53, 0.1]", [-0.0, float("nan"), 1e20, 2**53, 0.1]),
        ("Object.create(null)", {}),
        ("new (class Point { x = 1; get y() { return 2; } })", {"x": 1}),
        ("({ [Symbol('s')]: 1, a: 2 })", {"a": 2}),
        ("Object.defineProperty({a: 1}, 'hidden', {value: 2})", {"a": 1}),
        ("({ get a() { return 5 } })", {"a": 5}),
        ("new (class extends Array {})(1, 2)", [1, 2]),
        ("new (class extends Map {})([[1, new Set([2])]])", Map([(1, Set([2]))])),
        ("new Uint8Array([0, 1, 2, 3]).subarray(1, 3)", None),
        ("Object.freeze([1])", [1]),
        ("new Proxy({ a: 1 }, {})", {"a": 1}),
        ("new Proxy([1], {})", [1]),
        ("JSON.parse('{\"__proto__\": 5}')", {"__proto__": 5}),
        ("(() => { const a = []; a.push(a); return a.length })()", 1),
        ("(function () { return arguments })(1)", {"0": 1}),
    ],
)
def test_what_structured_clone_takes_is_a_value(evaluate: Evaluate, expression: str, value: Value) -> None:
    found = evaluate(f"return {expression}")
    if value is None:
        assert found.data == b"\x01\x02"
    else:
        assert same(value, found)


def test_a_hole_is_none_of_its_own_on_the_other_side(echo: Guest) -> None:
    given = [[1, HOLE, UNDEFINED, HOLE], {"a": [HOLE]}, []]
    assert echo.call("places", given, entry="Echo").result == [["0", "2"], 4, 1, 0]
    assert same(given, echo.call("same", given, entry="Echo").result)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("{ a: [0, 1, 2, Symbol('s')] }", "$.a[3]: a symbol cannot be stored"),
        ("{ a: () => 1 }", "$.a: a function cannot be stored"),
        ("new Map([[1, { x: new WeakMap() }]])", "$.get(0).x: a WeakMap cannot be stored"),
        ("new Map([[Symbol(), 1]])", "$.key(0): a symbol cannot be stored"),
        ("new Set([1, Promise.resolve()])", "$.item(1): a Promise cannot be stored; await it first"),
        (
            "{ a: new (class Later extends Promise {})(() => {}) }",
            "$.a: a Promise cannot be stored; await it first",
        ),
        ("[new WeakRef({})]", "$[0]: a WeakRef cannot be stored"),
        ("[(function* () {})()]", "$[0]: an object of an unknown kind cannot be stored"),
        ("new (class Secret { #s = 1; get() { return this.#s } })", "$: a Secret cannot be stored"),
        ("[new Response()]", "$[0]: a Response cannot be stored"),
        ("[new URL('https://a.example')]", "$[0]: an URL cannot be stored"),
        ("10n ** 4000n", "$: a BigInt of more than 4000 digits cannot be stored"),
        ("new Error('m', { cause: () => 1 })", "$.cause: a function cannot be stored"),
        ("Object.create(Date.prototype)", "$: a Date cannot be stored"),
    ],
)
def test_the_first_thing_that_is_no_value_is_named(guest: Any, expression: str, message: str) -> None:
    source = (
        'import { WorkflowEntrypoint } from "cloudflare:workers";\n'
        "export class TenantWorkflow extends WorkflowEntrypoint {\n"
        f"  async run() {{ return ({expression}); }}\n}}"
    )
    error = guest(source).run().error
    assert error.name == "WorkflowFatalError"
    assert error.message == f"The workflow's output is not a value that can be stored: {message}"


@pytest.mark.parametrize("make", ["v = [v]", "v = { a: v }", "v = new Map([[1, v]])", "v = new Set([v])"])
def test_values_may_be_nested_200_deep_and_no_deeper(guest: Any, make: str) -> None:
    source = (
        'import { WorkerEntrypoint } from "cloudflare:workers";\n'
        "export class Body extends WorkerEntrypoint {\n"
        f"  nest(times) {{ let v = 0; for (let i = 0; i < times; i++) {make}; return v; }}\n}}"
    )
    one = guest(source)
    assert len(one.call("nest", 200, entry="Body").of("result")[0]["ok"]) > 200
    for times in (201, 100_000):
        error = one.call("nest", times, entry="Body").error
        assert error.message.endswith("nested more than 200 deep")


def test_errors_keep_what_they_say(evaluate: Evaluate) -> None:
    error = evaluate(
        "const e = new RangeError('outer', { cause: new TypeError('inner') }); e.code = 'E1'; return e"
    )
    assert isinstance(error, ErrorRecord)
    assert (error.name, error.message, error.code) == ("RangeError", "outer", "E1")
    assert (error.cause.name, error.cause.message) == ("TypeError", "inner")


def test_an_error_of_ours_is_an_error_there(evaluate: Evaluate) -> None:
    sent = [ErrorRecord("RangeError", "r"), ErrorRecord("Odd", "o", "at x", ErrorRecord("Error", "c"), "C")]
    assert evaluate(
        "const [a, b] = args[0];"
        "return [a instanceof RangeError, b instanceof Error, b.name, b.message, b.cause.message, b.code,"
        " Object.keys(b)]",
        sent,
    ) == [True, True, "Odd", "o", "c", "C", []]


def test_keys_that_look_like_prototypes_are_data(evaluate: Evaluate) -> None:
    assert evaluate(
        "const [v] = args; return [Object.getPrototypeOf(v) === Object.prototype, Object.keys(v), {}.x]",
        {"__proto__": {"x": 1}, "constructor": 2},
    ) == [True, ["__proto__", "constructor"], UNDEFINED]


@pytest.mark.parametrize("within", ["{}", "[1]", "{ a: 1 }"])
def test_a_proxy_is_what_it_says_of_its_own_names(evaluate: Evaluate, within: str) -> None:
    lie = "{ get: (_, name) => name === 'toJSON' ? () => 'lie' : name === 'length' ? 1 : 2 }"
    expected = {"{}": {}, "[1]": [2], "{ a: 1 }": {"a": 2}}[within]
    assert evaluate(f"return new Proxy({within}, {lie})") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("const a = []; a.length = 2; return a;", [HOLE, HOLE]),
        ("const a = [1, 2, 3]; delete a[1]; return a;", [1, HOLE, 3]),
        ("const a = [1]; a.extra = () => 1; return a;", [1]),
        ("const a = { b: 1 }; Object.defineProperty(a, 'c', { value: () => 1 }); return a;", {"b": 1}),
        ("const a = { b: 1, [Symbol('c')]: () => 1 }; return a;", {"b": 1}),
        ("return { get b() { return 1 } };", {"b": 1}),
        ("const a = { b: 1, c: 2 }; for (const name in a) delete a[name]; return a", {}),
        ("const a = { 7: 1, b: 2 }; return a;", {"7": 1, "b": 2}),
        ("const one = { x: 1 }; return [one, one].map((o) => o.x);", [1, 1]),
        ("const one = [1]; const two = [one, one]; two[0].push(2); return two[1];", [1, 2]),
        ("return Object.freeze([Object.freeze({ a: 1 })]);", [{"a": 1}]),
        ("return JSON.parse('[1.5, 1e300, -7, 0]');", [1.5, 1e300, -7, 0]),
        ("return 'a'.repeat(100) + 'b'.repeat(3000);", "a" * 100 + "b" * 3000),
    ],
)
def test_what_is_nearly_plain_is_not_lost(evaluate: Evaluate, body: str, expected: Value) -> None:
    assert evaluate(body) == expected


def test_a_value_can_be_written_again_and_again(evaluate: Evaluate) -> None:
    body = "const v = { a: [{}, {}], b: { c: [] } }; v.d = v.a[0]; return [v, v, structuredClone(v).a.length]"
    for _ in range(3):
        found = evaluate(body)
        assert isinstance(found, list)
        assert found[2] == 2


def test_base64_of_every_length(evaluate: Evaluate) -> None:
    for length in range(8):
        data = bytes(range(250, 250 + min(length, 6))) + bytes(max(length - 6, 0))
        assert base64.b64encode(evaluate("return args[0]", data)) == base64.b64encode(data)
