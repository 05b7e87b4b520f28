"""Schedules in storage: a firing is of the schedule as it was read, or it is none."""

from __future__ import annotations

import sqlite3

import pytest

from playground.storage.database import Database
from playground.storage.rows import Created, NewEntry, NewInstance
from playground.storage.schedules import NewSchedule, Schedules

NEW = NewSchedule("tenant", "flow", "nightly", "0 3 * * *", b"j1", 1_000)


class Store:
    """Schedules over a real database, and what they had created."""

    def __init__(self, database: Database) -> None:
        self.created: list[NewInstance] = []
        self.schedules = Schedules(database, self._create)

    def _create(self, connection: sqlite3.Connection, new: NewInstance) -> Created:
        self.created.append(new)
        return Created(1, 1)


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


def instance() -> NewInstance:
    return NewInstance(
        "tenant", "flow", "nightly-1000", 1_000, b"j1", 1, NewEntry(1_000, "workflow_queued", "{}")
    )


async def test_a_schedule_fires_once_at_its_time(store: Store) -> None:
    await store.schedules.declare(NEW)
    (due,) = await store.schedules.due(1_000, 10)
    assert await store.schedules.fire(due, 2_000, instance()) is not None
    assert await store.schedules.fire(due, 2_000, instance()) is None
    assert len(store.created) == 1
    assert await store.schedules.next_firing() == 2_000


@pytest.mark.parametrize("change", [{"params": b"j2"}, {"cron": "0 4 * * *"}])
async def test_a_schedule_that_is_declared_anew_does_not_fire_as_it_was(
    store: Store, change: dict[str, object]
) -> None:
    await store.schedules.declare(NEW)
    (due,) = await store.schedules.due(1_000, 10)
    await store.schedules.declare(NEW._replace(**change))  # type: ignore[arg-type]
    assert await store.schedules.fire(due, 2_000, instance()) is None
    assert store.created == []
