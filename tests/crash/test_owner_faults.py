"""SIGKILL of a real server at each fault point of what an owner does with an instance, and of a rollback."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.live.server import LiveServer, Visitor
from tests.live.workflows import workflow

pytestmark = [
    pytest.mark.crash,
    # httpcore leaves a socket to the garbage collector where the server dies in the middle of an answer
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

POINTS = [
    "pausing_committed_not_acknowledged",
    "pause_due_not_committed",
    "workflow_paused_not_published",
    "resumed_committed_not_acknowledged",
    "skip_committed_not_acknowledged",
    "restarted_committed_not_acknowledged",
    "deleted_not_acknowledged",
    "rollback_started_committed",
]
SOURCE = workflow("""
    const undo = { rollback: async () => {} };
    const first = await step.do('first', async () => 1, undo);
    await step.do('slow', async () => new Promise((resolve) => setTimeout(() => resolve(null), 500)), undo);
    if (event.payload.fails) throw new RangeError('the end');
    await step.sleep('nap', '1 hour');
    return [first, await step.do('last', async () => 2)];
""")


class Owner:
    """Does each thing until it is done, and starts the server again where it has died."""

    def __init__(self, server: LiveServer, visitor: Visitor) -> None:
        self._server = server
        self._visitor = visitor
        self.deaths = 0

    def until(self, done: Callable[[], bool], act: Callable[[], Any] | None = None) -> None:
        """Do `act` again and again until it is `done`."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if done():
                    return
                if act is not None:
                    act()
            except httpx.TransportError:
                assert self._server.await_death() == -signal.SIGKILL
                self.deaths += 1
                self._server.start()
            time.sleep(0.01)
        raise AssertionError(f"it did not come to that:\n{self._server.output}")

    def post(self, run: str, what: str, body: Any = None) -> Callable[[], Any]:
        """Asks for that; an instance that is in no state for it is another time."""
        path = f"/api/instances/{run}/{what}"
        return lambda: self._visitor.request("POST", path, json=body or {})

    def status(self, run: str) -> str | None:
        """The status; None where there is no such run."""
        answer = self._visitor.request("GET", f"/api/status/{run}")
        return str(answer.json()["status"]["status"]) if answer.status_code == 200 else None

    def types(self, run: str) -> Counter[tuple[str, str]]:
        """What the log says, by type and name of step."""
        entries = self._visitor.entries(run)
        return Counter((entry["type"], entry.get("step", {}).get("name", "")) for entry in entries)

    def started(self, payload: Any, before: int) -> str:
        """Start a run, unless there are more than `before` already; its id."""
        runs: list[str] = []

        def there() -> bool:
            runs[:] = [str(run["id"]) for run in self._visitor.session()["runs"]]
            return len(runs) > before

        self.until(there, lambda: self._visitor.run(SOURCE, payload))
        return next(run for run in runs if self.types(run)["step_completed", "last"] == 0)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_loses_and_repeats_nothing(
    server: LiveServer, visitor: Visitor, point: str
) -> None:
    server.start(PLAYGROUND_FAULT=point)
    owner = Owner(server, visitor)

    run = owner.started({"fails": False}, 0)
    owner.until(lambda: owner.types(run)["attempt_started", "slow"] > 0)
    owner.until(lambda: owner.status(run) == "paused", owner.post(run, "pause"))
    owner.until(lambda: owner.status(run) != "paused", owner.post(run, "resume"))
    owner.until(lambda: owner.types(run)["sleep_started", "nap"] > 0)
    nap = {"step": "sleep:1:nap"}
    owner.until(lambda: owner.types(run)["sleep_skipped", "nap"] > 0, owner.post(run, "skip", nap))
    owner.until(lambda: owner.status(run) == "complete")
    again = {"from": {"name": "last"}}
    owner.until(lambda: owner.types(run)["workflow_restarted", ""] > 0, owner.post(run, "restart", again))
    owner.until(lambda: owner.status(run) == "complete")
    log = owner.types(run)
    assert visitor.status(run)["output"] == [1, 2]
    assert {name: log["step_completed", name] for name in ("first", "slow", "last")} == {
        "first": 1,
        "slow": 1,
        "last": 2,
    }
    assert log["workflow_restarted", ""] == log["sleep_skipped", "nap"] == 1
    assert log["attempt_started", "slow"] <= 2
    owner.until(lambda: owner.status(run) is None, owner.post(run, "delete"))

    failing = owner.started({"fails": True}, 0)
    owner.until(lambda: owner.status(failing) == "errored")
    assert visitor.status(failing)["rollback"] == {"outcome": "complete", "error": None}
    undone = [
        entry["step"]["name"]
        for entry in visitor.entries(failing)
        if entry["type"] == "rollback_step_completed"
    ]
    assert undone == ["slow", "first"]
    assert owner.types(failing)["rollback_started", ""] == 1
    assert owner.deaths == 1, "the server did not die at the armed point"
