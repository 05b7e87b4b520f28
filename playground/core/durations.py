"""Durations: a number of ms, or text like `"2 hours"`."""

from __future__ import annotations

import math
import re
from typing import Final

from playground.core.described import described

SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY
LONGEST: Final = YEAR
"""The longest sleep, timeout and delay: 365 days, in ms."""

_UNITS: Final = {
    "ms": 1,
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "year": YEAR,
}
_TEXT: Final = re.compile(
    r"(\d{1,15}(?:\.\d{1,9})?) ?(ms|(?:second|minute|hour|day|week|month|year)s?)\Z", re.ASCII
)
_SHOWN: Final = 80


class BadDuration(ValueError):
    """What was given is no duration; the message says why."""


def parse_duration(value: object) -> int:
    """`value` in whole ms, rounded up.

    Takes a number of ms ≥ 0 or `"<n> ms|second(s)|minute(s)|hour(s)|day(s)|week(s)|month(s)|year(s)"` (a
    month is 30 days, a year 365). Anything else, and more than 365 days, raises `BadDuration`.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadDuration(f"a duration is a number of ms or a text like '2 seconds', not {_shown(value)}")
    milliseconds = _parse_text(value) if isinstance(value, str) else value
    if math.isnan(milliseconds):
        raise BadDuration("a duration cannot be NaN")
    if milliseconds < 0:
        raise BadDuration(f"a duration cannot be negative, and {_shown(value)} is")
    if milliseconds > LONGEST:
        raise BadDuration(f"a duration is at most 365 days, and {_shown(value)} is longer")
    return math.ceil(milliseconds)


def _parse_text(text: str) -> float:
    match = _TEXT.match(text)
    if match is None:
        raise BadDuration(
            f"{_shown(text)} is no duration; write '<n> ms|second|minute|hour|day|week|month|year' "
            "(an s at the end is allowed)"
        )
    number, unit = match.groups()
    size = _UNITS.get(unit) or _UNITS[unit.removesuffix("s")]
    return int(number) * size if number.isdigit() else float(number) * size


def _shown(value: object) -> str:
    text = described(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
