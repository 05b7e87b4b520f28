"""Schedules as they are stored: what is to be created when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from playground.storage.database import Database
from playground.storage.queries import load
from playground.storage.rows import Created, NewInstance

_SQL: Final = load("schedules")

Create = Callable[[sqlite3.Connection, NewInstance], Created | None]
"""Creates an instance, in the writer's thread; answers None where its id is taken."""


class ScheduleRow(NamedTuple):
    """A stored schedule. `params` is a value in wire form; `next` (epoch ms) is its next firing, None where
    there is none any more.
    """

    key: int
    scope: str
    workflow: str
    id: str
    cron: str
    params: bytes
    next: int | None


class NewSchedule(NamedTuple):
    """A schedule to store. `declared` ones are those of the running program."""

    scope: str
    workflow: str
    id: str
    cron: str
    params: bytes
    next: int | None
    declared: bool = False


class Schedules:
    """The schedules in `database`."""

    def __init__(self, database: Database, create: Create) -> None:
        self._database = database
        self._create = create

    async def declare(self, schedule: NewSchedule) -> int | None:
        """Store the schedule; answers its next firing. It takes the place of one of its name, and keeps that
        one's next firing where the expression is the same.
        """
        row = schedule._asdict()

        def work(connection: sqlite3.Connection) -> int | None:
            stored: int | None = connection.execute(_SQL["declare"], row).fetchone()["next"]
            return stored

        return await self._database.write(work)

    async def withdraw(self, scope: str, workflow: str, id: str) -> bool:
        """Forget the schedule; answers whether it was there."""
        about = {"scope": scope, "workflow": workflow, "id": id}
        return await self._database.execute(_SQL["withdraw"], about) == 1

    async def of_workflow(self, scope: str, workflow: str) -> list[ScheduleRow]:
        """A workflow's schedules, in the order in which they were made."""
        about = {"scope": scope, "workflow": workflow}
        return [ScheduleRow(*row) for row in await self._database.read(_SQL["of_workflow"], about)]

    async def declared(self) -> list[tuple[str, str, str]]:
        """Scope, workflow and id of those that programs have declared."""
        rows = await self._database.read(_SQL["declared"])
        return [(row["scope"], row["workflow"], row["id"]) for row in rows]

    async def due(self, now: int, limit: int) -> Sequence[ScheduleRow]:
        """Schedules that are to fire, earliest first."""
        rows = await self._database.read(_SQL["due"], {"now": now, "limit": limit})
        return [ScheduleRow(*row) for row in rows]

    async def next_firing(self) -> int | None:
        """The earliest moment at which a schedule is to fire (epoch ms)."""
        row = await self._database.read_one(_SQL["next_firing"])
        return row["next"] if row is not None else None

    async def fire(self, schedule: ScheduleRow, after: int | None, new: NewInstance) -> Created | None:
        """Create the instance, and have the schedule fire at `after` the next time; both or neither.

        None, and no instance, where the schedule has moved on, was declared anew or is gone, or the instance
        is there already.
        """

        def work(connection: sqlite3.Connection) -> Created | None:
            moved = {**schedule._asdict(), "after": after}
            if connection.execute(_SQL["advance"], moved).rowcount != 1:
                return None
            return self._create(connection, new)

        return await self._database.write(work)
