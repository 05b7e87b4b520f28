"""Timers of tenant code: due in order, never early, and never all at once."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.clock import ManualClock
from playground.isolates.context import CallContext
from playground.isolates.guest_timers import GuestTimers
from playground.isolates.run import Run
from tests.integration.isolates.journal import FakeStep


class Rig:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.begun = self.clock.now()
        self.fired: list[tuple[int, int]] = []
        self.timers = GuestTimers(self.clock, self._fired)

    def _fired(self, timer: int, context: CallContext | None) -> None:
        self.fired.append((timer, self.clock.now() - self.begun))

    @property
    def order(self) -> list[int]:
        return [timer for timer, _ in self.fired]


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@settings(max_examples=30, deadline=None)
@given(waits=st.lists(st.integers(-5, 100), max_size=60), cleared=st.sets(st.integers(0, 59)))
def test_they_fire_in_the_order_of_their_times_and_then_of_their_setting(
    waits: list[int], cleared: set[int]
) -> None:
    async def check() -> None:
        rig = Rig()
        for timer, wait in enumerate(waits):
            rig.timers.set(timer, wait, None)
        for timer in cleared:
            rig.timers.clear(timer)
        for _ in range(101):
            await settle()
            await rig.clock.advance(1)
        left = [(max(wait, 0), timer) for timer, wait in enumerate(waits) if timer not in cleared]
        assert rig.order == [timer for _, timer in sorted(left)]
        due = dict(rig.fired)
        assert all(due[timer] >= wait for wait, timer in left)

    asyncio.run(check())


async def test_a_shorter_one_that_is_set_later_is_not_late() -> None:
    rig = Rig()
    rig.timers.set(1, 1000, None)
    await settle()
    rig.timers.set(2, 10, None)
    await settle()
    await rig.clock.advance(10)
    assert rig.fired == [(2, 10)]
    await rig.clock.advance(990)
    assert rig.fired == [(2, 10), (1, 1000)]


async def test_one_that_is_set_anew_fires_once_at_its_new_time() -> None:
    rig = Rig()
    rig.timers.set(1, 10, None)
    rig.timers.set(1, 50, None)
    await settle()
    await rig.clock.advance(49)
    assert rig.fired == []
    await rig.clock.advance(1)
    assert rig.fired == [(1, 50)]


@pytest.mark.parametrize("milliseconds", [-1.0, 0.0, float("nan"), float("inf"), 2.0**31])
async def test_a_time_that_is_none_is_due_at_once(milliseconds: float) -> None:
    rig = Rig()
    rig.timers.set(1, milliseconds, None)
    await settle()
    assert rig.fired == [(1, 0)]


async def test_of_ten_thousand_that_are_due_few_fire_before_others_have_a_turn() -> None:
    rig = Rig()
    for timer in range(10_001):
        rig.timers.set(timer, 5, None)
    await settle()
    rig.clock._now += 5
    counts = [0]
    done = asyncio.get_running_loop().create_task(rig.clock.advance(0))
    while len(rig.fired) < 10_000:
        await asyncio.sleep(0)
        counts.append(len(rig.fired))
    await done
    assert max(after - before for before, after in itertools.pairwise(counts)) <= 16
    await settle()
    assert rig.order == list(range(10_000)), "what is beyond the most is ignored"


async def test_a_run_is_held_while_it_has_a_timer() -> None:
    rig = Rig()
    step = FakeStep()
    run = Run(step, "seed")
    context = CallContext(1, run=run)
    rig.timers.set(1, 10, context)
    rig.timers.set(2, 20, context)
    rig.timers.set(3, 10, None)
    assert step.holds == 2
    await settle()
    await rig.clock.advance(10)
    assert step.holds == 1
    rig.timers.clear_run(run)
    assert step.holds == 0
    await rig.clock.advance(100)
    assert rig.order == [1, 3]


async def test_one_may_be_set_or_all_closed_by_what_fires() -> None:
    clock = ManualClock()
    fired: list[int] = []

    def again(timer: int, context: CallContext | None) -> None:
        fired.append(timer)
        if timer < 5:
            timers.set(timer + 1, 0, None)
        else:
            timers.set(99, 0, None)
            timers.close()

    timers = GuestTimers(clock, again)
    timers.set(1, 1, None)
    await settle()
    await clock.advance(1)
    await settle()
    assert fired == [1, 2, 3, 4, 5]
    timers.set(1, 0, None)
    timers.set(98, 0, None)
    await settle()
    assert fired == [1, 2, 3, 4, 5, 1, 98], "what 1 set was closed by 98"
