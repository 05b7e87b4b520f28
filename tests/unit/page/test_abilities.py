"""What can be done with a run and a step, by their state; the reason where it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

ABILITIES = "static/js/state/abilities.js"


def possible(status: str) -> set[str]:
    body = (
        "return Object.entries(it.refusals(value)).filter(([, why]) => why === null).map(([name]) => name);"
    )
    return set(evaluate(ABILITIES, body, {"status": status}))


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        ("queued", {"pause", "terminate", "crash", "skip"}),
        ("running", {"pause", "terminate", "crash", "skip"}),
        ("waiting", {"pause", "terminate", "crash", "skip"}),
        ("waitingForPause", {"resume", "terminate", "crash"}),
        ("paused", {"resume", "terminate", "crash"}),
        ("complete", set()),
        ("errored", set()),
        ("terminated", set()),
    ],
)
def test_what_a_run_allows(status: str, actions: set[str]) -> None:
    assert possible(status) == actions | {"restart", "delete"}


def test_what_is_refused_has_a_reason() -> None:
    reasons = evaluate(ABILITIES, "return it.refusals(value);", {"status": "paused"})
    assert reasons["skip"] == "The run is paused: resume it first."
    assert reasons["pause"] == "The run is paused already."


@pytest.mark.parametrize(
    ("step", "point"),
    [
        ({"kind": "do", "state": "completed"}, "do"),
        ({"kind": "do", "state": "failed"}, "do"),
        ({"kind": "sleep", "state": "stopped"}, "sleep"),
        ({"kind": "wait", "state": "timed_out"}, "waitForEvent"),
        ({"kind": "wait", "state": "waiting"}, None),
        ({"kind": "do", "state": "running"}, None),
        ({"kind": "rollback", "state": "completed"}, None),
    ],
)
def test_a_run_begins_anew_from_steps_that_are_over(step: dict[str, Any], point: str | None) -> None:
    found = evaluate(ABILITIES, "return it.restartPoint(value);", {"name": "a", "count": 2, **step})
    assert found == (None if point is None else {"name": "a", "count": 2, "type": point})
