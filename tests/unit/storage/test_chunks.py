"""Streams in storage: open until an entry holds them, and counted with what the instance stores."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from playground.core.errors import StorageError
from playground.storage.chunks import Chunks
from playground.storage.database import Database
from playground.storage.journal import Journal
from playground.storage.migrations import apply, known
from playground.storage.rows import Append, NewEntry, NewInstance


@pytest.fixture
def chunks(journal: Journal) -> Chunks:
    return journal.chunks


@pytest.fixture
async def key(journal: Journal) -> int:
    return await instance(journal, "a")


async def instance(journal: Journal, id: str) -> int:
    new = NewInstance("s", "w", id, 1, b"jnull", 1, NewEntry(1, "workflow_queued", "{}"))
    [created] = await journal.create([new])
    return created.key


async def append(
    journal: Journal,
    key: int,
    seq: int,
    *streams: tuple[int, int],
    values: Sequence[bytes | None] = (b"x",),
    projection: tuple[str, int | None] | None = None,
) -> None:
    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def done(result: range | Exception) -> None:
        if isinstance(result, Exception):
            waiter.set_exception(result)
        else:
            waiter.set_result(None)

    entries = [NewEntry(2, "step_completed", "{}", value) for value in values]
    journal.append(Append(key, "s", seq, entries, projection, streams), done)
    await waiter


async def test_a_stream_is_read_chunk_by_chunk_by_its_instance_alone(
    journal: Journal, chunks: Chunks, key: int
) -> None:
    other = await instance(journal, "b")
    stream = await chunks.begin(key)
    await chunks.append(stream, 0, b"one")
    await chunks.append(stream, 1, b"two")
    assert [await chunks.read(key, stream, number) for number in range(3)] == [b"one", b"two", None]
    assert await chunks.read(other, stream, 0) is None


async def test_a_chunk_is_written_once(chunks: Chunks, key: int) -> None:
    stream = await chunks.begin(key)
    await chunks.append(stream, 0, b"one")
    with pytest.raises(sqlite3.IntegrityError):
        await chunks.append(stream, 0, b"again")
    assert await chunks.read(key, stream, 0) == b"one"


async def test_a_stream_is_open_until_an_entry_holds_it(journal: Journal, chunks: Chunks, key: int) -> None:
    kept, left = await chunks.begin(key), await chunks.begin(key)
    assert await chunks.open_streams() == [kept, left]
    await append(journal, key, 2, (kept, 3))
    assert await chunks.open_streams() == [left]
    assert await chunks.of_instance(key) == [kept, left]


async def test_an_entry_can_hold_no_stream_that_is_closed_gone_or_of_another(
    journal: Journal, chunks: Chunks, key: int
) -> None:
    other = await instance(journal, "b")
    closed, gone, foreign = await chunks.begin(key), await chunks.begin(key), await chunks.begin(other)
    await append(journal, key, 2, (closed, 3))
    await chunks.drop(gone)
    for stream in (closed, gone, foreign):
        with pytest.raises(StorageError, match="is not open"):
            await append(journal, key, 3, (stream, 3))
    row = await journal.by_key(key)
    assert row is not None
    assert (row.next_seq, row.value_bytes) == (3, len(b"jnull") + len(b"x") + 3)
    assert await chunks.open_streams() == [foreign]


async def test_values_and_streams_are_counted_with_the_entries(
    journal: Journal, chunks: Chunks, key: int
) -> None:
    stream = await chunks.begin(key)
    await asyncio.gather(
        append(journal, key, 2, values=[b"1234", None]),
        append(journal, key, 4, (stream, 1000), values=[b"12"], projection=("waiting", 9)),
        append(journal, key, 5, values=[None]),
    )
    row = await journal.by_key(key)
    assert row is not None
    assert (row.next_seq, row.status, row.value_bytes) == (6, "waiting", 5 + 4 + 1000 + 2)


async def test_a_dropped_stream_leaves_nothing_and_its_number_is_not_used_again(
    database: Database, chunks: Chunks, key: int
) -> None:
    stream = await chunks.begin(key)
    for number in range(300):
        await chunks.append(stream, number, b"x")
    await chunks.drop(stream)
    await chunks.drop(stream)
    [left] = await database.read("SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM streams) AS n")
    assert left["n"] == 0
    assert await chunks.begin(key) > stream


async def test_streams_go_with_their_instance(database: Database, chunks: Chunks, key: int) -> None:
    await chunks.append(await chunks.begin(key), 0, b"one")
    await database.execute("DELETE FROM instances WHERE key = ?", (key,))
    [left] = await database.read("SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM streams) AS n")
    assert left["n"] == 0


def test_a_database_of_before_knows_what_its_instances_store(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    before = next(step.number for step in known() if step.name == "0004_streams.sql") - 1
    apply(connection, known()[:before])
    for key in (1, 2):
        connection.execute(
            "INSERT INTO instances VALUES (?, 's', 'w', ?, 'running', 1, X'6A31', 4, NULL, 1)",
            (key, str(key)),
        )
    for seq, value in ((1, None), (2, b"12345"), (3, b"")):
        connection.execute(
            "INSERT INTO entries (instance_key, seq, time, scope, type, data, value) "
            "VALUES (1, ?, 1, 's', 'log', '{}', ?)",
            (seq, value),
        )
    apply(connection, known())
    found = connection.execute("SELECT key, value_bytes FROM instances ORDER BY key").fetchall()
    connection.close()
    assert found == [(1, 7), (2, 2)]
