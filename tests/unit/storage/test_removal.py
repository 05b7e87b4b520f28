"""Restarts and removals in the journal, and the purge behind them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import SequenceConflict
from playground.storage.database import Database
from playground.storage.journal import Journal
from playground.storage.removal import Removed
from playground.storage.rows import Append, NewEntry, NewInstance


def entry(type: str = "x", value: bytes | None = None) -> NewEntry:
    return NewEntry(2, type, "{}", value)


async def create(journal: Journal, id: str) -> int:
    new = NewInstance("s", "w", id, 1, b"jnull", 1, entry("workflow_queued"))
    return (await journal.create([new]))[0].key


def append(journal: Journal, item: Append) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def done(result: Any) -> None:
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    journal.append(item, done)
    return future


async def remove(journal: Journal, *keys: int, expired: int | None = None) -> list[Removed]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    journal.removal.remove(keys, future.set_result, expired)
    removed: list[Removed] = await future
    return removed


async def count(database: Database, table: str) -> int:
    rows = await database.read(f"SELECT count(*) AS n FROM {table}")
    return int(rows[0]["n"])


async def purge(journal: Journal) -> int:
    """Purge everything; how many transactions that took."""
    transactions = 1
    while await journal.removal.purge():
        transactions += 1
    return transactions


class TestRestart:
    async def test_a_finished_one_begins_anew_with_one_entry(self, journal: Journal) -> None:
        key = await create(journal, "a")
        await append(journal, Append(key, "s", 2, [entry(value=b"12345")], ("complete", None), expires=9))
        with pytest.raises(SequenceConflict):
            await append(journal, Append(key, "s", 3, [entry()], ("running", None)))
        item = Append(key, "s", 3, [entry("log"), entry("again")], ("queued", None), restart="from the top")
        await append(journal, item)
        row = await journal.by_key(key)
        assert row is not None
        assert (row.status, row.next_seq, row.base_seq, row.value_bytes) == ("queued", 5, 4, 5)
        assert [each.type for each in await journal.history(row)] == ["again"]
        assert [each.type for each in await journal.scope_history("s")] == ["again"]
        assert [each.type for each in (await journal.for_replay(row))[0]] == ["again"]
        assert await journal.removal.expired(100, 10) == []

    async def test_with_appends_before_and_after_in_one_transaction(self, journal: Journal) -> None:
        key = await create(journal, "a")
        await asyncio.gather(
            append(journal, Append(key, "s", 2, [entry(value=b"123")], ("complete", None), expires=9)),
            append(journal, Append(key, "s", 3, [entry("again")], ("queued", None), restart="from the top")),
            append(journal, Append(key, "s", 4, [entry(value=b"1")], ("running", None))),
        )
        row = await journal.by_key(key)
        assert row is not None
        assert (row.status, row.next_seq, row.base_seq, row.value_bytes) == ("running", 5, 3, 6)

    async def test_from_a_step_nothing_is_wiped(self, journal: Journal) -> None:
        key = await create(journal, "a")
        item = Append(key, "s", 2, [entry("again")], ("queued", None), restart="from a step")
        await append(journal, item)
        row = await journal.by_key(key)
        assert row is not None
        assert (row.base_seq, len(await journal.history(row))) == (1, 2)
        assert await journal.removal.purge() is False

    async def test_one_that_comes_too_late_is_refused(self, journal: Journal) -> None:
        key = await create(journal, "a")
        item = Append(key, "s", 1, [entry("again")], ("queued", None), restart="from the top")
        with pytest.raises(SequenceConflict):
            await append(journal, item)
        await remove(journal, key)
        with pytest.raises(SequenceConflict):
            await append(journal, item._replace(expected_seq=2))

    async def test_what_was_wiped_is_purged(self, journal: Journal, database: Database) -> None:
        key = await create(journal, "a")
        item = Append(key, "s", 2, [entry("again")], ("queued", None), restart="from the top")
        await append(journal, item)
        await purge(journal)
        assert await count(database, "entries") == 1
        assert await database.read("SELECT 1 FROM instances WHERE purge > 0") == []


class TestRemoval:
    async def test_it_is_unknown_at_once_and_its_id_is_free(self, journal: Journal) -> None:
        key = await create(journal, "a")
        other = await create(journal, "b")
        assert await remove(journal, key, key, 12345) == [Removed(key, "s", "a")]
        assert await journal.find("s", "w", "a") is None
        assert await journal.find_in_scope("s", "a") is None
        assert await journal.by_key(key) is None
        assert [row.key for row in await journal.of_scope("s")] == [other]
        assert [row.key for row in await journal.latest_of_scope("s", 5)] == [other]
        assert [each.instance for each in await journal.scope_history("s")] == ["b"]
        assert await journal.unfinished(0, 10) == [(other, "s")]
        assert await journal.outcome(key) is None
        assert await journal.find_outcome("s", "w", "a") is None
        with pytest.raises(SequenceConflict):
            await append(journal, Append(key, "s", 2, [entry()], None))
        assert await create(journal, "a") > other

    async def test_only_what_is_over(self, journal: Journal) -> None:
        keys = [await create(journal, id) for id in "abc"]
        for key, expires in zip(keys, (10, 20, 30), strict=True):
            await append(journal, Append(key, "s", 2, [entry()], ("complete", None), expires=expires))
        assert await journal.removal.next_expiry() == 10
        assert await journal.removal.expired(20, 10) == keys[:2]
        assert await journal.removal.expired(20, 1) == keys[:1]
        assert [removed.id for removed in await remove(journal, *keys, expired=20)] == ["a", "b"]
        assert await journal.removal.next_expiry() == 30

    async def test_a_purge_takes_bites_and_goes_on_after_a_restart(
        self, journal: Journal, database: Database
    ) -> None:
        keys = [await create(journal, f"i{number}") for number in range(30)]
        for key in keys:
            await append(journal, Append(key, "s", 2, [entry() for _ in range(50)], None))
        await remove(journal, *keys)
        before = await count(database, "entries")
        assert await journal.removal.purge() is True
        after = await count(database, "entries")
        assert 0 < before - after <= 400
        assert await purge(Journal(database)) > 2
        assert await count(database, "entries") == await count(database, "instances") == 0

    async def test_large_values_make_small_bites(self, journal: Journal, database: Database) -> None:
        key = await create(journal, "a")
        for number in range(8):
            await append(journal, Append(key, "s", 2 + number, [entry(value=bytes(1024 * 1024))], None))
        await remove(journal, key)
        assert await purge(journal) >= 4
        assert await count(database, "instances") == 0

    async def test_streams_go_with_it(self, journal: Journal, database: Database) -> None:
        key = await create(journal, "a")
        stream = await journal.chunks.begin(key)
        for number in range(40):
            await journal.chunks.append(stream, number, b"x" * 1000)
        await remove(journal, key)
        await purge(journal)
        for table in ("chunks", "streams", "entries", "instances"):
            assert await count(database, table) == 0

    async def test_keys_are_not_used_again(self, journal: Journal, database: Database) -> None:
        key = await create(journal, "a")
        await remove(journal, key)
        await purge(journal)
        assert await create(Journal(database), "a") == key + 1
