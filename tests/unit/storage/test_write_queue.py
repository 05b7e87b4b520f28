"""What a transaction takes of what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.storage.rows import Append, NewEntry
from playground.storage.write_queue import LARGEST, SHARE, SHARED_S, Job, WriteQueue


class Rows:
    """A batch whose items are what they come to."""

    def apply(self, connection: object, items: Sequence[object]) -> list[object]:
        return list(items)


ROWS = Rows()


@dataclass(frozen=True)
class Turn:
    scope: str
    weight: int = 10


class Queue(WriteQueue):
    def __init__(self) -> None:
        super().__init__(lambda: self.time)
        self.time = 0.0

    def add(self, *names: str, turn: Turn | None = None, last: bool = False) -> None:
        for name in names:
            self.push(Job(ROWS, name, print, turn, last))

    def taken(self) -> list[str]:
        return [job.item for job in self.take()]


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(count)]


def test_one_that_writes_alone_has_it_all_at_once() -> None:
    queue = Queue()
    queue.add(*numbered("a", 100), turn=Turn("a"))
    assert queue.taken() == numbered("a", 100)
    assert not queue.has_left_over
    assert not queue.take()


def test_while_others_write_each_has_its_share_and_the_rest_waits_in_order() -> None:
    queue = Queue()
    queue.add(*numbered("a", 10), turn=Turn("a"))
    queue.add("b0", "b1", turn=Turn("b"))
    share = SHARE // 10
    assert queue.taken() == [*numbered("a", share), "b0", "b1"]
    assert queue.has_left_over
    queue.add("b2", turn=Turn("b"))
    assert queue.taken() == [*numbered("a", 10)[share : 2 * share], "b2"]
    assert queue.taken() == numbered("a", 10)[2 * share :]
    assert not queue.has_left_over


def test_light_ones_do_not_overtake_a_heavy_one_of_their_scope() -> None:
    queue = Queue()
    queue.add("b", turn=Turn("b"))
    queue.add("a0", turn=Turn("a", 1))
    queue.add("a1", turn=Turn("a", SHARE))
    queue.add("a2", turn=Turn("a", 1))
    assert queue.taken() == ["b", "a0"]
    assert queue.taken() == ["a1"]
    assert queue.taken() == ["a2"]


def test_one_that_is_heavier_than_a_share_goes_all_the_same() -> None:
    queue = Queue()
    queue.add("b", turn=Turn("b"))
    queue.add("a", turn=Turn("a", 100 * SHARE))
    assert queue.taken() == ["b", "a"]


def test_others_count_for_a_while_after_they_have_written() -> None:
    queue = Queue()
    queue.add("a", turn=Turn("a"))
    queue.add("b", turn=Turn("b"))
    assert queue.taken() == ["a", "b"]
    queue.time = SHARED_S - 0.001
    queue.add(*numbered("b", 10), turn=Turn("b"))
    assert len(queue.taken()) < 10
    queue.time = SHARED_S
    queue.add(*numbered("b", 10), turn=Turn("b"))
    assert len(queue.taken()) > 10


def test_what_has_no_turn_overtakes_what_is_left_over_and_what_is_last_does_not() -> None:
    queue = Queue()
    queue.add("b", turn=Turn("b"))
    queue.add("a0", "a1", turn=Turn("a", SHARE))
    queue.add("call")
    queue.add("removal", last=True)
    queue.add("late call")
    assert queue.taken() == ["b", "a0", "call"]
    assert queue.taken() == ["a1", "removal", "late call"]


def test_a_transaction_has_so_many_items_at_most() -> None:
    for others in (False, True):
        queue = Queue()
        queue.add(*numbered("call", LARGEST + 1))
        if others:
            queue.add("a", turn=Turn("a"))
            queue.add("b", turn=Turn("b"))
        assert len(queue.taken()) == LARGEST
        assert len(queue.take_all()) == (3 if others else 1)
        assert not queue.take()


def test_an_append_weighs_its_entries_and_large_values_what_they_take() -> None:
    small, large = NewEntry(0, "log", "{}"), NewEntry(0, "step_completed", "{}", b"x" * (1 << 20))
    assert Append(1, "scope", 2, [small, small], None).weight == 2
    assert Append(1, "scope", 2, [small, large], None).weight > 2 * SHARE
