"""What the page adds to errors of the code that say too little by themselves."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate

HINTS = "static/js/state/hints.js"


def hint(message: str | None) -> str | None:
    result: str | None = evaluate(HINTS, "return it.hintFor(value);", message)
    return result


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("no such entrypoint: default", "export default"),
        ("no such entrypoint: Mine", "export class Mine extends WorkflowEntrypoint"),
        ("the fetch handler's answer is not JSON", "Response.json"),
        ("used more than 1000 ms of CPU time in one turn", "steps"),
        (
            "Step name RemoteFunction exceeds max length (256 chars) or invalid characters found",
            "step.do('name'",
        ),
    ],
)
def test_what_helps_is_said(message: str, words: str) -> None:
    found = hint(message)
    assert found is not None
    assert words in found


@pytest.mark.parametrize("message", ["card declined", "Error: no such entrypoint: default", "", None])
def test_nothing_is_added_to_what_the_code_says_itself(message: str | None) -> None:
    assert hint(message) is None
