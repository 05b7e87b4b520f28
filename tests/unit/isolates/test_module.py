"""Modules: which kind they are, what they may be called, how they are written in JSON."""

from __future__ import annotations

from typing import Any

import pytest

from playground.isolates.module import (
    BadModule,
    Module,
    canonical_name,
    json_form,
    kind_of,
    read_module,
    read_modules,
    text_of,
)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.js", "js"),
        ("a.mjs", "js"),
        ("no-ending", "js"),
        ("a.unknown", "js"),
        ("a.ts", "ts"),
        ("A.MTS", "ts"),
        ("a.d.ts", "ts"),
        ("a.json", "json"),
        ("a.txt", "text"),
        ("read.me/a.md", "text"),
        ("a.html", "text"),
        ("a.sql", "text"),
    ],
)
def test_the_ending_says_the_kind(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.tsx", "JSX"),
        ("a.jsx", "JSX"),
        ("a.cjs", "CommonJS"),
        ("a.cts", "CommonJS"),
        ("a.wasm", "WebAssembly"),
        ("a.py", "Python"),
    ],
)
def test_kinds_that_there_are_not_are_refused_by_name(name: str, said: str) -> None:
    with pytest.raises(BadModule, match=said) as caught:
        read_module(name, "x")
    assert caught.value.module == name


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a.js", "a.js"),
        ("./a.js", "a.js"),
        ("/a.js", "a.js"),
        ("lib/../a.js", "a.js"),
        ("lib//deep/./a.js", "lib/deep/a.js"),
        ("__proto__", "__proto__"),
        ("é/日本.ts", "é/日本.ts"),
        ("..a", "..a"),
        ("x" * 256, "x" * 256),
    ],
)
def test_a_name_is_a_path(name: str, path: str) -> None:
    assert canonical_name(name) == path


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "/", "../a.js", "a/../../b.js", "a/", "a\0b", "a\nb", "\ud800", "\x85", "x" * 257],
)
def test_a_name_that_is_no_path_below_the_root_is_refused(name: str) -> None:
    with pytest.raises(BadModule):
        canonical_name(name)


def test_a_name_of_256_kib_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadModule) as caught:
        canonical_name("x" * (256 << 10))
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("1", Module("js", "1")),
        ({"ts": "1"}, Module("ts", "1")),
        ({"text": ""}, Module("text", "")),
        ({"json": {"a": [1, None]}}, Module("json", '{"a":[1,null]}')),
        ({"json": "text"}, Module("json", '"text"')),
        ({"data": b"\xff"}, Module("data", b"\xff")),
        ({"data": "/w=="}, Module("data", b"\xff")),
        (Module("json", "[1]"), Module("json", "[1]")),
    ],
)
def test_a_module_may_say_its_kind(source: Any, module: Module) -> None:
    assert read_module("a.js", source) == module


@pytest.mark.parametrize(
    "source",
    [
        1,
        None,
        b"js",
        [],
        {},
        {"js": "1", "ts": "2"},
        {"py": "1"},
        {"__proto__": "1"},
        {"js": 1},
        {"text": b"1"},
        {"data": "not base64"},
        {"data": "AB="},
        {"data": 1},
        {"json": float("nan")}.keys(),
        {"json": object()},
        {1: "js"},
        Module("js", b"1"),
        Module("data", 1),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_module_is_refused(source: Any) -> None:
    with pytest.raises(BadModule):
        read_module("a.js", source)


@pytest.mark.parametrize(
    ("name", "source", "form"),
    [
        ("a.js", {"js": "1"}, "1"),
        ("a.ts", "1", "1"),
        ("a.js", {"ts": "1"}, {"ts": "1"}),
        ("a.json", {"json": [1]}, "[1]"),
        ("a.json", "not json", "not json"),
        ("a", {"json": {"__proto__": 1}}, {"json": {"__proto__": 1}}),
        ("a.wasm", {"data": b"\0a"}, {"data": "AGE="}),
        ("a.tsx", {"text": "x"}, {"text": "x"}),
    ],
)
def test_in_json_a_kind_is_written_where_the_name_does_not_say_it(name: str, source: Any, form: Any) -> None:
    module = read_module(name, source)
    assert json_form(name, module) == form
    assert read_module(name, form) == module


def test_json_that_is_none_has_no_form_of_another_name() -> None:
    with pytest.raises(BadModule, match="no JSON"):
        json_form("a", Module("json", "{"))


def test_modules_are_known_by_their_paths() -> None:
    modules, main = read_modules({"./a.js": "1", "lib/b.ts": "2"}, "/a.js")
    assert (set(modules), main) == ({"a.js", "lib/b.ts"}, "a.js")


@pytest.mark.parametrize(
    ("sources", "main"),
    [
        ({"a.js": "1", "./a.js": "2"}, "a.js"),
        ({"a.js": "1"}, "b.js"),
        ({"a.txt": "1"}, "a.txt"),
        ({"a.js": "1", "../b.js": "2"}, "a.js"),
    ],
)
def test_a_set_of_modules_is_checked_as_a_whole(sources: dict[str, str], main: str) -> None:
    with pytest.raises(BadModule):
        read_modules(sources, main)


def test_sizes_are_bytes() -> None:
    assert [Module("js", "é").size, Module("data", b"12").size, Module("js", "\ud800").size] == [2, 2, 3]


def test_the_text_of_code_is_found_in_each_form() -> None:
    assert [text_of(one) for one in ("1", {"ts": "2"}, Module("js", "3"), {"data": "AA=="})] == [
        "1",
        "2",
        "3",
        None,
    ]
