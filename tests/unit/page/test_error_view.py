"""The stack of an error, as whoever wrote the code wants to see it."""

from __future__ import annotations

from tests.unit.page.node import evaluate

STACK = """RangeError: card declined
    at <anonymous> (index.js:14:19)
    at apply (native)
    at <anonymous> (eval_script:4:16199)
    at run (lib/charge.js:3)
"""


def frames_of(stack: object) -> list[str]:
    body = "return it.framesOf({ stack: value }, 'RangeError: card declined');"
    result: list[str] = evaluate("static/js/run/error_view.js", body, stack)
    return result


def test_frames_of_the_runtime_are_left_out() -> None:
    assert frames_of(STACK) == ["at <anonymous> (index.js:14:19)", "at run (lib/charge.js:3)"]


def test_a_stack_that_is_none_has_no_frames() -> None:
    assert frames_of(None) == frames_of({"a": 1}) == frames_of("") == []
