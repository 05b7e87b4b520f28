"""What an instance takes over of another's history, written when it is created."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from playground.storage.bulk import execute_values
from playground.storage.chunks import CHUNK_BYTES
from playground.storage.queries import load
from playground.storage.rows import NewInstance

_CHUNKS: Final = load("chunks")
_ENTRIES: Final = load("entries")
_INSTANCES: Final = load("instances")
_ENTRY_COLUMNS: Final = 8


def tell(connection: sqlite3.Connection, key: int, position: int, new: NewInstance) -> None:
    """Write the story of the instance `key`, whose first entry has that position. Its streams are copied, and
    their entries hold the copies' numbers.
    """
    story = new.story
    assert story is not None
    rows: list[object] = []
    size = 0
    for place, entry in enumerate(story.entries):
        value = entry.value
        if (chunks := story.streams.get(place)) is not None:
            value = _stored(connection, key, chunks)
            size += sum(map(len, chunks)) + len(value) - len(entry.value or b"")
        seq = place + 2
        rows += (position + place + 1, key, seq, entry.time, new.scope, entry.type, entry.data, value)
    execute_values(connection, _ENTRIES["insert"], _ENTRY_COLUMNS, rows)
    if size:
        connection.execute(_INSTANCES["weigh"], {"key": key, "size": size})


def _stored(connection: sqlite3.Connection, key: int, chunks: Sequence[bytes]) -> bytes:
    """A new stream of the instance; what an entry says of it."""
    number = connection.execute(_CHUNKS["begin"], {"key": key}).lastrowid
    whole = b"".join(chunks)
    for place, start in enumerate(range(0, len(whole), CHUNK_BYTES)):
        data = whole[start : start + CHUNK_BYTES]
        connection.execute(_CHUNKS["append"], {"stream": number, "number": place, "data": data})
    connection.execute(_CHUNKS["close"], {"key": key, "stream": number})
    return msgspec.json.encode([number, len(whole)])
