"""Values as trees: what they are, what they are on one line, and where a text is found in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

MODULE = "static/js/base/json_kinds.js"

KINDS: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "boolean"),
    (1.5, "number"),
    ("a text", "string"),
    ("2026-11-21T19:32:00.000Z", "date"),
    ("2026-11-21", "string"),
    ("12n", "bigint"),
    ("-n", "string"),
    ("[Uint8Array(4 bytes)]", "binary"),
    ("[Circular]", "circular"),
    ("[REDACTED]", "redacted"),
    ([1], "array"),
    ({"Map": [["a", 1]]}, "map"),
    ({"Map": ["a"]}, "object"),
    ({"Map": [], "more": 1}, "object"),
    ({"Set": [1]}, "set"),
    ({"name": "TypeError", "message": "no"}, "error"),
    ({"name": "Ada", "message": "hello"}, "object"),
]


def test_what_json_does_not_know_is_named() -> None:
    value = {"at": ["1970-01-01T00:00:00.000Z", "2026-11-21T19:32:00.000Z"], "of": {"Map": [["a", "12n"]]}}
    ask = "return value.map((each) => [...it.kindsBesideJson(each)]);"
    assert evaluate(MODULE, ask, [value, {"a": [1, None, "x"]}]) == [["Date", "Map", "BigInt"], []]


@pytest.mark.parametrize(("value", "kind"), KINDS, ids=[repr(value)[:30] for value, _ in KINDS])
def test_what_a_previewed_value_is(value: Any, kind: str) -> None:
    assert evaluate(MODULE, "return it.kindOf(value);", value) == kind


@pytest.mark.parametrize(
    ("value", "limit", "line"),
    [
        ({"a": [1, {"b": "c"}], "d": None}, 80, '{a: [1, {b: "c"}], d: null}'),
        ({"Map": [["k", 1]]}, 80, 'Map(1) {"k" ⇒ 1}'),
        ({"Set": [1, "x"]}, 80, 'Set(2) {1, "x"}'),
        ([[[[1]]]], 80, "[[[Array(1)]]]"),
        (list(range(100)), 20, "[0, 1, 2, 3, 4, 5, …"),
        ({}, 80, "{}"),
    ],
    ids=["object", "map", "set", "deep", "long", "empty"],
)
def test_a_value_on_one_line(value: Any, limit: int, line: str) -> None:
    shown = evaluate(MODULE, f"return it.oneLineOf(value, {limit});", value)
    assert shown == line
    assert len(shown) <= limit


def test_paths_are_what_javascript_writes() -> None:
    body = "return it.pathText('output', value);"
    assert evaluate(MODULE, body, ["items", 0, "a b", "Map", 1]) == 'output.items[0]["a b"].Map[1]'


def test_names_and_texts_are_found_where_they_are() -> None:
    value = {"items": [{"Name": "lamp"}, {"name": "chair"}], "map": {"Map": [["key", "a name"]]}, "n": 42}
    found = evaluate(MODULE, "return it.findIn(value, 'name');", value)
    assert found == [["items", 0, "Name"], ["items", 1, "name"], ["map", "Map", 0, 1]]
    assert evaluate(MODULE, "return it.findIn(value, '42');", value) == [["n"]]
    assert evaluate(MODULE, "return it.findIn(value, '');", value) == []
    body = "return it.findIn(value, 'name').map((path) => it.valueAt(value, path));"
    assert evaluate(MODULE, body, value) == ["lamp", "chair", "a name"]


def test_the_beginning_of_a_value_says_how_large_the_whole_is() -> None:
    body = "return value.map(it.cutSize);"
    assert evaluate(MODULE, body, ['[{"id":1}… (181400 bytes)', "just a text", 7]) == [181400, None, None]
