"""Console lines: how long, how many."""

from __future__ import annotations

import pytest

from playground.core.clock import ManualClock
from playground.isolates.log_budget import LONGEST_LINE, LogBudget, cut


@pytest.mark.parametrize("text", ["x" * 50_000, "ä" * 50_000, "😀" * 50_000, "\ud800" * 50_000])
def test_a_line_is_cut_to_its_bytes(text: str) -> None:
    assert len(cut(text).encode()) <= LONGEST_LINE
    assert cut(text).endswith("(cut)")


def test_a_line_that_fits_stays() -> None:
    assert cut("ä" * 4096) == "ä" * 4096
    assert cut("\ud800") == "\ud800"


def test_after_a_thousand_lines_they_are_counted_and_dropped() -> None:
    budget = LogBudget()
    admitted = [budget.admit("line") for _ in range(1003)]
    assert admitted.count("line") == 1000
    assert admitted[-3:] == [None, None, None]
    assert budget.settle() == "3 lines were not kept: too many were logged"
    assert budget.settle() is None


def test_long_lines_are_fewer() -> None:
    budget = LogBudget()
    admitted = sum(budget.admit("x" * 9000) is not None for _ in range(1000))
    assert admitted == (1 << 20) // LONGEST_LINE


def test_with_a_clock_there_is_more_as_time_passes() -> None:
    clock = ManualClock()
    budget = LogBudget(clock)
    assert sum(budget.admit("line") is not None for _ in range(5500)) == 5000
    clock.set(clock.now() + 500)
    assert sum(budget.admit("line") is not None for _ in range(5500)) == 50
    clock.set(clock.now() + 3_600_000)
    assert sum(budget.admit("line") is not None for _ in range(5500)) == 5000
    assert budget.settle() == "6450 lines were not kept: too many were logged"


def test_a_clock_that_steps_back_takes_nothing_away() -> None:
    clock = ManualClock()
    budget = LogBudget(clock)
    clock.set(clock.now() - 10_000)
    assert sum(budget.admit("line") is not None for _ in range(5500)) == 5000
