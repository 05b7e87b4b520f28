"""Rows of the audit trail in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

MODULE = "static/js/share/link_words.js"
LINK = {"id": "abcdefghijklmnop", "label": "Ada", "scope": "approve"}


def told(action: str, **row: Any) -> tuple[str, str | None, str]:
    """A row's sentence, what is said beside it, and by whom it was done."""
    whole = {"action": action, "actor": "link", "link": LINK, "step": None, "detail": {}, **row}
    sentence, doer = evaluate(MODULE, "return [it.sentence(value), it.doer(value)];", whole)
    return sentence["text"], sentence["more"], doer


@pytest.mark.parametrize(
    ("verdict", "text"),
    [("approved", "Bo approved “a:b”"), ("rejected", "Bo rejected “a:b”"), ("answered", "Bo answered “a:b”")],
)
def test_a_decision_is_a_sentence(verdict: str, text: str) -> None:
    detail = {"verdict": verdict, "by": "Bo", "note": "since", "type": "go"}
    assert told("decided", step="wait:1:a:b", detail=detail) == (text, "since", "by the link “Ada”")


def test_other_rows_are_sentences() -> None:
    assert told("link_made", actor="owner")[::2] == ("A link to approve was made", "by the owner")
    assert told("link_opened", step="wait:1:sign")[0] == "A link to decide “sign” was opened"
    assert told("event_sent", link=None, actor="owner", detail={"type": "go", "payload": {"a": 1}}) == (
        "An event of type go was sent",
        '{"a":1}',
        "by the owner",
    )
    assert told("skip", detail={"step": "sleep:1:nap"})[:2] == ("A wait was skipped", "nap")
    assert told("run", link={**LINK, "label": ""})[2] == "by link abcdef"
    assert told("what is to come")[0] == "what is to come"
