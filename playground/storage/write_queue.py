"""What waits to be written, and how much of it the next transaction takes.

While one scope writes alone, a transaction takes all there is. While others write too, it takes `SHARE` of
each: else who writes three entries would wait for thousands of somebody else's, twice for each write (for the
transaction that is under way, and for its own). What is left over waits for the next one, in its order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from playground.core.company import Company

Item_contra = TypeVar("Item_contra", contravariant=True)

LARGEST: Final = 1024
"""Items in one transaction."""
SHARE: Final = 48
"""What the items of one scope may weigh in a transaction that others wait for, the first one apart."""
SHARED_S: Final = 0.25
"""Others count as writing too for so long after the last change from one to another."""


class Batch(Protocol[Item_contra]):
    """Something that knows how to write many items of a kind with few statements."""

    def apply(self, connection: sqlite3.Connection, items: Sequence[Item_contra]) -> Sequence[Any]:
        """Write `items`, and answer one result for each. Runs in the writer's thread, inside a transaction.

        Raises where any of them cannot be written; it is then called again with each item alone.
        """
        ...


class Turn(Protocol):
    """What says whose turn an item takes."""

    @property
    def scope(self) -> Hashable:
        """Items of one scope are written in their order."""
        ...

    @property
    def weight(self) -> int:
        """How much there is to write, about as many rows."""
        ...


class Job(NamedTuple):
    """An item to write with its batch; `done` is called with what became of it.

    Without a `turn` it goes with the next transaction, and may overtake items that have one. With `last` it
    comes after everything that was queued before it.
    """

    batch: Batch[Any]
    item: Any
    done: Callable[[Any], None]
    turn: Turn | None = None
    last: bool = False


class WriteQueue:
    """Jobs that wait. `now` gives seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._company = Company(SHARED_S)
        self._jobs: list[Job] = []
        self.has_left_over = False
        """Whether the transaction that was taken last left something that it had room for."""

    def __len__(self) -> int:
        return len(self._jobs)

    def push(self, job: Job) -> None:
        """The job waits."""
        if job.turn is not None:
            self._company.seen(job.turn.scope, self._now())
        self._jobs.append(job)

    def take(self) -> list[Job]:
        """The jobs of the next transaction."""
        if self._company.at(self._now()):
            taken, self._jobs = self._shares()
            self.has_left_over = bool(self._jobs)
        else:
            taken, self._jobs = self._jobs[:LARGEST], self._jobs[LARGEST:]
            self.has_left_over = False
        return taken

    def take_all(self) -> list[Job]:
        """Everything."""
        taken, self._jobs = self._jobs, []
        return taken

    def _shares(self) -> tuple[list[Job], list[Job]]:
        taken: list[Job] = []
        left: list[Job] = []
        weights: dict[Hashable, int] = {}
        full: set[Hashable] = set()
        for number, job in enumerate(self._jobs):
            if len(taken) == LARGEST or (job.last and left):
                left += self._jobs[number:]
                break
            if (turn := job.turn) is not None:
                scope, before = turn.scope, weights.get(turn.scope, 0)
                weights[scope] = before + turn.weight
                if scope in full or (before and weights[scope] > SHARE):
                    full.add(scope)
                    left.append(job)
                    continue
            taken.append(job)
        return taken, left
