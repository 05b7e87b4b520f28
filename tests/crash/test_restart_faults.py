"""SIGKILL of an engine at the fault points of restarts and deletions, and then a restart."""

from __future__ import annotations

import signal
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.crash import program

pytestmark = pytest.mark.crash

WITHOUT_A_CRASH = Counter({"first one": 2, "first two": 3, "second one": 1, "second two": 1})
POINTS = [
    "restarted_committed_not_acknowledged",
    "restarted_committed_not_acknowledged:2",
    "deleted_not_acknowledged",
    "step_committed_not_acknowledged:3",
    "step_committed_not_acknowledged:4",
    "workflow_completed_not_published:2",
    "workflow_completed_not_published:3",
    "instance_created_not_acknowledged:2",
]


live = partial(program.live, "restart_program")


@pytest.mark.parametrize("fault", [*POINTS, None])
def test_a_kill_at_this_point_loses_and_repeats_nothing(tmp_path: Path, fault: str | None) -> None:
    if fault is not None:
        killed = live(tmp_path, fault)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    finished = live(tmp_path, None)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.count("step_completed") == 2
    effects = Counter((tmp_path / "effects").read_text().splitlines())
    assert WITHOUT_A_CRASH - effects == Counter()
    assert sum((effects - WITHOUT_A_CRASH).values()) <= (0 if fault is None else 1)
