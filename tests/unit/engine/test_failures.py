"""Errors as the log shows them."""

from __future__ import annotations

from playground.core.errors import ErrorRecord
from playground.engine.entries import ErrorPreview
from playground.engine.failures import error_preview


def chain(length: int, errors: list[ErrorRecord] | None = None) -> ErrorRecord:
    """An error with that many behind it."""
    return ErrorRecord("E", str(length), cause=chain(length - 1, errors) if length else None, errors=errors)


def test_causes_are_shown_one_behind_the_other_and_not_without_end() -> None:
    messages = []
    shown: ErrorPreview | None = error_preview(chain(9))
    while shown is not None:
        messages.append(shown.message)
        shown = shown.cause
    assert messages == ["9", "8", "7", "6", "5"]


def test_what_an_error_stands_for_is_shown_with_the_outermost_alone() -> None:
    inner = [chain(3), "a text", 7, *(ErrorRecord("E", "more") for _ in range(9))]
    shown = error_preview(ErrorRecord("AggregateError", "", cause=chain(1, [chain(0)]), errors=inner))
    assert shown.errors is not None
    assert [(each.name, each.message) for each in shown.errors] == [
        ("E", "3"), ("", "a text"), ("E", "more"), ("E", "more")
    ]  # fmt: skip
    assert [(each.cause, each.errors) for each in shown.errors] == [(None, None)] * 4
    assert shown.cause is not None
    assert shown.cause.errors is None
