"""Whose turn it is: nobody waits for those who use more."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.isolates.process.run_queue import BURST_S, MOST_OF_SHARE, MOST_SUSPENDED
from playground.isolates.process.scheduler import Ended
from tests.unit.isolates.process.fake_isolate import SLICE_US, Machine

SPIN = 10**9
BURST_US = round(BURST_S * 1e6)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def spinners(machine: Machine, count: int, first: int = 100) -> range:
    """So many tenants in turns without end, each beyond its first slice."""
    numbers = range(first, first + count)
    for number in numbers:
        machine.open(number)
        machine.submit(number, 1, us=SPIN)
    while machine.scheduler.has_fresh:
        machine.step()
    machine.step()
    return numbers


def test_a_turn_that_ends_in_its_slice_is_over_in_one_step(machine: Machine) -> None:
    machine.open(1)
    machine.submit(1, 1, us=100)
    assert machine.step() == [Ended(1, 1, "[1]", 100)]
    assert machine.scheduler.idle


def test_turns_of_one_isolate_run_in_order_and_never_at_once(machine: Machine) -> None:
    machine.open(1)
    for turn, us in enumerate([9000, 100, 40_000, 1, 5000], 1):
        machine.submit(1, turn, us=us)
    machine.run()
    assert machine.order() == [(1, turn) for turn in range(1, 6)]


def test_an_isolate_that_is_not_there_takes_no_turn(machine: Machine) -> None:
    assert not machine.scheduler.submit(9, 1, "{}")


def test_a_newcomer_waits_for_no_slice_of_a_hundred_that_spin(machine: Machine) -> None:
    spinners(machine, 100)
    machine.open(1)
    machine.submit(1, 1, us=300)
    came = machine.now_us
    machine.run(300)
    assert machine.end_of(1, 1) - came == 300


def test_a_crowd_of_new_tenants_does_not_go_before_one_that_uses_little(machine: Machine) -> None:
    machine.open(1)
    machine.submit(1, 1, us=1000)
    machine.run()
    machine.now_us += 1_000_000
    for number in range(2, 102):
        machine.open(number)
        machine.submit(number, 1, us=SPIN)
    machine.step()
    machine.submit(1, 2, us=500)
    came = machine.now_us
    machine.run(3000)
    assert machine.end_of(1, 2) - came == 500


def test_a_tenant_that_worked_all_the_time_still_waits_for_one_slice_at_most(machine: Machine) -> None:
    """It uses far more than the hundredth that each of the others gets."""
    machine.open(1)
    spinners(machine, 100)
    waits = []
    for turn in range(1, 400):
        came = machine.now_us
        machine.submit(1, turn, us=500)
        while not any(one.turn == turn and one.isolate == 1 for one in machine.step()):
            pass
        waits.append(machine.end_of(1, turn) - came - 500)
        machine.run(SLICE_US)  # others, until it comes again
    assert max(waits) <= SLICE_US
    assert machine.ran.count(1) == 399


def test_long_turns_go_on_however_much_short_work_there_is(machine: Machine) -> None:
    (spinner,) = spinners(machine, 1)
    for number in range(1, 11):
        machine.open(number)
    before, began = machine.ran.count(spinner), machine.now_us
    turn = 0
    while machine.now_us - began < 1_000_000:
        turn += 1
        for number in range(1, 11):
            machine.submit(number, turn, us=1000)
        for _ in range(10):
            machine.step()
    slices = machine.ran.count(spinner) - before
    assert slices >= 1_000_000 // (BURST_US + SLICE_US + 1000) - 1


def test_tenants_that_spin_share_alike_however_many_isolates_they_have(machine: Machine) -> None:
    for number in range(6):
        machine.open(number, "greedy" if number < 5 else "modest", limit_us=SPIN)
        machine.submit(number, 1, us=SPIN)
    machine.run(10_000_000)
    used = Counter("greedy" if number < 5 else "modest" for number in machine.ran)
    assert abs(used["greedy"] - used["modest"]) <= 2
    of_greedy = Counter(number for number in machine.ran if number < 5)
    assert max(of_greedy.values()) - min(of_greedy.values()) <= 1


def test_who_used_little_lately_goes_before_who_used_much(machine: Machine) -> None:
    machine.open(1)
    machine.open(2)
    machine.submit(1, 1, us=50_000)
    machine.submit(2, 1, us=2000)
    machine.run()
    machine.submit(1, 2)
    machine.submit(2, 2)
    machine.run()
    assert machine.order()[-2:] == [(2, 2), (1, 2)]


def test_what_was_used_long_ago_is_forgotten(machine: Machine) -> None:
    machine.open(1)
    machine.open(2)
    machine.submit(1, 1, us=500_000)
    machine.run()
    machine.now_us += 30_000_000
    machine.submit(2, 1, us=2000)
    machine.run()
    machine.submit(2, 2)
    machine.submit(1, 2)
    machine.run()
    assert machine.order()[-2:] == [(1, 2), (2, 2)]


def test_a_turn_ends_at_its_limit_within_a_slice_and_costs_the_isolate_its_life(machine: Machine) -> None:
    machine.open(1, limit_us=40_000)
    machine.submit(1, 1, us=SPIN)
    machine.submit(1, 2)
    machine.run()
    (_, dead), (_, never) = machine.ended
    assert dead.death is not None
    assert (dead.turn, dead.death.code, dead.said) == (1, "CPU_LIMIT", None)
    assert "40 ms" in dead.death.message
    assert 40_000 <= dead.cpu_us <= 40_000 + SLICE_US
    assert never == Ended(1, 2)
    assert machine.isolates[1].closed
    assert machine.scheduler.idle
    assert not machine.scheduler.submit(1, 3, "{}")


def test_a_turn_may_have_a_tighter_limit_than_its_isolate_and_no_wider_one(machine: Machine) -> None:
    for number, (isolate_us, turn_us, most) in enumerate([(40_000, 9000, 9000), (9000, 40_000, 9000)]):
        machine.open(number, limit_us=isolate_us)
        assert machine.scheduler.submit(number, 1, '{"turn": 1, "us": 1000000, "dies": null}', turn_us)
        machine.run()
        assert most <= machine.ended[-1][1].cpu_us <= most + SLICE_US


def test_a_death_is_told_with_its_turn_and_leaves_others_alone(machine: Machine) -> None:
    machine.open(1)
    machine.open(2)
    machine.submit(1, 1, us=100, dies="too much")
    machine.submit(2, 1, us=100)
    machine.run()
    deaths = [one for _, one in machine.ended if one.death is not None]
    assert [(one.isolate, one.turn, str(one.death)) for one in deaths] == [(1, 1, "too much")]
    assert (2, 1) in machine.order()


def test_a_suspended_isolate_is_dropped_at_once_with_all_that_waits_for_it(machine: Machine) -> None:
    machine.open(1)
    machine.open(2)
    machine.submit(1, 1, us=SPIN)
    machine.submit(1, 2)
    machine.step()
    assert machine.scheduler.drop(1) == [Ended(1, 1), Ended(1, 2)]
    assert machine.isolates[1].closed
    assert machine.scheduler.idle
    assert machine.step() == []
    assert machine.scheduler.drop(1) == []
    machine.open(1)
    machine.submit(1, 1)
    machine.submit(2, 1)
    machine.run()
    assert sorted(machine.order()) == [(1, 1), (2, 1)]


def test_an_isolate_that_was_never_made_is_dropped_too(machine: Machine) -> None:
    machine.open(1)
    machine.submit(1, 1)
    assert machine.scheduler.drop(1) == [Ended(1, 1)]
    assert machine.isolates == {}
    assert machine.scheduler.idle


def test_one_tenant_has_a_bounded_number_of_turns_under_way(machine: Machine) -> None:
    for number in range(20):
        machine.open(number, "greedy", limit_us=100_000)
        machine.submit(number, 1, us=SPIN)
    machine.open(99)
    machine.submit(99, 1)
    machine.run(300_000)
    assert len(machine.begun) == MOST_OF_SHARE + 1
    machine.run()
    assert len(machine.ended) == 21


def test_beyond_the_bound_each_tenant_may_begin_one_turn_more_and_all_end(machine: Machine) -> None:
    for number in range(100):
        tenant = f"tenant {number // 4}"
        machine.open(number, tenant, limit_us=50_000)
        machine.submit(number, 1, us=SPIN)
    most = 0
    while not machine.scheduler.idle:
        machine.step()
        most = max(most, sum(isolate.in_turn and not isolate.closed for isolate in machine.isolates.values()))
    assert most <= MOST_SUSPENDED + 25
    assert len(machine.ended) == 100


@settings(max_examples=60, deadline=None)
@given(
    heavy=st.integers(1, 60),
    light=st.lists(st.tuples(st.integers(0, 40_000), st.integers(1, SLICE_US)), min_size=1, max_size=30),
)
def test_a_light_tenant_never_waits_longer_than_a_slice(heavy: int, light: list[tuple[int, int]]) -> None:
    """Whatever the pauses between its turns, and however many others spin."""
    machine = Machine()
    machine.open(1)
    spinners(machine, heavy)
    respawned = 1000
    for turn, (pause, us) in enumerate(light, 1):
        end = machine.now_us + pause
        while machine.now_us < end:
            for one in machine.step():
                if one.death is not None:  # another attacker takes its place
                    respawned += 1
                    machine.open(respawned)
                    machine.submit(respawned, 1, us=SPIN)
        while machine.scheduler.has_fresh:
            machine.step()
        came = machine.now_us
        machine.submit(1, turn, us=us)
        while (1, turn) not in machine.order():
            machine.step()
        assert machine.end_of(1, turn) - came <= us + SLICE_US


@settings(max_examples=60, deadline=None)
@given(
    jobs=st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 2), st.sampled_from([1, 300, 2499, 2500, 9000, 70_000])),
        max_size=60,
    ),
    drops=st.lists(st.tuples(st.integers(0, 80), st.integers(0, 7)), max_size=4),
)
def test_each_turn_ends_once_and_in_order(
    jobs: list[tuple[int, int, int]], drops: list[tuple[int, int]]
) -> None:
    """Any mix of tenants, isolates, lengths and drops."""
    machine = Machine()
    submitted: list[tuple[int, int]] = []
    ended: list[Ended] = []
    for number in range(8):
        machine.open(number, f"tenant {number % 3}", limit_us=60_000)
    for at, (number, steps, us) in enumerate(jobs):
        if machine.scheduler.submit(number, at, f'{{"turn": {at}, "us": {us}, "dies": null}}'):
            submitted.append((number, at))
        for _ in range(steps):
            ended += machine.step()
        for when, dropped in drops:
            if when == at:
                ended += machine.scheduler.drop(dropped)
    while not machine.scheduler.idle:
        ended += machine.step()
    assert sorted((one.isolate, one.turn) for one in ended) == sorted(submitted)
    for number in range(8):
        turns = [one.turn for one in ended if one.isolate == number]
        assert turns == sorted(turns)
