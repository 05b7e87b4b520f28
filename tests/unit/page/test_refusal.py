"""Why something was not done, in words."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("The server cannot be reached", "Not sent. The server cannot be reached"),
        ("Über the limit", "Not sent. Über the limit"),
        ("the run has ended", "Not sent: the run has ended"),
        ("1,000 links are open", "Not sent: 1,000 links are open"),
    ],
)
def test_an_errors_own_sentence_stays_one(message: str, words: str) -> None:
    asked = "return it.because('Not sent', { message: value });"
    assert evaluate("static/js/base/refusal.js", asked, message) == words
