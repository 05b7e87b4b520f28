"""SIGKILL of an engine at each point of a rollback, and then a restart: each handler succeeds once."""

from __future__ import annotations

import signal
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.crash import program

pytestmark = pytest.mark.crash

WITHOUT_A_CRASH = ["c c", "b b", "b b", "a a"]
# the first three attempts are those of the steps
POINTS = [
    "rollback_started_committed",
    *(f"attempt_started_committed:{nth}" for nth in range(4, 8)),
    *(f"callback_returned_not_committed:{nth}" for nth in range(4, 7)),
    *(f"step_committed_not_acknowledged:{nth}" for nth in range(4, 7)),
    "attempt_failed_committed",
    "workflow_completed_not_published",
]


live = partial(program.live, "rollback_program")


def effects(folder: Path) -> list[str]:
    file = folder / "effects"
    return file.read_text().splitlines() if file.exists() else []


@pytest.mark.parametrize("fault", POINTS)
def test_a_kill_at_this_point_undoes_everything_once(tmp_path: Path, fault: str) -> None:
    killed = live(tmp_path, fault)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = effects(tmp_path)
    finished = live(tmp_path, None)
    assert (finished.returncode, finished.stdout.strip()) == (0, "the end: complete"), finished.stderr
    after = effects(tmp_path)
    assert list(dict.fromkeys(after)) == ["c c", "b b", "a a"]
    assert sum((Counter(after) - Counter(WITHOUT_A_CRASH)).values()) <= 1, "more than one extra attempt"
    if "committed_not_acknowledged" in fault:
        assert after[len(before) :].count(before[-1]) == 0, "a handler that had succeeded was called again"


def test_without_a_crash(tmp_path: Path) -> None:
    finished = live(tmp_path, None)
    assert (finished.returncode, finished.stdout.strip()) == (0, "the end: complete"), finished.stderr
    assert effects(tmp_path) == WITHOUT_A_CRASH
