"""What an approver is asked for: a yes or no, a yes or no with more, or fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

MODULE = "static/js/approve/answer_fields.js"
NO_PAGE = """
globalThis.document = { createElement: () => ({ dataset: {}, setAttribute() {}, append() {}, value: "" }) };
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
    ],
)
def test_what_is_asked_for(fields: list[dict[str, Any]] | None, asked: str | None) -> None:
    assert evaluate(MODULE, NO_PAGE, fields) == asked
