"""What owners do to their instances over HTTP, on a real server: skip, crash, pause, and kills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.server import LiveServer, Visitor
from tests.live.workflows import workflow

NAPS = workflow("""
    const first = await step.do('first', async () => 'one');
    await step.sleep('nap', '1 day');
    const flaky = await step.do('flaky', { retries: { limit: 2, delay: '1 hour' } }, async ({ attempt }) => {
      if (attempt < 2) throw new Error('not yet');
      return attempt;
    });
    return [first, flaky];
""")
SLOW = workflow("""
    const how = event.payload.how;
    if (how === 'between') {  // nothing of it is in flight that the engine could see
      for (let n = 0; n < 300; n++) await new Promise((resolve) => setTimeout(resolve, 20));
      return 'innocent';
    }
    return step.do('slow', async ({ attempt }) => {
      if (attempt < 2) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return attempt;
    });
""")


@pytest.fixture
def server(tmp_path: Any) -> Iterator[LiveServer]:
    with LiveServer(tmp_path / "data") as server:
        yield server


def asked(visitor: Visitor, run: str, verb: str, **options: Any) -> Any:
    answer = visitor.request("POST", f"/api/instances/{run}/{verb}", json=options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_kill_after_a_skip_keeps_it(server: LiveServer, visitor: Visitor) -> None:
    run = visitor.started(NAPS)
    visitor.wait_for(run, "waiting")
    server.restart(PLAYGROUND_FAULT="skip_committed_not_acknowledged")
    visitor.wait_for(run, "waiting")
    with pytest.raises(Exception, match=r"disconnected|reset|closed"):
        asked(visitor, run, "skip", step="sleep:1:nap")
    server.await_death()
    server.restart()
    visitor.wait_for_entry(run, "attempt_failed")
    assert [entry["type"] for entry in visitor.entries(run)].count("sleep_skipped") == 1
    visitor.wait_for(run, "waiting")
    asked(visitor, run, "skip", step="do:1:flaky")
    assert visitor.ended(run)["output"] == ["one", 2]


def test_a_crash_in_mid_flight_costs_one_attempt_and_the_innocent_nothing(
    server: LiveServer, visitor: Visitor
) -> None:
    slow = visitor.started(SLOW, {"how": "step"})
    innocent = visitor.started(SLOW, {"how": "between"})
    visitor.wait_for_entry(slow, "attempt_started")
    visitor.wait_for_entry(innocent, "workflow_started")
    assert asked(visitor, slow, "crash")["crashed"] is True
    assert visitor.ended(slow)["output"] == 2
    for _ in range(4):  # as often as it likes: that is nobody's fault
        visitor.wait_for(innocent, "running")
        asked(visitor, innocent, "crash")
    assert visitor.ended(innocent)["output"] == "innocent"
    [step] = visitor.request("GET", f"/api/instances/{slow}").json()["steps"]
    assert [attempt["state"] for attempt in step["attempts"]] == ["lost", "completed"]
    assert server.alive
    assert "Traceback" not in server.output, server.output


def test_a_paused_run_stays_paused_through_a_kill_and_goes_on_when_it_is_resumed(
    server: LiveServer, visitor: Visitor
) -> None:
    run = visitor.started(NAPS)
    visitor.wait_for(run, "waiting")
    assert asked(visitor, run, "pause")["status"]["status"] == "paused"
    server.restart()
    assert visitor.status(run)["status"] == "paused"
    asked(visitor, run, "resume")
    asked(visitor, run, "skip", step="sleep:1:nap")
    visitor.wait_for_entry(run, "attempt_failed")
    asked(visitor, run, "terminate")
    asked(visitor, run, "restart", **{"from": {"name": "flaky"}})
    visitor.wait_for(run, "waiting")
    asked(visitor, run, "skip", step="do:1:flaky")
    assert visitor.ended(run)["output"] == ["one", 2]
    asked(visitor, run, "delete")
    assert visitor.request("GET", f"/api/status/{run}").status_code == 404
