"""Who used least lately goes first; an owner's own items stay in order; use is forgotten in time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from playground.core.fair_queue import FairQueue


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def queue(entry: float = 10.0) -> tuple[FairQueue[str], Time]:
    time = Time()
    return FairQueue(time, entry), time


def drained(found: FairQueue[str]) -> list[str]:
    return [found.pop() for _ in range(len(found))]


def test_who_used_less_goes_first() -> None:
    found, _ = queue()
    for owner, amount in (("a", 5), ("b", 1), ("c", 3)):
        found.charge(owner, amount)
        found.push(owner, owner)
    assert drained(found) == ["b", "c", "a"]


def test_items_of_one_owner_stay_in_order() -> None:
    found, _ = queue()
    for item in ("1", "2", "3"):
        found.push("a", item)
    assert drained(found) == ["1", "2", "3"]


def test_what_is_used_while_one_waits_counts() -> None:
    found, _ = queue()
    found.push("a", "a")
    found.push("b", "b")
    found.charge("a", 1)
    assert drained(found) == ["b", "a"]


def test_one_that_has_much_waiting_does_not_go_before_others() -> None:
    found, _ = queue()
    for number in range(100):
        found.push("crowd", f"crowd {number}")
    found.push("other", "other")
    found.charge("crowd", 1)
    assert found.pop() == "other"
    assert len(found) == 100


def test_a_second_ago_counts_half() -> None:
    found, time = queue(entry=0.001)
    found.charge("early", 5)
    time.now += 1
    found.charge("late", 3)
    for owner in ("late", "early"):
        found.push(owner, owner)
    assert drained(found) == ["early", "late"]


def test_newcomers_go_behind_those_that_are_known_to_use_less() -> None:
    found, time = queue(entry=100)
    found.charge("known", 1)
    time.now += 10
    found.charge("known", 50)
    for number in range(50):
        found.push(f"new {number}", "new")
    found.push("known", "known")
    assert found.pop() == "known"


def test_owners_that_come_no_more_are_forgotten() -> None:
    found, time = queue(entry=1)
    found.push("waits", "waits")
    for number in range(5000):
        time.now += 0.1
        found.charge(f"owner {number}", 0.1)
    assert found.owners <= 1100
    assert drained(found) == ["waits"]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0.1, 100)), min_size=1, max_size=60))
def test_backlogged_owners_get_the_same_share(costs: list[tuple[str, float]]) -> None:
    """Whatever their items cost, nobody is ahead of another who still waits by more than the largest item."""
    found, _ = queue(entry=1)
    cost: dict[str, float] = {}
    for number, (owner, amount) in enumerate(costs):
        cost[f"{owner}{number}"] = amount
        found.push(owner, f"{owner}{number}")
    used = dict.fromkeys("abcd", 0.0)
    left = [f"{owner}{number}" for number, (owner, _) in enumerate(costs)]
    while found:
        item = found.pop()
        waiting = {other[0] for other in left}
        assert used[item[0]] <= min(used[owner] for owner in waiting) * (1 + 1e-9) + 1e-9
        left.remove(item)
        used[item[0]] += cost[item]
        found.charge(item[0], cost[item])
