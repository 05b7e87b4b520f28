"""A scope's entries in the order of their arrival, written down and not yet."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from playground.storage import arrivals
from playground.storage.database import Database
from playground.storage.journal import Journal
from playground.storage.migrations import apply, known
from playground.storage.rows import Append, EntryRow, NewEntry, NewInstance

SCOPES = ("a", "b", "c")


async def create(journal: Journal, scope: str, id: str) -> int:
    new = NewInstance(scope, "w", id, 1, b"jnull", 1, NewEntry(1, "workflow_queued", "{}"))
    return (await journal.create([new]))[0].key


async def append(journal: Journal, key: int, scope: str, seq: int, count: int, **more: Any) -> range:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    entries = [NewEntry(2, "x", f'{{"n":{seq + each}}}') for each in range(count)]
    journal.append(Append(key, scope, seq, entries, None, **more), future.set_result)
    positions: range = await future
    return positions


async def told(journal: Journal, scope: str, after: int = 0, page: int | None = None) -> list[EntryRow]:
    """All that comes after a position, read a page at a time."""
    found: list[EntryRow] = []
    while rows := await journal.scope_history(scope, found[-1].position if found else after, page):
        found += rows
    return found


async def written(database: Database) -> int:
    """How many stretches are written down."""
    return int((await database.read("SELECT count(*) AS n FROM arrivals"))[0]["n"])


@pytest.mark.parametrize("at_once", [1, 7, 50, 100_000])
async def test_what_is_written_down_and_what_is_not_come_in_order(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(arrivals, "_AT_ONCE", at_once)
    dice = random.Random(at_once)
    keys = {(scope, id): await create(journal, scope, id) for scope in SCOPES for id in "123"}
    seqs = dict.fromkeys(keys, 2)
    for _ in range(40):
        some = dice.sample(sorted(keys), 4)
        counts = {each: dice.randrange(1, 5) for each in some}
        tasks = [append(journal, keys[each], each[0], seqs[each], counts[each]) for each in some]
        await asyncio.gather(*tasks)
        for each, count in counts.items():
            seqs[each] += count
    assert bool(await written(journal._database)) == (at_once < 100_000)
    for scope in SCOPES:
        every = await told(journal, scope)
        assert len(every) == sum(seq - 1 for (of, _), seq in seqs.items() if of == scope)
        positions = [entry.position for entry in every]
        assert positions == sorted(set(positions))
        assert {entry.instance for entry in every} == {"1", "2", "3"}
        for after in dice.sample(positions, 10):
            rest = [entry for entry in every if entry.position > after]
            assert await told(journal, scope, after, page=dice.randrange(1, 9)) == rest


class Fails:
    def write(self, connection: sqlite3.Connection) -> None:
        raise ValueError("undone")


async def test_nothing_is_lost_by_a_transaction_that_is_undone(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "_AT_ONCE", 10)
    key = await create(journal, "s", "a")
    undone: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    entries = [NewEntry(2, "x", "{}") for _ in range(30)]
    journal.append(Append(key, "s", 2, entries, None, along=Fails()), undone.set_result)
    assert isinstance(await undone, ValueError)
    assert await written(journal._database) == 0
    await append(journal, key, "s", 2, 15)
    await append(journal, key, "s", 17, 15)
    assert [entry.seq for entry in await told(journal, "s")] == list(range(1, 32))
    assert await written(journal._database) > 0


async def test_what_is_purged_leaves_no_stretch(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "_AT_ONCE", 4)
    kept, gone = await create(journal, "s", "kept"), await create(journal, "s", "gone")
    for seq in range(2, 42, 4):
        await append(journal, gone, "s", seq, 4)
        await append(journal, kept, "s", seq, 4)
    removed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    journal.removal.remove([gone], removed.set_result)
    await removed
    assert {entry.instance for entry in await told(journal, "s", page=3)} == {"kept"}
    while await journal.removal.purge():
        pass
    rows = await journal._database.read("SELECT DISTINCT instance_key AS key FROM arrivals")
    assert [row["key"] for row in rows] == [kept]
    assert [entry.seq for entry in await told(journal, "s", page=3)] == list(range(1, 42))


def _before(file: Path) -> None:
    """Files of the release before, with three instances of two scopes."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    before = next(step.number for step in known() if step.name == "0009_arrivals.sql") - 1
    apply(connection, known()[:before])
    for key, scope in ((1, "a"), (2, "b"), (3, "a")):
        connection.execute(
            "INSERT INTO instances (key, scope, workflow, id, status, created, params, next_seq, "
            "engine_version) VALUES (?, ?, 'w', ?, 'running', 1, X'00', 5, 1)",
            (key, scope, f"i{key}"),
        )
    order = [(1, 1), (2, 1), (1, 2), (1, 3), (3, 1), (3, 2), (2, 2), (1, 4)]
    for key, seq in order:
        scope = "b" if key == 2 else "a"
        connection.execute(
            "INSERT INTO entries (instance_key, seq, time, scope, type, data) VALUES (?, ?, 1, ?, 'x', '{}')",
            (key, seq, scope),
        )
    connection.execute("DELETE FROM entries WHERE position = 8")  # its position is not used again
    connection.close()


async def test_files_of_before_are_read_on(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    await asyncio.to_thread(_before, file)
    database = await Database.open(file)
    journal = Journal(database)
    try:
        assert await written(database) == 5
        new = await create(journal, "a", "new")
        expected = [("i1", 1), ("i1", 2), ("i1", 3), ("i3", 1), ("i3", 2), ("new", 1)]
        assert [(entry.instance, entry.seq) for entry in await told(journal, "a", page=2)] == expected
        assert (await told(journal, "a"))[-1].position == 9
        assert [entry.seq for entry in await told(journal, "b")] == [1, 2]
        assert new == 4
    finally:
        await database.close()
