"""Streams that steps gave, in pieces: written while they are drained, read one piece at a time."""

from __future__ import annotations

import sqlite3
from typing import Final

from playground.storage.database import Database
from playground.storage.queries import load

_CHUNKS: Final = load("chunks")
_DROPPED_AT_ONCE: Final = 128

CHUNK_BYTES: Final = 128 * 1024
"""The length of every chunk of a stream but its last."""


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

    async def drop(self, stream: int) -> None:
        """Remove a stream, a few chunks per transaction, so that other writes need not wait for all of it."""
        gone = _DROPPED_AT_ONCE
        while gone == _DROPPED_AT_ONCE:
            gone = await self._database.execute(
                _CHUNKS["drop_some"], {"stream": stream, "limit": _DROPPED_AT_ONCE}
            )
        await self._database.execute(_CHUNKS["drop"], {"stream": stream})

    async def open_streams(self) -> list[int]:
        """The streams that no entry holds."""
        return [row["id"] for row in await self._database.read(_CHUNKS["open"])]

    async def of_instance(self, key: int) -> list[int]:
        """All streams of an instance."""
        return [row["id"] for row in await self._database.read(_CHUNKS["of_instance"], {"key": key})]
