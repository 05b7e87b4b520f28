"""No fault point without a kill: each is in the code, and a crash test dies there."""

from __future__ import annotations

import re
from pathlib import Path

from playground.core import faults
from tests.crash import (
    test_approval_faults,
    test_engine_faults,
    test_owner_faults,
    test_pause_faults,
    test_restart_faults,
    test_rollback_faults,
    test_schedule_faults,
    test_server_faults,
)

PACKAGE = Path(faults.__file__).parent.parent
ENGINES = (
    test_engine_faults,
    test_pause_faults,
    test_restart_faults,
    test_rollback_faults,
    test_schedule_faults,
)
SERVERS = (test_approval_faults, test_owner_faults, test_server_faults)
NO_ROUTE_LEADS_THERE = {"schedule_due_not_committed", "schedule_fired_not_launched"}
"""Points that a server's visitors cannot make it pass; its platform's own code does."""


def names(points: list[str]) -> set[str]:
    """The names of points that may say when they are meant (`name:3`)."""
    return {point.partition(":")[0] for point in points}


def test_each_point_is_in_the_code_and_no_other_is() -> None:
    sources = [path.read_text() for path in PACKAGE.rglob("*.py") if path.name != "faults.py"]
    passed = {name for source in sources for name in re.findall(r'faults\.point\(\s*"(\w+)"', source)}
    later = {name for name in faults.POINTS if any(f'"{name}"' in source for source in sources)}
    assert passed <= faults.POINTS
    assert later == faults.POINTS


def test_an_engine_or_a_server_is_killed_at_each_point() -> None:
    killed = set().union(*(names(module.POINTS) for module in ENGINES))
    assert killed | names([point for module in SERVERS for point in module.POINTS]) == faults.POINTS


def test_a_real_server_is_killed_at_each_point_that_it_passes() -> None:
    killed = names([point for module in SERVERS for point in module.POINTS])
    assert killed == faults.POINTS - NO_ROUTE_LEADS_THERE
