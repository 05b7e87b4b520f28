"""SIGKILL of an engine at each named fault point of an instance's way, and then a restart."""

from __future__ import annotations

import signal
import sqlite3
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from playground.core import faults
from tests.crash import program

pytestmark = pytest.mark.crash

OUTPUT = "['begun', 'recovered', 'gone', 'end']"
WITHOUT_A_CRASH = Counter({"first": 1, "flaky": 2, "last": 1})
OF_THE_SERVER = {"run_received", "version_stored"}
NOT_PASSED = OF_THE_SERVER | faults.OF_LIFECYCLE | faults.OF_ROLLBACK | faults.OF_SHARING
POINTS = sorted(faults.POINTS - NOT_PASSED)
# points that are passed more than once: also at a later time
LATER = [
    "attempt_started_committed:2",
    "attempt_started_committed:4",
    "callback_returned_not_committed:2",
    "step_committed_not_acknowledged:2",
    "step_committed_not_acknowledged:3",
    "stream_chunk_stored:2",
]


live = partial(program.live, "engine_program")


@pytest.mark.parametrize("fault", [*POINTS, *LATER])
def test_a_kill_at_this_point_loses_and_repeats_nothing(tmp_path: Path, fault: str) -> None:
    killed = live(tmp_path, fault)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = _effects(tmp_path)
    finished = live(tmp_path, None)
    assert (finished.returncode, finished.stdout.strip()) == (0, OUTPUT), finished.stderr
    assert _streams(tmp_path) == (1, 0, 2), "the stream's chunks, and nothing of the attempt that was killed"
    effects = _effects(tmp_path)
    assert effects.keys() == WITHOUT_A_CRASH.keys()
    assert sum((effects - WITHOUT_A_CRASH).values()) <= 1, "more than one extra attempt"
    lines = (tmp_path / "effects").read_text().splitlines()
    assert len(lines) == len(set(lines)), "an attempt has the number of another"
    if "step_committed" in fault:
        done = {"1": "first", "2": "flaky", "3": "last"}[fault.partition(":")[2] or "1"]
        assert effects[done] == before[done], "a committed step ran again"


def test_without_a_crash(tmp_path: Path) -> None:
    finished = live(tmp_path, None)
    assert (finished.returncode, finished.stdout.strip()) == (0, OUTPUT), finished.stderr
    assert _effects(tmp_path) == WITHOUT_A_CRASH


def _streams(folder: Path) -> tuple[int, int, int]:
    """How many streams there are, how many of them are open, and how many chunks."""
    with closing(sqlite3.connect(folder / "engine.db")) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM streams), (SELECT count(*) FROM streams WHERE open), "
            "(SELECT count(*) FROM chunks)"
        ).fetchone()
    found: tuple[int, int, int] = counts
    return found


def _effects(folder: Path) -> Counter[str]:
    file = folder / "effects"
    lines = file.read_text().splitlines() if file.exists() else []
    return Counter(line.split()[0] for line in lines)
