"""SIGKILL of an engine at each fault point of a pause and a resume, and then a restart."""

from __future__ import annotations

import signal
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.crash import program

pytestmark = pytest.mark.crash

OUTPUT = "['first', 'slow', 'last']"
WITHOUT_A_CRASH = Counter({"first": 1, "slow": 1, "last": 1})
POINTS = [
    "pausing_committed_not_acknowledged",
    "pause_due_not_committed",
    "workflow_paused_not_published",
    "workflow_paused_not_published:2",
    "resumed_committed_not_acknowledged",
    "resumed_committed_not_acknowledged:2",
    "callback_returned_not_committed:2",
]


live = partial(program.live, "pause_program")


@pytest.mark.parametrize("fault", POINTS)
def test_a_kill_at_this_point_loses_and_repeats_nothing(tmp_path: Path, fault: str) -> None:
    killed = live(tmp_path, fault)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    finished = live(tmp_path, None)
    assert (finished.returncode, finished.stdout.strip()) == (0, OUTPUT), finished.stderr
    effects = _effects(tmp_path)
    assert effects.keys() == WITHOUT_A_CRASH.keys()
    assert sum((effects - WITHOUT_A_CRASH).values()) <= 1, "more than one extra attempt"


def test_without_a_crash(tmp_path: Path) -> None:
    finished = live(tmp_path, None)
    assert (finished.returncode, finished.stdout.strip()) == (0, OUTPUT), finished.stderr
    assert _effects(tmp_path) == WITHOUT_A_CRASH


def _effects(folder: Path) -> Counter[str]:
    file = folder / "effects"
    lines = file.read_text().splitlines() if file.exists() else []
    return Counter(line.split()[0] for line in lines)
