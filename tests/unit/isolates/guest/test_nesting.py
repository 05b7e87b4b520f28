"""What is nested too deeply: an error that says where, and the isolate lives on."""

from __future__ import annotations

import pytest

from playground.isolates.process.isolate import LoadFailed
from tests.unit.isolates.guest.conftest import Evaluate, MakeGuest

DEEP = 100_000
TOO_DEEP = "Maximum call stack size exceeded"
SOURCES = {
    "parentheses": ("(", "1", ")"),
    "arrays": ("[", "", "]"),
    "spread": ("[...", "[]", "]"),
    "objects": ("{a:", "1", "}"),
    "computed names": ("{[", "1", "]:1}"),
    "getters": ("{get a(){return ", "1", "}}"),
    "templates": ("`${", "1", "}`"),
    "calls": ("f(", "", ")"),
    "indexes": ("f[", "1", "]"),
    "imports": ("import(", "1", ")"),
    "assignments": ("a=", "1", ""),
    "negations": ("- ", "1", ""),
    "typeofs": ("typeof ", "1", ""),
    "powers": ("1**", "1", ""),
    "new": ("new ", "Date", ""),
    "choices": ("1?", "1", ":1"),
    "arrows": ("a=>", "1", ""),
    "async arrows": ("async()=>", "1", ""),
    "arrows' defaults": ("((a=", "1", ")=>1)"),
    "arrows' patterns": ("([", "a", "])=>1"),
    "functions": ("(function(){", "", "})"),
    "classes": ("(class extends ", "Object", "{})"),
}
STATEMENTS = {
    "blocks": ("{", "", "}"),
    "ifs": ("if(1)", ";", ""),
    "loops": ("for(;;)", ";", ""),
    "tries": ("try{", "", "}catch{}"),
    "switches": ("switch(1){default:", "", "}"),
    "functions": ("function a(){", "", "}"),
    "static blocks": ("class a{static{", "", "}}"),
}


def refusal(guest: MakeGuest, source: str) -> tuple[str, str, str | None, int | None]:
    with pytest.raises(LoadFailed) as caught:
        guest(f"\n{source}")
    failure = caught.value.failure
    return failure.name, failure.message, failure.module, failure.line


@pytest.mark.parametrize(("opening", "inside", "closing"), SOURCES.values(), ids=SOURCES)
def test_expressions(guest: MakeGuest, opening: str, inside: str, closing: str) -> None:
    source = f"let f, a; a = {opening * DEEP}{inside}{closing * DEEP};"
    assert refusal(guest, source) == ("RangeError", TOO_DEEP, "index.js", 2)


@pytest.mark.parametrize(("opening", "inside", "closing"), STATEMENTS.values(), ids=STATEMENTS)
def test_statements(guest: MakeGuest, opening: str, inside: str, closing: str) -> None:
    source = f"{opening * DEEP}{inside}{closing * DEEP}"
    assert refusal(guest, source) == ("RangeError", TOO_DEEP, "index.js", 2)


@pytest.mark.parametrize(
    "nested", ["{}", "[]", "()", "- "], ids=["objects", "arrays", "parentheses", "signs"]
)
def test_what_people_write_is_not_too_deep(guest: MakeGuest, nested: str) -> None:
    opening, closing = {"{}": ("{a:", "}"), "- ": ("- ", "")}.get(nested, (nested[0], nested[-1]))
    one = guest(f"export const a = {opening * 2000}1{closing * 2000};")
    assert one.exports == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        "JSON.parse('['.repeat(1e6))",
        "JSON.parse('['.repeat(1e6) + ']'.repeat(1e6))",
        "JSON.parse('{\"a\":'.repeat(1e6) + '1' + '}'.repeat(1e6))",
        "JSON.parse('['.repeat(1e5) + ']'.repeat(1e5), (_, value) => value)",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)",
        "let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; JSON.stringify(a)",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; structuredClone(a)",
        "let a = []; for (let i = 0; i < 1e5; i++) a = new Map([[1, a]]); structuredClone(a)",
        "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.keys(p)",
        "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x",
        "(function again() { again() })()",
    ],
)
def test_the_error_can_be_caught_and_says_where(evaluate: Evaluate, body: str) -> None:
    name, message, stack, after = evaluate(
        f"try {{ {body} }} catch (e) {{"
        " return [e.constructor.name, e.message, e.stack, JSON.parse('[[1]]')] }"
    )
    assert (name, message, after) == ("RangeError", TOO_DEEP, [[1]])
    assert "(index.js:4:" in stack
    assert len(stack) < 1000


@pytest.mark.parametrize("pattern", ["'('", "'(?:'", "'(?='"])
def test_a_pattern_is_no_pattern(evaluate: Evaluate, pattern: str) -> None:
    body = f"try {{ new RegExp({pattern}.repeat(1e5)) }} catch (e) {{ return e.name }}"
    assert evaluate(body) == "SyntaxError"


def test_json_as_deep_as_elsewhere(evaluate: Evaluate) -> None:
    assert evaluate("return JSON.stringify(JSON.parse('['.repeat(7000) + ']'.repeat(7000))).length") == 14_000
