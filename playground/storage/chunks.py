"""Streams that steps gave, in pieces: written while they are drained, read one piece at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from playground.core.errors import StorageError
from playground.storage.database import Database
from playground.storage.queries import load
from playground.storage.write_queue import Job
from playground.storage.writer import resolve

_CHUNKS: Final = load("chunks")
_DROPPED_AT_ONCE: Final = 128

CHUNK_BYTES: Final = 128 * 1024
"""The length of every chunk of a stream but its last."""


class _Drop(NamedTuple):
    stream: int
    closed: bool
    """Whether also a stream that is held by an entry goes."""


def _ignore(_: Exception | None) -> None:
    """Nobody waits."""


class Chunks:
    """The chunks of all streams in `database`.

    A stream is open until the entry that holds it is committed (`storage.rows.Append.streams`), in the same
    transaction. What is open when a server starts was being drained when the last one stopped.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, key: int) -> int:
        """A new stream of the instance `key`; its number, which is never used again."""

        def work(connection: sqlite3.Connection) -> int:
            made = connection.execute(_CHUNKS["begin"], {"key": key}).lastrowid
            assert made is not None
            return made

        return await self._database.write(work)

    async def append(self, stream: int, number: int, data: bytes) -> None:
        """Add the chunk `number` (from 0) to an open stream. Durable when it returns."""
        await self._database.execute(_CHUNKS["append"], {"stream": stream, "number": number, "data": data})

    async def read(self, key: int, stream: int, number: int) -> bytes | None:
        """A chunk of a stream of the instance `key`; None where there is none."""
        row = await self._database.read_one(_CHUNKS["read"], {"key": key, "stream": stream, "number": number})
        return row["data"] if row is not None else None

    def discard(self, stream: int) -> None:
        """Remove a stream that is open, some time soon. One that an entry holds stays as it is."""
        self._drop(_Drop(stream, closed=False))

    async def drop(self, stream: int) -> None:
        """Remove a stream, whoever holds it."""
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._drop(_Drop(stream, closed=True), lambda result: resolve(gone, result))
        await gone

    async def open_streams(self) -> list[int]:
        """The streams that no entry holds."""
        return [row["id"] for row in await self._database.read(_CHUNKS["open"])]

    async def of_instance(self, key: int) -> list[int]:
        """All streams of an instance."""
        return [row["id"] for row in await self._database.read(_CHUNKS["of_instance"], {"key": key})]

    def _drop(self, drop: _Drop, done: Callable[[Exception | None], None] = _ignore) -> None:
        """Remove a few chunks per transaction, so that other writes need not wait for all of them."""

        def dropped(whole: bool | Exception) -> None:
            if whole is False:
                self._drop(drop, done)
            else:
                done(None if whole is True else whole)

        try:
            self._database.enqueue(Job(_DROPS, drop, dropped, last=True))
        except StorageError as error:
            done(error)


class _Drops:
    """Removes up to so many chunks of each stream; answers whether that was all of it."""

    def apply(self, connection: sqlite3.Connection, items: Sequence[_Drop]) -> list[bool]:
        return [self._some(connection, drop) for drop in items]

    def _some(self, connection: sqlite3.Connection, drop: _Drop) -> bool:
        about = {"stream": drop.stream, "closed": drop.closed, "limit": _DROPPED_AT_ONCE}
        if connection.execute(_CHUNKS["drop_some"], about).rowcount == _DROPPED_AT_ONCE:
            return False
        connection.execute(_CHUNKS["drop"], about)
        return True


_DROPS: Final = _Drops()
