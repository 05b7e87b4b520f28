"""Console lines."""

from __future__ import annotations

import pytest

from tests.unit.isolates.guest.conftest import MakeGuest


def lines(guest: MakeGuest, code: str) -> list[tuple[str, str]]:
    """Level and message of what the code logs at the top level of a module."""
    return [(line["level"], line["message"]) for line in guest(code).loaded.of("log")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", ""),
        ("'a', 'b'", "a b"),
        ("'<img onerror=x>\\n\\u0000'", "<img onerror=x>\n\0"),
        ("1, -0, NaN, 1e21", "1 -0 NaN 1e+21"),
        ("null, undefined, true", "null undefined true"),
        ("12n", "12n"),
        ("Symbol('s')", "Symbol(s)"),
        ("{ a: 1, b: [1, 'x', null] }", '{"a":1,"b":[1,"x",null]}'),
        ("{ a: undefined, f() {}, n: 1n }", '{"a":undefined,"f":[Function: f],"n":1n}'),
        ("[undefined, 'x']", '[undefined,"x"]'),
        ("() => 1, class A {}", "[Function: (anonymous)] [class: A]"),
        ("new Error('no'), new TypeError", "Error: no TypeError"),
        ("[new Error('no', { cause: 5 })]", "[Error: no [cause: 5]]"),
        ("new Map([['k', { a: 1 }]]), new Set([1, 'x'])", 'Map(1) {"k" => {"a":1}} Set(2) {1, "x"}'),
        ("new Date(0)", '"1970-01-01T00:00:00.000Z"'),
        ("new Date(NaN)", "Invalid Date"),
        ("/a+/g", "/a+/g"),
        ("new Uint8Array([1, 2])", "Uint8Array [1,2]"),
        (
            "new ArrayBuffer(3), new DataView(new ArrayBuffer(2))",
            "[ArrayBuffer: 3 bytes] [DataView: 2 bytes]",
        ),
        ("Promise.resolve()", "[Promise]"),
        ("{ toJSON: () => ({ shown: 1 }), hidden: 2 }", '{"shown":1}'),
        ("new URL('https://a.example/b')", '"https://a.example/b"'),
        ("'%s is %d', 'x', '5', 'rest'", "x is 5 rest"),
        ("'%i %f %j %o %O|%c|', 5.7, '2.5', { a: 1 }, [1], null, 'color: red'", '5 2.5 {"a":1} [1] null||'),
        ("'%s %s', 'only one'", "only one %s"),
        ("'100%', 5", "100% 5"),
        ("'%%s %s %%', 1", "%s 1 %"),
        ("'%d %d', 5n, {}", "5n NaN"),
        ("'%s'", "%s"),
        ("5, '%s', 1", "5 %s 1"),
        ("(() => { const a = { x: 1 }; a.self = a; return a })()", '{"x":1,"self":[Circular]}'),
        ("(() => { const a = []; return [a, a] })()", "[[],[]]"),
        ("{ get a() { throw 1 } }", "[unreadable]"),
        ("new Proxy({}, { ownKeys() { throw 1 } })", "[unreadable]"),
        ("Object.create({ inherited: 1 })", "{}"),
        ("{ toString() { throw 1 }, toJSON() { throw 1 } }", "[unreadable]"),
    ],
)
def test_a_line(guest: MakeGuest, arguments: str, message: str) -> None:
    assert lines(guest, f"console.log({arguments})") == [("log", message)]


def test_every_method_has_a_level(guest: MakeGuest) -> None:
    code = "for (const m of ['log','info','warn','error','debug','trace','dir']) console[m](m)"
    assert lines(guest, code) == [
        ("log", "log"),
        ("info", "info"),
        ("warn", "warn"),
        ("error", "error"),
        ("debug", "debug"),
        ("debug", "trace"),
        ("log", "dir"),
    ]


def test_the_other_methods(guest: MakeGuest) -> None:
    code = (
        "console.assert(true, 'no'); console.assert(1 > 2, 'math'); console.group('g'); console.log('in');"
        "console.groupEnd(); console.log('out'); console.count(); console.count(); console.countReset();"
        "console.count(); console.count('x'); console.timeEnd('never'); console.clear();"
        "console.countReset('never'); console.time('t'); console.time('t');"
        "const { log } = console; log('detached');"
    )
    assert lines(guest, code) == [
        ("error", "Assertion failed math"),
        ("log", "g"),
        ("log", "  in"),
        ("log", "out"),
        ("log", "default: 1"),
        ("log", "default: 2"),
        ("log", "default: 1"),
        ("log", "x: 1"),
        ("warn", "Timer 'never' does not exist"),
        ("warn", "Count for 'never' does not exist"),
        ("warn", "Timer 't' already exists"),
        ("log", "detached"),
    ]


def test_time_is_measured(guest: MakeGuest) -> None:
    ((level, message),) = lines(guest, "console.time('t'); console.timeLog('t', { a: 1 })")
    assert level == "log"
    assert message.startswith("t: ")
    assert message.endswith('ms {"a":1}')


@pytest.mark.parametrize(
    "value",
    [
        "'x'.repeat(1e6)",
        "['x'.repeat(1e6), Symbol()]",
        "Array.from({ length: 1e5 }, () => undefined)",
        "'%s', 'x'.repeat(1e6)",
        "new Map(Array.from({ length: 1e4 }, (_, i) => [i, i]))",
        "new Error('x'.repeat(1e6))",
    ],
)
def test_a_long_line_is_cut_and_marked(guest: MakeGuest, value: str) -> None:
    ((_, message),) = lines(guest, f"console.log({value})")
    assert message.endswith("… (cut)")
    assert 8000 < len(message.encode()) <= 8192


def test_deep_values_are_shown_so_deep(guest: MakeGuest) -> None:
    ((_, message),) = lines(guest, "let v = Symbol(); for (let i = 0; i < 1e5; i++) v = [v]; console.log(v)")
    assert message == "[" * 20 + "[…]" + "]" * 20


def test_lone_surrogates_are_replaced(guest: MakeGuest) -> None:
    assert lines(guest, "console.log('\\ud800', ['\\udc00'])") == [("log", '\ufffd ["\\udc00"]')]
