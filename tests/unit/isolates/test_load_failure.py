"""Code that does not load: what its author is told."""

from __future__ import annotations

import time
from typing import Any

import pytest

from playground.core.errors import ErrorRecord, LoadError
from playground.isolates.load_failure import TenantModules
from playground.isolates.syntax_message import syntax_message
from playground.isolates.wire import Failed


def told(modules: dict[str, Any], name: str, message: str, **place: Any) -> LoadError:
    main = next(iter(modules))
    return TenantModules(modules, main).error(Failed(1, name, message, "[]", **place))


def test_modules_that_are_none_are_a_load_error() -> None:
    with pytest.raises(LoadError, match="JSX") as caught:
        TenantModules({"a.tsx": "1"}, "a.tsx")
    assert (caught.value.name, caught.value.module) == ("TypeError", "a.tsx")


def test_half_a_character_is_replaced_on_the_way() -> None:
    assert TenantModules({"a.js": "// \ud800"}, "a.js").wire() == {"a.js": ("js", "// \ufffd")}


def test_the_engine_s_bytes_become_units() -> None:
    error = told({"a.js": "1;\n'日本🎉'; x"}, "Error", "m", module="a.js", line=2, column=15)
    assert (error.line, error.column) == (2, 9)
    assert error.frame == "  1 | 1;\n> 2 | '日本🎉'; x\n    |  \u3000\u3000\u3000   ^"


@pytest.mark.parametrize("source", ["1;", "'日本🎉';"])
def test_causes_without_end_do_no_harm(source: str) -> None:
    record = ErrorRecord("Error", "m", "at a.js:1:6")
    object.__setattr__(record, "cause", record)
    assert TenantModules({"a.js": source}, "a.js").placed(record).message == "m"


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"module": "other.js", "line": 1, "column": 1},
        {"module": "a.js", "line": 99, "column": 1},
        {"module": "a.js", "line": 2**40, "column": 2**40},
        {"module": "a.bin", "line": 1, "column": 1},
    ],
)
def test_a_place_that_is_not_there_has_no_frame(place: dict[str, Any]) -> None:
    assert told({"a.js": "1", "a.bin": {"data": b"1"}}, "Error", "m", **place).frame is None


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("import { a, none } from './b'", (1, 13)),
        ("import none2, {\n  none as x\n} from './b'", (2, 3)),
        ("let none;\nexport { none } from './b'", (2, 10)),
        ("import { a } from './b'; none()", (None, None)),
    ],
)
def test_the_import_of_what_is_not_exported_is_found(source: str, place: tuple[Any, Any]) -> None:
    error = told({"a.js": source, "b.js": ""}, "SyntaxError", "Could not find export 'none' in module 'b.js'")
    assert (error.line, error.column) == place


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("    at f (a.ts:2:15)\n    at a.ts:1:5", "    at f (a.ts:2:9)\n    at a.ts:1:5"),
        ("    at <anonymous> (lib/日 本.js:1:5)", "    at <anonymous> (lib/日 本.js:1:4)"),
        ("    at f (ascii.js:1:5)", "    at f (ascii.js:1:5)"),
        ("    at f (a.ts:99:5)", "    at f (a.ts:99:5)"),
        ("    at f (a.ts:0:5)", "    at f (a.ts:0:5)"),
        ("    at f (native)", "    at f (native)"),
        (None, None),
    ],
)
def test_stacks_count_units_too(stack: str | None, said: str | None) -> None:
    sources = {"a.ts": "1;\n'日本🎉'; x", "lib/日 本.js": "'é'; x", "ascii.js": "x"}
    modules = TenantModules(sources, "a.ts")
    inner = ErrorRecord("Error", "inner", stack=stack)
    placed = modules.placed(ErrorRecord("Error", "m", stack=stack, cause=inner))
    assert (placed.stack, placed.cause) == (said, ErrorRecord("Error", "inner", stack=said))


def test_a_stack_of_many_lines_takes_little_time() -> None:
    modules = TenantModules({"a.js": "é" * 500_000}, "a.js")
    began = time.process_time()
    modules.placed(ErrorRecord("Error", "m", stack="    at f (a.js:1:999999)\n" * 700))
    modules.placed(ErrorRecord("Error", "m", stack="(" * 8000 + "a " * 4000))
    assert time.process_time() - began < 0.5


def test_where_two_modules_import_it_there_is_no_place() -> None:
    modules = {"a.js": "import {x} from './c'", "b.js": "import {x} from './c'", "c.js": ""}
    assert told(modules, "SyntaxError", "Could not find export 'x' in module 'c.js'").line is None


@pytest.mark.parametrize(
    "source", ["import x " * 60_000, "x " * 500_000, "import " * 150_000, "\n" * (1 << 20)]
)
def test_looking_for_it_takes_little_time(source: str) -> None:
    began = time.process_time()
    told({"a.js": source}, "SyntaxError", "Could not find export 'x' in module 'b.js'")
    told({"a.js": source}, "SyntaxError", "m", module="a.js", line=1 << 20, column=1)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("message", "rest", "said"),
    [
        ("unexpected token in expression: '}'", "}", "Unexpected token '}'"),
        ("unexpected token in expression: ''", "", "Unexpected end of the module"),
        ("expecting ';'", "foo bar", "Unexpected token 'foo', expected ';'"),
        ("expecting ')'", "", "Unexpected end of the line, expected ')'"),
        ("expecting ')'", None, "expecting ')'"),
        ("something else", "x", "something else"),
        ("unexpected token in expression: '@'", "@a", "Unexpected token '@' (decorators are not supported)"),
        ("unexpected token in expression: '<'", "<a>", "Unexpected token '<' (JSX is not supported)"),
    ],
)
def test_a_message_names_what_was_found(message: str, rest: str | None, said: str) -> None:
    assert syntax_message(message, rest, is_typescript=False) == said


def test_typescript_in_javascript_is_guessed_at() -> None:
    assert "ends in .ts" in syntax_message("expecting ';'", ": number", is_typescript=False)
    assert "ends in .ts" not in syntax_message("expecting ';'", ": number", is_typescript=True)


@pytest.mark.parametrize(
    ("before", "rest"),
    [
        ("type ", "Env = {"),
        ("export type ", "Env<T> = {"),
        ("import type ", "{ A } from 'a';"),
        ("import { a, type ", "B } from 'a';"),
        ("", "enum A { b }"),
        ("export const ", "enum A { b }"),
        ("class A extends B", "<C> {"),
        ("class A ", "implements B {"),
        ("const a = b ", "as C;"),
        ("const a = b as ", "C;"),
        ("export abstract ", "class A {"),
    ],
)
def test_what_is_surely_typescript_is_guessed(before: str, rest: str) -> None:
    assert "ends in .ts" in syntax_message("expecting ';'", rest, before=before, is_typescript=False)


@pytest.mark.parametrize(
    ("before", "rest"), [("let a = ", "<b/>"), ("const type = ", "5 5;"), ("a ", "b"), ("typed ", "Env = 1")]
)
def test_other_mistakes_are_not_called_typescript(before: str, rest: str) -> None:
    assert "ends in .ts" not in syntax_message("expecting ';'", rest, before=before, is_typescript=False)
