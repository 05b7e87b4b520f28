"""Cron expressions: which there are, and when they fire."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from playground.core.errors import WorkflowError
from playground.engine.cron import Cron


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("* * * * *", "2026-01-01T00:00:00", "2026-01-01T00:01:00"),
        ("*/15 * * * *", "2026-01-01T00:14:59", "2026-01-01T00:15:00"),
        ("0 9 * * MON-FRI", "2026-01-02T09:00:00", "2026-01-05T09:00:00"),
        ("0 9 * * mon,WED", "2026-01-05T09:00:00", "2026-01-07T09:00:00"),
        ("30 4 1,15 * *", "2026-01-01T05:00:00", "2026-01-15T04:30:00"),
        ("0 0 L * *", "2026-02-01T00:00:00", "2026-02-28T00:00:00"),
        ("0 0 LW * *", "2026-01-31T00:00:00", "2026-02-27T00:00:00"),
        ("0 0 29 FEB *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 12 * * FRI#2", "2026-01-01T00:00:00", "2026-01-09T12:00:00"),
        ("0 12 * * FRIL", "2026-01-01T00:00:00", "2026-01-30T12:00:00"),
        ("0 12 * * SUNL", "2026-01-01T00:00:00", "2026-01-25T12:00:00"),
        ("0 0 13 * FRI", "2026-01-01T00:00:00", "2026-01-02T00:00:00"),
        ("  5   0  * *\t* ", "2026-01-01T00:00:00", "2026-01-01T00:05:00"),
    ],
)
def test_the_next_moment(expression: str, after: str, expected: str) -> None:
    assert Cron(expression).after(ms(after)) == ms(expected)
    assert Cron(expression).after(ms(after) + 1) == ms(expected)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (ms("2026-01-01T10:00:00"), ms("2026-01-01T10:00:00")),
        (ms("2026-01-01T10:00:00") + 999, ms("2026-01-01T10:00:00")),
        (ms("2026-01-01T10:59:59"), ms("2026-01-01T10:00:00")),
        (ms("2026-01-01T10:00:00") - 1, ms("2026-01-01T09:00:00")),
    ],
)
def test_the_latest_moment_is_never_a_later_one(time: int, expected: int) -> None:
    assert Cron("0 * * * *").latest(time) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        None,
        5,
        "* * * *",
        "* * * * * *",
        "@hourly",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "*/0 * * * *",
        "5-1 * * * *",
        "* * * * 1",
        "* * * * 1-5",
        "* * * * 0",
        "* * * * MON,1",
        "* * * * FRI#6",
        "* * * * FRI-MON",
        "* * 15W * *",
        "* * ? * *",
        "0 0 31 FEB *",
        "٣ * * * *",
        "* * * * * ; DROP TABLE schedules",
        "0," * 200 + "0 * * * *",
    ],
)
def test_what_is_none_is_refused(expression: object) -> None:
    with pytest.raises(WorkflowError, match="is no cron expression"):
        Cron(expression)
