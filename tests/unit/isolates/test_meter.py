"""What tenants may use in a minute and in a second."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.clock import ManualClock
from playground.isolates.budget import Budget
from playground.isolates.guest_messages import Ask, StepBegun, StepDone, Timer
from playground.isolates.meter import Meter, Meters
from playground.isolates.settings import PoolSettings

MINUTE = 60_000


def test_a_budget_is_there_at_once_and_comes_back_evenly() -> None:
    budget = Budget(600, MINUTE, 0)
    budget.use(600, 0)
    assert budget.wait_ms(0) == 0
    budget.use(10, 0)
    assert budget.wait_ms(0) == 1000
    assert budget.wait_ms(400) == 600
    assert budget.wait_ms(1000) == 0
    assert budget.left(1100) == pytest.approx(1)


def test_a_budget_is_never_more_than_full() -> None:
    budget = Budget(600, MINUTE, 0)
    assert budget.left(10 * MINUTE) == 600
    assert budget.is_full(10 * MINUTE)
    budget.use(1, 10 * MINUTE)
    assert not budget.is_full(10 * MINUTE)
    assert budget.is_full(11 * MINUTE)


def test_no_budget_is_no_limit() -> None:
    budget = Budget(0, MINUTE, 0)
    budget.use(1e12, 0)
    assert budget.wait_ms(0) == 0
    assert budget.wait_ms(5) == 0
    assert budget.is_full(5)


def test_a_clock_that_goes_back_gives_nothing() -> None:
    budget = Budget(600, MINUTE, MINUTE)
    budget.use(610, MINUTE)
    assert budget.wait_ms(0) == 1000
    assert budget.wait_ms(MINUTE) == 0, "and takes nothing either"


@given(
    uses=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 1000)), min_size=1, max_size=200),
    most=st.integers(100, 60_000),
)
def test_who_waits_as_told_uses_no_more_than_the_budget(uses: list[tuple[int, int]], most: int) -> None:
    budget = Budget(most, MINUTE, 0)
    now = used = 0
    for pause, amount in uses:
        now += pause
        now += budget.wait_ms(now)
        budget.use(amount, now)
        used += amount
        assert used <= most * (1 + now / MINUTE) + amount + 1


def test_a_tenant_over_its_cpu_time_waits_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    meter = Meter("ada\nforged line", PoolSettings(tenant_cpu_ms=6000), clock)
    with caplog.at_level(logging.WARNING):
        for _ in range(7):
            assert meter.turn_wait_ms == 0 or meter.turn_wait_ms == 10_000 * (_ - 6)
            meter.used_cpu(1_000_000)
        meter.used_cpu(1_000_000)
    assert meter.turn_wait_ms == 20_000
    (line,) = caplog.messages
    assert "'ada\\nforged line'" in line


async def test_the_log_says_so_again_when_it_was_over_in_between(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    meter = Meter("ada", PoolSettings(tenant_cpu_ms=6000), clock)
    for _ in range(2):
        meter.used_cpu(7_000_000)
        await clock.advance(MINUTE)
        meter.used_cpu(1)
    assert len(caplog.messages) == 2


async def test_calls_are_counted_by_the_second() -> None:
    clock = ManualClock()
    meter = Meter("ada", PoolSettings(calls_per_second=100), clock)
    for _ in range(100):
        meter.called()
    assert meter.call_wait_ms == 0
    for _ in range(50):
        meter.called()
    assert meter.call_wait_ms == 500
    await clock.advance(500)
    assert meter.call_wait_ms == 0
    assert meter.turn_wait_ms == 0


async def test_isolates_of_one_tenant_have_one_meter_and_idle_ones_are_forgotten() -> None:
    clock = ManualClock()
    meters = Meters(PoolSettings(), clock)
    assert meters.of("ada") is meters.of("ada")
    assert meters.of("ada") is not meters.of("bob")
    assert meters.of(None) is not meters.of(None)
    meters.of("ada").used_cpu(1_000_000)
    for number in range(5000):
        meters.of(f"visitor {number}")
    assert len(meters) < 2100
    assert meters.of("ada").turn_wait_ms == 0
    kept = meters.of("ada")
    for number in range(5000):
        meters.of(f"other {number}")
    assert meters.of("ada") is kept, "what it used is remembered"


def test_what_is_said_counts_for_the_work_that_it_causes() -> None:
    meter = Meter("tenant", PoolSettings(), ManualClock())
    meter.said([StepBegun(-1, 1, "a", 1, 0.0), StepDone(-1, "j1", 0.0)])
    assert meter.work == 2
    meter.said([Timer(1, 1, 0.0), Timer(2, 1, 0.0)])
    assert meter.work == 2
    meter.said([ask := Ask(1, 1, 2, "get", "j[]"), ask])
    assert meter.work == 8, "a call is worth three messages of steps"
