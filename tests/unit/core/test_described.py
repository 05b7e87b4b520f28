"""What a refused value is called."""

from __future__ import annotations

import pytest

from playground.core.described import described
from playground.core.durations import BadDuration, parse_duration
from playground.core.errors import WorkflowFatalError
from playground.core.values import UNDEFINED
from playground.engine.names import check_step_name

WORDS = [
    (UNDEFINED, "undefined"),
    (None, "null"),
    (True, "true"),
    (42, "42"),
    ("10 parsecs", "'10 parsecs'"),
    (lambda: 1, "a function"),
    ({"type": "x"}, "an object"),
    ([1], "a list"),
    (b"", "bytes"),
]


@pytest.mark.parametrize(("value", "words"), WORDS)
def test_it_is_called_what_its_author_calls_it(value: object, words: str) -> None:
    assert described(value) == words


def test_a_name_that_is_no_text_is_refused_in_these_words() -> None:
    with pytest.raises(
        WorkflowFatalError, match=r"^Step name must be a string; got a function \[exceeds max length"
    ):
        check_step_name(lambda: 1)


def test_a_duration_that_is_missing_is_refused_in_these_words() -> None:
    with pytest.raises(BadDuration, match="a text like '2 seconds', not undefined"):
        parse_duration(UNDEFINED)
