"""SIGKILL of an engine while a schedule fires, and then a restart."""

from __future__ import annotations

import ast
import signal
from functools import partial
from pathlib import Path

import pytest

from tests.crash import program
from tests.crash.schedule_program import START

pytestmark = pytest.mark.crash

POINTS = [
    "schedule_due_not_committed",
    "schedule_fired_not_launched",
    "run_returned_not_committed",
]


live = partial(program.live, "schedule_program")


@pytest.mark.parametrize("fault", POINTS)
def test_a_kill_makes_no_firing_happen_twice_or_not_at_all(tmp_path: Path, fault: str) -> None:
    killed = live(tmp_path, fault)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    finished = live(tmp_path, None)
    assert finished.returncode == 0, finished.stderr
    [id] = ast.literal_eval(finished.stdout.strip())
    assert id.endswith(f"-{START + 60_000}")
