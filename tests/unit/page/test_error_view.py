"""The stack of an error, as whoever wrote the code wants to see it."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate

VIEW = "static/js/run/error_view.js"

STACK = """RangeError: card declined
    at <anonymous> (index.js:14:19)
    at apply (native)
    at <anonymous> (eval_script:4:16199)
    at run (lib/charge.js:3)
"""


def frames_of(stack: object) -> list[str]:
    body = "return it.framesOf({ stack: value }, 'RangeError: card declined');"
    result: list[str] = evaluate(VIEW, body, stack)
    return result


def test_frames_of_the_runtime_are_left_out() -> None:
    assert frames_of(STACK) == ["at <anonymous> (index.js:14:19)", "at run (lib/charge.js:3)"]


def test_a_stack_that_is_none_has_no_frames() -> None:
    assert frames_of(None) == frames_of({"a": 1}) == frames_of("") == []


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"name": "RangeError", "message": "card declined"}, "RangeError: card declined"),
        ({"name": "AggregateError", "message": ""}, "AggregateError"),
        ({"name": "AggregateError"}, "AggregateError"),
        ({"name": "", "message": "only a text"}, "only a text"),
        ({"message": "no name"}, "Error: no name"),
        ({}, "Error"),
    ],
)
def test_no_colon_stands_behind_a_name_that_has_no_message(error: object, text: str) -> None:
    assert evaluate("static/js/base/format.js", "return it.errorText(value);", error) == text


@pytest.mark.parametrize("head", ["", "Error: \n", "Error\n"])
def test_the_name_in_front_of_a_stack_is_no_frame_of_it(head: str) -> None:
    body = "return it.framesOf({ stack: value }, 'Error');"
    assert evaluate(VIEW, body, head) == evaluate(VIEW, body, head.rstrip("\n")) == []
    assert evaluate(VIEW, body, f"{head}    at run (index.js:3:1)") == ["at run (index.js:3:1)"]


def test_what_is_behind_an_error_is_copied_with_it() -> None:
    stack = "    at <anonymous> (index.js:14:19)\n    at any (native)"
    error = {
        "name": "AggregateError",
        "message": "",
        "errors": [
            {"name": "Error", "message": "mirror A is down", "stack": stack},
            None,
            {"name": "Error", "message": "mirror B is down", "cause": {"name": "", "message": "the cable"}},
        ],
        "cause": {"name": "TypeError", "message": "no mirror"},
    }
    assert evaluate(VIEW, "return it.wholeText(value);", error).split("\n") == [
        "AggregateError",
        "1 of 2 Error: mirror A is down",
        "at <anonymous> (index.js:14:19)",
        "2 of 2 Error: mirror B is down",
        "caused by the cable",
        "caused by TypeError: no mirror",
    ]
