"""Instances that go away: first nobody finds them any more, then what they stored is purged, bit by bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from playground.storage.database import Database
from playground.storage.queries import load
from playground.storage.rows import Along
from playground.storage.write_queue import Job

_INSTANCES: Final = load("instances")
_ENTRIES: Final = load("entries")
_ARRIVALS: Final = load("arrivals")
_CHUNKS: Final = load("chunks")
_WHOLE: Final = 1 << 62
_MOST_ROWS: Final = 400
_MOST_BYTES: Final = 2 * 1024 * 1024
_MOST_CHUNKS: Final = 16


@dataclass(frozen=True, slots=True)
class Removed:
    """An instance that was there, and is no more."""

    key: int
    scope: str
    id: str


class Removal:
    """Removes instances from `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remove(
        self,
        keys: Sequence[int],
        done: Callable[[list[Removed] | Exception], None],
        expired: int | None = None,
        along: Along | None = None,
    ) -> None:
        """Remove the instances of those keys: their ids are free again. `done` is told after the commit which
        of them were there; with `expired` (epoch ms), those whose time was over then. `along` is written with
        it where any was there.
        """
        self._database.enqueue(Job(_REMOVALS, (keys, expired, along), done, last=True))

    async def expired(self, now: int, limit: int) -> list[int]:
        """Keys of finished instances whose time is over, those first that have been so for longest."""
        rows = await self._database.read(_INSTANCES["expired"], {"now": now, "limit": limit})
        return [row["key"] for row in rows]

    async def next_expiry(self) -> int | None:
        """When the time of the next finished instance is over (epoch ms)."""
        row = await self._database.read_one(_INSTANCES["next_expiry"])
        return row["expires"] if row is not None else None

    async def purge(self) -> bool:
        """Delete some of what nobody finds any more; answers whether there may be more.

        At most some hundred rows and some MiB, so that other writes need not wait long.
        """
        return await self._database.write(_purge)


class _Removals:
    def apply(
        self,
        connection: sqlite3.Connection,
        items: Sequence[tuple[Sequence[int], int | None, Along | None]],
    ) -> list[list[Removed]]:
        results = []
        for keys, expired, along in items:
            found = (_remove(connection, key, expired) for key in keys)
            removed = [each for each in found if each is not None]
            if along is not None and removed:
                along.write(connection)
            results.append(removed)
        return results


_REMOVALS: Final = _Removals()


def _remove(connection: sqlite3.Connection, key: int, expired: int | None) -> Removed | None:
    row = connection.execute(_INSTANCES["by_key"], {"key": key}).fetchone()
    if row is None or not connection.execute(_INSTANCES["remove"], {"key": key, "expired": expired}).rowcount:
        return None
    return Removed(key, row["scope"], row["id"])


def _purge(connection: sqlite3.Connection) -> bool:
    rows, bytes = _MOST_ROWS, _MOST_BYTES
    while rows > 0 and bytes > 0:
        instance = connection.execute(_INSTANCES["to_purge"]).fetchone()
        if instance is None:
            return False
        key, base_seq, purge = instance
        before = _WHOLE if purge == 2 else base_seq
        deleted, freed = _purge_entries(connection, key, before, rows, bytes)
        rows, bytes = rows - max(1, deleted), bytes - freed
        if deleted:
            continue
        if purge == 1:
            connection.execute(_INSTANCES["purged"], {"key": key, "base_seq": base_seq})
        elif connection.execute(_CHUNKS["drop_some_of"], {"key": key, "limit": _MOST_CHUNKS}).rowcount:
            return True
        else:
            connection.execute(_INSTANCES["count_key"], {"key": key})
            connection.execute(_INSTANCES["forget"], {"key": key})
    return True


def _purge_entries(
    connection: sqlite3.Connection, key: int, before: int, rows: int, bytes: int
) -> tuple[int, int]:
    """Delete the first entries before the seq; answers how many and how large they were."""
    found = connection.execute(_ENTRIES["before"], {"key": key, "before": before, "limit": rows})
    deleted = freed = last = 0
    for seq, size in found:
        last = seq
        deleted += 1
        freed += size
        if freed >= bytes:
            break
    if deleted:
        connection.execute(_ARRIVALS["forget_through"], {"key": key, "last": last})
        connection.execute(_ENTRIES["delete_through"], {"key": key, "last": last})
    return deleted, freed
