"""SIGKILL of a real server at each named fault point of a run's way, and then a restart."""

from __future__ import annotations

import signal
import time
from collections import Counter
from typing import Any

import httpx
import pytest

from playground.core import faults
from tests.live.server import LiveServer, Visitor
from tests.live.workflows import WHOLE_WAY, WHOLE_WAY_OUTPUT

pytestmark = [
    pytest.mark.crash,
    # httpcore leaves a socket to the garbage collector where the server dies in the middle of an answer
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

POINTS = sorted(faults.POINTS - faults.OF_LIFECYCLE - faults.OF_ROLLBACK - faults.OF_SHARING)


def drive(server: LiveServer, visitor: Visitor, run: str | None) -> tuple[str, dict[str, Any]]:
    """Take a run to its end, restarting the server (unarmed) where it has died."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            run = run or _first_run(visitor) or visitor.started(WHOLE_WAY)
            status = visitor.status(run)
            if status["status"] in ("complete", "errored", "terminated"):
                return run, status
            entries = visitor.entries(run)
            waits = any(entry["type"] == "wait_started" for entry in entries)
            if waits and not any(entry["type"] == "event_received" for entry in entries):
                visitor.send_event(run, "go", {"by": "Ada"})
        except httpx.TransportError:
            if not server.alive or server.process.wait(10) is not None:
                assert server.await_death() == -signal.SIGKILL
                server.start()
        time.sleep(0.01)
    raise AssertionError("the run did not end")


def _first_run(visitor: Visitor) -> str | None:
    runs = visitor.session()["runs"]
    return str(runs[0]["id"]) if runs else None


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_loses_and_repeats_nothing(
    server: LiveServer, visitor: Visitor, point: str
) -> None:
    server.start(PLAYGROUND_FAULT=point)
    assert visitor.session()["runs"] == []

    run, status = drive(server, visitor, None)

    assert "Dynamic Workflows" in server.output
    assert server.output.count("Dynamic Workflows: ") == 2, "the server did not die at the armed point"
    assert status["status"] == "complete", status
    assert status["output"] == WHOLE_WAY_OUTPUT
    entries = visitor.entries(run)
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    completed = Counter(entry["step"]["name"] for entry in entries if entry["type"] == "step_completed")
    assert completed == Counter({"first": 1, "flaky": 1, "slow": 1, "left": 1, "right": 1})
    attempts = Counter(entry["step"]["name"] for entry in entries if entry["type"] == "attempt_started")
    extra = attempts - Counter({"first": 1, "flaky": 2, "slow": 1, "left": 1, "right": 1})
    assert all(count <= 1 for count in extra.values()), attempts
    after_completion: set[str] = set()
    for entry in entries:
        if entry["type"] == "step_completed":
            after_completion.add(entry["step"]["name"])
        if entry["type"] == "attempt_started":
            assert entry["step"]["name"] not in after_completion, "a committed step ran again"


@pytest.mark.parametrize("moment", ["sleep_started", "attempt_failed", "wait_started", "slow"])
def test_a_kill_while_it_waits_or_works(server: LiveServer, visitor: Visitor, moment: str) -> None:
    server.start()
    run = visitor.started(WHOLE_WAY)
    if moment == "slow":
        visitor.wait_for_entry(run, "wait_started")
        visitor.send_event(run, "go", {"by": "Ada"})
        _wait_for_attempt(visitor, run, "slow")
    else:
        visitor.wait_for_entry(run, moment)
    server.restart()
    _, status = drive(server, visitor, run)
    assert (status["status"], status["output"]) == ("complete", WHOLE_WAY_OUTPUT)
    attempts = Counter(
        entry["step"]["name"] for entry in visitor.entries(run) if entry["type"] == "attempt_started"
    )
    assert attempts["first"] == 1
    assert attempts["slow"] == (2 if moment == "slow" else 1)
    assert attempts["flaky"] == 2


def _wait_for_attempt(visitor: Visitor, run: str, name: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for entry in visitor.entries(run):
            if entry["type"] == "attempt_started" and entry["step"]["name"] == name:
                return
        time.sleep(0.01)
    raise AssertionError(f"{name} never started")
