"""How long a process that dies again and again is waited for."""

from __future__ import annotations

from playground.isolates.backoff import Backoff


def test_the_first_losses_cost_no_time() -> None:
    backoff = Backoff()
    backoff.died(0.1)
    backoff.died(0.1)
    assert (backoff.delay_s, backoff.degraded) == (0, False)


def test_then_each_wait_is_twice_the_last_one_up_to_a_limit() -> None:
    backoff = Backoff()
    delays = []
    for _ in range(14):
        backoff.died(0)
        delays.append(backoff.delay_s)
    assert delays[2:6] == [0.05, 0.1, 0.2, 0.4]
    assert delays[-1] == 10
    assert backoff.degraded


def test_one_that_lived_long_is_the_first_again() -> None:
    backoff = Backoff()
    for age in (0, 0, 0, 60):
        backoff.died(age)
    assert (backoff.failures, backoff.degraded) == (1, False)


def test_all_is_well_when_one_has_lived_long() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.died(0)
    backoff.lives(1)
    assert backoff.degraded
    backoff.lives(60)
    assert not backoff.degraded
