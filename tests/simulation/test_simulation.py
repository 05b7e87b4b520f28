"""Many seeds, each a whole history of a server: what it promises holds through all its crashes.

CI runs 120 seeds. `PLAYGROUND_NIGHTLY=1` runs 20,000 new ones, `PLAYGROUND_SEEDS=FIRST:LAST` the named.
A failure names its seed; `python -m tests.simulation SEED` runs that one again, exactly as it was.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.ports import StepKey
from playground.engine import history, pacing, rollback, step_do, step_wait
from playground.engine.feed import Feed
from playground.engine.instance_log import InstanceLog
from playground.engine.retention import Retention
from playground.engine.runner import Execution
from tests.simulation.simulation import SeedFailed, simulate

_PER_TEST = 20
_ROOT = Path(__file__).parents[2]


def _seeds() -> range:
    if named := os.environ.get("PLAYGROUND_SEEDS"):
        first, _, last = named.partition(":")
        return range(int(first), int(last or first) + 1)
    if os.environ.get("PLAYGROUND_NIGHTLY"):
        first_new = int(time.time()) // 86_400 * 100_000
        return range(first_new, first_new + 20_000)
    return range(120)


def _chunks() -> Iterator[range]:
    seeds = _seeds()
    for start in range(0, len(seeds), _PER_TEST):
        yield seeds[start : start + _PER_TEST]


@pytest.mark.parametrize("seeds", list(_chunks()), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_every_promise_holds(seeds: range) -> None:
    reports = [simulate(seed) for seed in seeds]
    assert sum(report.virtual_s for report in reports) >= 100 * sum(report.real_s for report in reports)


def test_what_a_restart_wipes_in_the_commit_that_wrote_it_was_durable() -> None:
    simulate(310140)  # published after that commit, and not there any more


def test_what_was_committed_with_a_removal_was_durable() -> None:
    simulate(731001276)  # run is told of a step whose instance is removed by the same commit


def test_a_seed_is_one_history() -> None:
    seeds = ["7", "11", "20"]
    outputs = [
        subprocess.run(
            [sys.executable, "-m", "tests.simulation", *seeds],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    digests = [[line.split()[-1] for line in output.splitlines()] for output in outputs]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == len(seeds)


class TestItFinds:
    """Mistakes that the simulation must notice, each within a few seeds."""

    def test_what_is_published_too_early(self, monkeypatch: pytest.MonkeyPatch) -> None:
        append = InstanceLog.append

        def early(log: InstanceLog, *arguments: Any, **named: Any) -> Any:
            log._feed.publish(log.row.scope, log.row.id, 1_000_000_000, log.status)
            return append(log, *arguments, **named)

        monkeypatch.setattr(InstanceLog, "append", early)
        assert _noticed("published before it is durable")

    def test_a_timer_that_is_early(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def hasty(execution: Execution, key: StepKey, since: int, until: int) -> bool:
            early = until - execution.services.clock.now() <= 1000
            return False if early else await pacing.nap(execution, key, since, until)

        monkeypatch.setattr(step_do, "nap", hasty)
        monkeypatch.setattr(step_wait, "nap", hasty)
        assert _noticed("no timer is early")

    def test_an_instance_that_nobody_goes_on_with(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def nothing(*_: Any) -> None:
            return None

        monkeypatch.setattr("playground.engine.engine.recover", nothing)
        assert _noticed("stuck")

    def test_an_append_that_failed_and_is_taken_for_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        committed = InstanceLog._committed

        def lenient(log: InstanceLog, waiter: Any, status: str, positions: Any) -> None:
            committed(log, waiter, status, range(0) if isinstance(positions, Exception) else positions)

        monkeypatch.setattr(InstanceLog, "_committed", lenient)
        assert _noticed("")

    def test_commits_that_nobody_is_told_of(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Feed, "publish", lambda *_: None)
        assert _noticed("stuck")

    def test_handlers_that_are_called_in_the_order_of_the_steps(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        to_undo = rollback._to_undo
        monkeypatch.setattr(rollback, "_to_undo", lambda execution: to_undo(execution)[::-1])
        assert _noticed("what started last is undone first")

    def test_a_rollback_that_ends_before_its_instance(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def one_by_one(execution: Execution, *last: Any, status: str) -> None:
            for each in last[:-1]:
                await execution.log.append([each])
            await execution.log.append(last[-1:], status=status)

        monkeypatch.setattr(Execution, "finish", one_by_one)
        assert _noticed("a rollback and its instance end at once")

    def test_a_skip_that_is_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        apply = history._apply

        def forgetful(of: history.History, entry: Any) -> None:
            if entry.type != "sleep_skipped":
                apply(of, entry)

        monkeypatch.setattr(history, "_apply", forgetful)
        assert _noticed("what was skipped is not waited for")

    def test_a_restart_from_a_step_that_keeps_what_came_after_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        restart = history.History.restart

        def lenient(of: history.History, seq: int, start: Any, lines: int) -> None:
            steps = dict(of.steps)
            restart(of, seq, start, lines)
            if isinstance(start, StepKey):
                of.steps = {key: step for key, step in steps.items() if key != start}

        monkeypatch.setattr(history.History, "restart", lenient)
        assert _noticed("")

    def test_a_retention_that_is_over_too_early(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expires_at = Retention.expires_at

        def hasty(of: Retention, row: Any, status: str, now: int) -> int:
            return expires_at(of, row, status, now - 500_000) if row.success_retention else now

        monkeypatch.setattr(Retention, "expires_at", hasty)
        assert _noticed("")


def _noticed(promise: str) -> bool:
    """Whether one of some seeds fails for want of that promise."""
    for seed in range(40):
        try:
            simulate(seed)
        except SeedFailed as failure:
            if promise in str(failure) and f"python -m tests.simulation {seed}" in str(failure):
                return True
    return False
