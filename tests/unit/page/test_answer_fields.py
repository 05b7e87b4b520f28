"""What an approver is asked for: a yes or no, a yes or no with more, or fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

MODULE = "static/js/approve/answer_fields.js"
PAGE = """
const element = () => ({ dataset: {}, setAttribute() {}, addEventListener() {}, append() {}, value: "" });
globalThis.document = { createElement: element, createElementNS: element };
"""
NO_PAGE = f"""{PAGE}
const asked = it.answerFields(value);
return asked === null ? "yes or no" : asked.decides;
"""

YES = {"name": "approved", "type": "boolean", "optional": False}
NOTE = {"name": "note", "type": "string", "optional": False}
LIMIT = {"name": "limit", "type": "number", "optional": True}
AMOUNT = {"name": "amount", "type": "number", "optional": False}


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        (None, "yes or no"),
        ([], "yes or no"),
        ([YES], "yes or no"),
        ([YES, NOTE], "yes or no"),
        ([YES, LIMIT], "approved"),
        ([{**YES, "name": "accepted"}, NOTE], "accepted"),
        ([YES, AMOUNT], None),
        ([AMOUNT], None),
        ([{**YES, "type": "string"}], None),
        ([YES, {**AMOUNT, "nullable": True}], "approved"),
        ([YES, {**NOTE, "type": "number", "optional": True}], None),
        ([YES, {**NOTE, "options": ["a", "b"], "optional": True}], None),
    ],
)
def test_what_is_asked_for(fields: list[dict[str, Any]] | None, asked: str | None) -> None:
    assert evaluate(MODULE, NO_PAGE, fields) == asked


@pytest.mark.parametrize(
    ("note", "said", "value"),
    [
        (NOTE, "fine", {"by": "Ada", "note": "fine"}),
        (NOTE, "", {"by": "Ada", "note": ""}),
        ({**NOTE, "optional": True}, "fine", {"by": "Ada", "note": "fine"}),
        ({**NOTE, "optional": True}, "", {"by": "Ada"}),
        ({**NOTE, "nullable": True}, "", {"by": "Ada", "note": None}),
        (None, "fine", {"by": "Ada"}),
    ],
    ids=["needed", "needed and empty", "optional", "optional and empty", "nullable and empty", "not wanted"],
)
def test_the_name_and_the_note_are_in_the_answer_where_its_type_names_them(
    note: dict[str, Any] | None, said: str, value: dict[str, Any]
) -> None:
    fields = [
        {**AMOUNT, "optional": True},
        {"name": "by", "type": "string", "optional": True},
        *([note] if note else []),
    ]
    body = f"{PAGE} return it.answerFields(value.fields).read({{ by: 'Ada', note: value.note }});"
    found = evaluate(MODULE, body, {"fields": fields, "note": said})
    assert found == {"ok": True, "value": value}


@pytest.mark.parametrize(
    "fields",
    [
        [{"name": "a", "type": "object"}, {"name": "b", "type": "array", "item": 7}],
        [{"name": "a", "type": "array", "item": {"type": "object", "fields": [None, {"name": 1}]}}],
        [{"name": "a", "type": "unheard"}, {"name": "b"}, {"name": "c", "options": "none"}],
    ],
    ids=["half said", "deep", "of other types"],
)
def test_fields_that_a_script_has_made_up_are_asked_for_somehow(fields: list[dict[str, Any]]) -> None:
    assert evaluate(MODULE, NO_PAGE, fields) is None
