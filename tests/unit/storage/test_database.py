"""The database: pragmas, the lock, grouped writes, failing disks."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.errors import DiskFull, FilesInUse, StorageError
from playground.storage import writer
from playground.storage.database import Database, warn_of_old_sqlite
from playground.storage.lock import FileLock


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "folder" / "test.db")
    await database.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    yield database
    await database.close()


async def numbers(database: Database) -> list[int]:
    return [row["n"] for row in await database.read("SELECT n FROM t ORDER BY n")]


def insert(number: int) -> Any:
    return lambda connection: connection.execute("INSERT INTO t VALUES (?)", (number,)).rowcount


async def test_durability_is_on(database: Database) -> None:
    modes = await database.write(
        lambda connection: (
            connection.execute("PRAGMA journal_mode").fetchone()[0],
            connection.execute("PRAGMA synchronous").fetchone()[0],
            connection.execute("PRAGMA foreign_keys").fetchone()[0],
        )
    )
    assert modes == ("wal", 2, 1)


async def test_the_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match="readonly"):
        await database.read("INSERT INTO t VALUES (1)")


async def test_a_write_is_read_as_soon_as_it_returns(database: Database) -> None:
    for number in range(20):
        assert await database.execute("INSERT INTO t VALUES (?)", (number,)) == 1
        assert (await numbers(database))[-1] == number


async def test_a_write_that_raises_undoes_itself_alone(database: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (2)")
        raise LookupError("changed my mind")

    results = await asyncio.gather(
        database.write(insert(1)), database.write(half), database.write(insert(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [int, LookupError, int]
    assert await numbers(database) == [1, 3]


async def test_what_waits_goes_into_one_commit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []
    commit_group = writer.commit_group

    def counted(connection: sqlite3.Connection, parts: Any) -> Any:
        groups.append(sum(len(items) for _, items in parts))
        return commit_group(connection, parts)

    monkeypatch.setattr(writer, "commit_group", counted)
    await asyncio.gather(*(database.write(insert(number)) for number in range(50)))
    assert sum(groups) == 50
    assert len(groups) <= 2


async def test_a_caller_that_goes_away_does_not_stop_the_commit(database: Database) -> None:
    task = asyncio.create_task(database.write(insert(1)))
    await asyncio.sleep(0)
    task.cancel()
    await database.write(insert(2))
    assert task.cancelled()
    assert await numbers(database) == [1, 2]


class FailingConnection:
    """A connection whose commits fail as told."""

    def __init__(self, inner: sqlite3.Connection, code: int, failures: int) -> None:
        self._inner = inner
        self._code = code
        self._failures = failures

    def execute(self, sql: str, *arguments: Any) -> Any:
        if sql == "COMMIT" and self._failures:
            self._failures -= 1
            error = sqlite3.OperationalError("told to fail")
            error.sqlite_errorcode = self._code
            raise error
        return self._inner.execute(sql, *arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def fail_commits(monkeypatch: pytest.MonkeyPatch, code: int, failures: int = 1) -> None:
    wrapped: dict[int, Any] = {}
    commit_group = writer.commit_group

    def failing(connection: sqlite3.Connection, parts: Any) -> Any:
        stand_in = wrapped.setdefault(id(connection), FailingConnection(connection, code, failures))
        return commit_group(stand_in, parts)

    monkeypatch.setattr(writer, "commit_group", failing)


async def test_a_full_disk_is_told_and_recovers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_commits(monkeypatch, sqlite3.SQLITE_FULL)
    results = await asyncio.gather(
        *(database.write(insert(number)) for number in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [DiskFull] * 3
    assert await numbers(database) == []
    await database.write(insert(7))
    assert await numbers(database) == [7]


async def test_a_failed_sync_is_final(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_commits(monkeypatch, 1034)  # SQLITE_IOERR_FSYNC
    results = await asyncio.gather(
        *(database.write(insert(number)) for number in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [StorageError] * 3
    with pytest.raises(StorageError, match="restart the server"):
        await database.write(insert(4))
    assert await numbers(database) == []


async def test_a_full_disk_within_a_transaction(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "full.db")
    await database.execute("CREATE TABLE blobs (data BLOB)")
    await database.execute("PRAGMA max_page_count = 60")
    with pytest.raises(DiskFull):
        await database.execute("INSERT INTO blobs VALUES (zeroblob(1000000))")
    await database.execute("INSERT INTO blobs VALUES (zeroblob(10))")
    assert len(await database.read("SELECT 1 FROM blobs")) == 1
    await database.close()


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


async def test_a_foreign_lock_is_told(database: Database) -> None:
    await database.execute("PRAGMA busy_timeout = 1")
    pipe = asyncio.subprocess.PIPE
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(database.path), stdin=pipe, stdout=pipe
    )
    try:
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"held\n"
        with pytest.raises(StorageError, match="another program holds a lock"):
            await database.write(insert(1))
    finally:
        await holder.communicate(b"done")
    await database.write(insert(2))
    assert await numbers(database) == [2]


async def test_a_second_server_is_refused(database: Database) -> None:
    with pytest.raises(FilesInUse, match="another server"):
        await Database.open(database.path)


async def test_the_lock_ends_with_close(tmp_path: Path) -> None:
    for _ in range(2):
        await (await Database.open(tmp_path / "test.db")).close()


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    lock.acquire()
    with pytest.raises(FilesInUse, match=r"process \d+"):
        FileLock(tmp_path / "lock").acquire()
    lock.release()
    FileLock(tmp_path / "lock").acquire()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_bytes(b"x" * 5000)
    with pytest.raises(StorageError, match="not a database"):
        await Database.open(tmp_path / "test.db")
    (tmp_path / "test.db").unlink()
    await (await Database.open(tmp_path / "test.db")).close()


@pytest.mark.parametrize(("version", "old"), [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)])
def test_an_old_sqlite_is_warned_of(
    version: tuple[int, ...], old: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert warn_of_old_sqlite(version) is old
    assert bool(caplog.records) is old
