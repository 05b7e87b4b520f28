"""`instance.subscribe()` for tenants: Cloudflare's events of the log's entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.bridge.binding import InstanceStub
from playground.bridge.subscription import event_of
from playground.core.codec import encode
from playground.core.errors import WorkflowError
from playground.core.values import UNDEFINED
from playground.storage.rows import EntryRow
from tests.unit.bridge.fakes import FakeInstance

STEP = {"kind": "do", "name": "a", "count": 2}


def entry(seq: int, type: str, **fact: Any) -> EntryRow:
    return EntryRow(seq + 100, "i", seq, 1000 + seq, type, json.dumps(fact), None)


def instance(*types: str) -> InstanceStub:
    log = [entry(seq, type, step=STEP) for seq, type in enumerate(types, 1)]
    return InstanceStub(FakeInstance("i", encode(None), log=log))


async def events(stub: InstanceStub, options: Any = UNDEFINED) -> list[tuple[int, str]]:
    subscription = await stub.subscribe(options)
    found = []
    while not (answer := await subscription.next())["done"]:
        found.append((answer["value"]["eventId"], answer["value"]["type"]))
    assert await subscription.next() == {"value": UNDEFINED, "done": True}
    return found


TYPES = ("workflow_queued", "log", "step_started", "attempt_failed", "sleep_skipped", "step_failed")


async def test_all_that_has_a_name_there_in_order_and_once() -> None:
    assert await events(instance(*TYPES)) == [
        (1, "workflow_queued"),
        (3, "step_started"),
        (4, "attempt_errored"),
        (6, "step_errored"),
    ]


async def test_after_a_cursor_and_of_some_types() -> None:
    stub = instance(*TYPES)
    assert await events(stub, {"cursor": 3}) == [(4, "attempt_errored"), (6, "step_errored")]
    assert await events(stub, {"cursor": 4.0, "filter": ["step_errored"]}) == [(6, "step_errored")]
    assert await events(stub, {"filter": []}) == []
    assert await events(stub, {"cursor": UNDEFINED, "filter": None}) == await events(stub)


@pytest.mark.parametrize(
    "options",
    [
        5,
        [],
        {"from": 1},
        {"cursor": "1"},
        {"cursor": -1},
        {"cursor": True},
        {"cursor": 1.5},
        {"cursor": float("nan")},
        {"cursor": float("inf")},
        {"filter": "step_started"},
        {"filter": [1]},
        {"filter": ["nonsense"]},
    ],
)
async def test_what_is_no_option_is_refused(options: Any) -> None:
    with pytest.raises(WorkflowError, match=r"subscribe\(\)"):
        await instance().subscribe(options)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (entry(1, "sleep_started", step=STEP, until=1501), {"type": "sleep_started", "durationMs": 500}),
        (
            entry(1, "step_completed", step=STEP, size=3, output="x"),
            {"type": "step_completed", "output": "x"},
        ),
        (
            entry(1, "attempt_failed", step={**STEP, "kind": "rollback"}, attempt=1, retryDelayMs=5),
            {"type": "rollback_attempt_errored", "attempt": 1, "retryDelayMs": 5},
        ),
        (
            entry(1, "step_failed", step=STEP, error={"name": "E", "message": "m", "stack": "at x"}),
            {"type": "step_errored", "error": {"name": "E", "message": "m"}},
        ),
    ],
)
def test_what_an_event_says(row: EntryRow, expected: dict[str, Any]) -> None:
    about = {"instanceId": "i", "eventId": 1, "timestamp": 1001, "stepName": "a"}
    assert event_of(row) == {**about, **expected}
