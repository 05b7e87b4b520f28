"""JSON that is typed into the page: what is wrong with it, and where."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate

WRONG = [
    ('{"name": Ada}', 1, 10),
    ('{\n  "a": 1,\n}', 3, 1),
    ("[1 2]", 1, 4),
    ('{"a"', 1, 5),
    ('{"a":1}}', 1, 8),
    ('{"a":[1,{"b":"c\\x"}]}', 1, 14),
    ("[01]", 1, 3),
    ("{'a':1}", 1, 2),
    ("", 1, 1),
]


@pytest.mark.parametrize(("text", "line", "column"), WRONG, ids=[text for text, _, _ in WRONG])
def test_the_place_of_a_mistake(text: str, line: int, column: int) -> None:
    found = evaluate("static/js/base/json_place.js", "return it.jsonPlace(value);", text)
    assert found == {"line": line, "column": column}


def test_a_mistake_is_told_with_its_place() -> None:
    result = evaluate("static/js/code/payload.js", "return it.parseJson(value);", '{"name": Ada}')
    assert result["ok"] is False
    assert "line 1, column 10" in result["message"]


def test_an_empty_text_is_no_value_and_no_mistake() -> None:
    body = "const { ok, ...rest } = it.parseJson(value); return [ok, rest.value === undefined];"
    assert evaluate("static/js/code/payload.js", body, " \n") == [True, True]
