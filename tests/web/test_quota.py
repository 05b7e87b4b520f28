"""Quotas: buckets that fill with the clock, slots that are given back."""

from __future__ import annotations

import pytest

from playground.core.clock import ManualClock
from playground.web.errors import Refused
from playground.web.quota import Quota, Slots


def taken(quota: Quota, key: str, tries: int) -> int:
    done = 0
    for _ in range(tries):
        try:
            quota.take(key)
        except Refused:
            continue
        done += 1
    return done


def test_a_burst_is_allowed_and_no_more() -> None:
    assert taken(Quota(ManualClock(), 60, 5), "a", 20) == 5


def test_each_key_has_its_own_bucket() -> None:
    quota = Quota(ManualClock(), 60, 5)
    assert taken(quota, "a", 20) == 5
    assert taken(quota, "b", 20) == 5


async def test_it_fills_with_time_up_to_the_burst() -> None:
    clock = ManualClock()
    quota = Quota(clock, 60, 5)
    taken(quota, "a", 20)
    await clock.advance(2000)
    assert taken(quota, "a", 20) == 2
    await clock.advance(3_600_000)
    assert taken(quota, "a", 20) == 5


def test_a_clock_that_is_set_back_gives_nothing_and_takes_nothing() -> None:
    clock = ManualClock()
    quota = Quota(clock, 60, 5)
    taken(quota, "a", 3)
    clock.set(clock.now() - 3_600_000)
    assert taken(quota, "a", 20) == 2


def test_the_refusal_says_when_to_come_back() -> None:
    quota = Quota(ManualClock(), 6, 1)
    quota.take("a")
    with pytest.raises(Refused) as caught:
        quota.take("a")
    assert caught.value.status == 429
    assert caught.value.headers == {"retry-after": "10"}


def test_it_remembers_no_more_keys_than_it_may() -> None:
    quota = Quota(ManualClock(), 60, 1, keys=2)
    for key in ("a", "b", "c"):
        quota.take(key)
    assert taken(quota, "c", 1) == 0
    assert taken(quota, "a", 1) == 1


def test_slots_are_limited_by_key_and_given_back() -> None:
    slots = Slots(2)
    slots.enter("a")
    slots.enter("a")
    slots.enter("b")
    with pytest.raises(Refused) as caught:
        slots.enter("a")
    assert caught.value.status == 429
    assert slots.total == 3
    slots.leave("a")
    slots.enter("a")
    slots.leave("b")
    assert slots.total == 2
