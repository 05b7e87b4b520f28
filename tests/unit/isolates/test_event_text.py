"""The event of a run: what is written around its payload is what the codec would write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from playground.core.codec import decode, encode
from playground.core.ports import WorkflowEvent
from playground.core.values import UNDEFINED, Encoded
from playground.isolates.event_text import event_arguments, event_value

TIME = datetime(2025, 1, 2, 3, 4, 5, 678_000, UTC)


@pytest.mark.parametrize(
    "payload",
    [
        *(None, UNDEFINED, True, 0, 1.5, -0.0, 2**70, "", 'quo"te ü 🎈', "\ud800", "$ref", float("nan")),
        *({}, {"a": 1, "b": None}, {"$ref": 1}, {"1": 1, "0": UNDEFINED}, {"__proto__": 1}),
    ],
    ids=ascii,
)
@pytest.mark.parametrize(
    "time", [TIME, TIME.astimezone(timezone(timedelta(hours=2))), TIME.replace(year=1960)]
)
def test_a_simple_event_is_written_as_it_would_be_encoded(payload: Any, time: datetime) -> None:
    event = WorkflowEvent(payload, time, "an-id", 'name "quoted" ü')
    given = event_arguments(event)
    assert isinstance(given, Encoded)
    expected = encode([event_value(event)])
    assert repr(decode(given)) == repr(decode(expected))
    assert given.data[:1] in (b"t", expected.data[:1])


@pytest.mark.parametrize(
    "event",
    [
        WorkflowEvent([1], TIME, "id", "name"),
        WorkflowEvent({"a": [1]}, TIME, "id", "name"),
        WorkflowEvent({"a": print}, TIME, "id", "name"),
        WorkflowEvent(dict.fromkeys(map(str, range(33))), TIME, "id", "name"),
        WorkflowEvent(1, TIME.replace(tzinfo=None), "id", "name"),
        WorkflowEvent(1, TIME, "id", "half a pair: \ud800"),
        WorkflowEvent(1, TIME, "id", "name", {"cron": "* * * * *"}),
    ],
    ids=lambda event: ascii(event)[:60],
)
def test_any_other_is_left_to_the_codec(event: WorkflowEvent) -> None:
    assert event_arguments(event) == [event_value(event)]
