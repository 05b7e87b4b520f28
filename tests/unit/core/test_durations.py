"""Durations: numbers and texts."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.durations import DAY, HOUR, LONGEST, MINUTE, BadDuration, parse_duration


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        (0, 0),
        (1500, 1500),
        (0.2, 1),
        (LONGEST, LONGEST),
        ("10 ms", 10),
        ("1 second", 1000),
        ("2 seconds", 2000),
        ("1 minute", MINUTE),
        ("10 minutes", 10 * MINUTE),
        ("24 hours", 24 * HOUR),
        ("3 day", 3 * DAY),
        ("2 weeks", 14 * DAY),
        ("1 month", 30 * DAY),
        ("1 year", LONGEST),
        ("1.5 hours", 90 * MINUTE),
        ("0 seconds", 0),
        ("5seconds", 5000),
    ],
    ids=str,
)
def test_duration__yes(value: Any, milliseconds: int) -> None:
    assert parse_duration(value) == milliseconds


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (-1, "negative"),
        (float("nan"), "NaN"),
        (float("inf"), "365 days"),
        (LONGEST + 1, "365 days"),
        ("366 days", "365 days"),
        ("5 parsecs", "no duration"),
        ("1000", "no duration"),
        ("", "no duration"),
        ("-1 seconds", "no duration"),
        ("1 Second", "no duration"),
        ("one second", "no duration"),
        ("1 secondss", "no duration"),
        ("1 mss", "no duration"),
        ("١ second", "no duration"),
        ("1 second\n", "no duration"),
        ("9" * 400 + " seconds", "no duration"),
        (True, "not true"),
        (None, "null"),
        ([5], "list"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_duration__no(value: Any, why: str) -> None:
    with pytest.raises(BadDuration, match=why) as raised:
        parse_duration(value)
    assert len(str(raised.value)) < 250
