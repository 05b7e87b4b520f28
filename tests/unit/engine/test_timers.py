"""Timers: once, never early, in the order of deadlines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from playground.core.clock import ManualClock
from playground.engine.timers import Timers


@pytest.fixture
async def timers(clock: ManualClock) -> AsyncIterator[Timers]:
    timers = Timers(clock)
    yield timers
    await timers.close()


async def advance(clock: ManualClock, milliseconds: int) -> None:
    await asyncio.sleep(0)
    await clock.advance(milliseconds)
    await asyncio.sleep(0)


async def test_each_fires_once_at_its_deadline_in_order(timers: Timers, clock: ManualClock) -> None:
    fired: list[tuple[str, int]] = []
    start = clock.now()
    for name, delay in [("c", 30), ("a", 10), ("b", 20), ("b2", 20)]:
        timers.arm(start + delay, lambda name=name: fired.append((name, clock.now() - start)))  # type: ignore[misc]
    await advance(clock, 9)
    assert fired == []
    await advance(clock, 100)
    await advance(clock, 100)
    assert fired == [("a", 10), ("b", 20), ("b2", 20), ("c", 30)]


async def test_a_past_deadline_fires_soon_but_not_within_arm(timers: Timers, clock: ManualClock) -> None:
    fired: list[int] = []
    timers.arm(clock.now() - 5, lambda: fired.append(1))
    assert fired == []
    await advance(clock, 0)
    assert fired == [1]


async def test_a_cancelled_one_does_not_fire(timers: Timers, clock: ManualClock) -> None:
    fired: list[int] = []
    first = timers.arm(clock.now() + 1, lambda: fired.append(1))
    timers.arm(clock.now() + 2, lambda: fired.append(2))
    first.cancel()
    first.cancel()
    assert len(timers) == 1
    await advance(clock, 5)
    assert fired == [2]
    first.cancel()
    assert len(timers) == 0


async def test_an_action_may_arm_and_cancel(timers: Timers, clock: ManualClock) -> None:
    fired: list[str] = []
    start = clock.now()
    later = timers.arm(start + 20, lambda: fired.append("never"))

    def act() -> None:
        fired.append("first")
        later.cancel()
        timers.arm(start + 15, lambda: fired.append("second"))

    timers.arm(start + 10, act)
    await advance(clock, 50)
    assert fired == ["first", "second"]


async def test_an_earlier_one_armed_later(timers: Timers, clock: ManualClock) -> None:
    fired: list[int] = []
    timers.arm(clock.now() + 1000, lambda: fired.append(2))
    await asyncio.sleep(0)
    timers.arm(clock.now() + 10, lambda: fired.append(1))
    await advance(clock, 10)
    assert fired == [1]


async def test_a_clock_that_is_set_back_fires_nothing_early_or_twice(
    timers: Timers, clock: ManualClock
) -> None:
    fired: list[int] = []
    start = clock.now()
    timers.arm(start + 100, lambda: fired.append(clock.now() - start))
    await advance(clock, 50)
    clock.set(start - 1000)
    await advance(clock, 1099)
    assert fired == []
    await advance(clock, 1)
    await advance(clock, 500)
    assert fired == [100]


async def test_cancelled_ones_do_not_pile_up(timers: Timers, clock: ManualClock) -> None:
    for _ in range(10_000):
        timers.arm(clock.now() + 600_000, lambda: None).cancel()
    assert len(timers._heap) < 1000


async def test_an_action_that_fails_does_not_stop_the_others(
    timers: Timers, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    fired: list[int] = []
    timers.arm(clock.now() + 1, lambda: fired.append(1 // 0))
    timers.arm(clock.now() + 1, lambda: fired.append(2))
    with caplog.at_level(logging.ERROR):
        await advance(clock, 1)
    assert fired == [2]
    assert "a timer's action failed" in caplog.text
