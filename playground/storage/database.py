"""The one SQLite database: who may write, who may read, and what a commit means.

One connection writes (and, by writing, checkpoints); what is waiting to be written goes into one
transaction, see
`writer.py`. One connection reads. A lock file keeps a second server off the files.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, TypeVar

from playground.core.errors import StorageError
from playground.storage import migrations
from playground.storage.damage import check_files
from playground.storage.lock import FileLock
from playground.storage.write_queue import Batch, Job
from playground.storage.writer import Connection, Writer, resolve, storage_error

T = TypeVar("T")

_log = logging.getLogger("playground.storage")

_SAFE_SQLITE: Final = (3, 51, 3)
_WRITER_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # so that a REPLACE is a deletion to triggers, too
    "PRAGMA busy_timeout = 2000",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -65536",
)
_READER_PRAGMAS: Final = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 2000",
    "PRAGMA cache_size = -32768",
)


class Database:
    """An open database. `await Database.open(path)`, and `await database.close()` when done.

    Reads see everything that was committed before they began. Writes answer after their commit, never before.
    """

    def __init__(self, path: Path, lock: FileLock, writer: Writer, reader: Connection) -> None:
        self.path = path
        self._lock = lock
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, path: Path) -> Database:
        """Open or create the file at `path` (its folder too), and bring its schema up to date.

        Raises `FilesInUse` where another server has it open, `StorageError` where it cannot be used.
        """
        path = Path(path)
        _warn_once()
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"))
        await asyncio.to_thread(lock.acquire)
        opened: list[Connection] = []
        try:
            await asyncio.to_thread(check_files, path, existed=lock.marked)
            for pragmas in (_WRITER_PRAGMAS, _READER_PRAGMAS):
                connection = await Connection.open(path)
                opened.append(connection)
                await connection.call(_set, pragmas)
                if len(opened) == 1:
                    await connection.call(migrations.apply, migrations.known())
        except BaseException as error:
            for connection in opened:
                await connection.close()
            lock.release()
            if isinstance(error, sqlite3.Error):
                raise storage_error(error) from error
            raise
        await asyncio.to_thread(lock.mark)
        return cls(path, lock, Writer(opened[0]), opened[1])

    @property
    def broken(self) -> str | None:
        """Why nothing is written any more until the server is started again; None while all is well."""
        return self._writer.broken

    async def close(self) -> None:
        """Finish what is queued, then let go of the files."""
        await self._writer.close()
        await self._reader.close()
        await self._writer.disconnect()
        self._lock.release()

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work(connection)` inside a write transaction, and answer its result after the commit.

        `work` runs in the writer's thread, in a savepoint of its own, and shares the transaction with
        whatever else is waiting; it must not commit. What it raises undoes it alone and is raised here. It
        may be run a second time (its first run undone) where a neighbour forced the transaction to be
        repeated.
        """
        return await self._writer.call(work)

    async def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Write with one statement; answers how many rows it touched."""
        return await self.write(lambda connection: connection.execute(sql, parameters).rowcount)

    def submit(self, batch: Batch[Any], item: Any) -> asyncio.Future[Any]:
        """Queue `item` to be written by `batch` with the next commit. The future resolves after it."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._writer.submit(Job(batch, item, partial(resolve, future)))
        return future

    def enqueue(self, job: Job) -> None:
        """Queue what is to be written, with the next commit or one of the next.

        Its `done` is called after it with the item's result, or with the exception. Raises `StorageError`
        where nothing is written any more.
        """
        self._writer.submit(job)

    async def look(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run `work(connection, *arguments)`, which only reads, in the reader's thread."""
        try:
            return await self._reader.call(work, *arguments)
        except sqlite3.Error as error:
            raise storage_error(error) from error

    async def read(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        try:
            return await self._reader.call(_fetch, sql, parameters)
        except sqlite3.Error as error:
            raise storage_error(error) from error

    async def read_one(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        rows = await self.read(sql, parameters)
        return rows[0] if rows else None


def warn_of_old_sqlite(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Log a warning where the linked SQLite is older than 3.51.3; answers whether it is.

    Older ones can lose a committed WAL when two connections write and checkpoint at once. This
    server writes and checkpoints from one connection only, so it is a warning and not a refusal.
    """
    if version >= _SAFE_SQLITE:
        return False
    _log.warning(
        "SQLite %s is linked; 3.51.3 or newer is safer: older ones have a WAL-reset bug that needs two "
        "writers, so never write to this database with another program while the server runs",
        ".".join(map(str, version)),
    )
    return True


_warn_once = cache(warn_of_old_sqlite)
"""For a process that opens many databases, as tests do."""


def _set(connection: sqlite3.Connection, pragmas: Sequence[str]) -> None:
    for pragma in pragmas:
        connection.execute(pragma).fetchall()
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        raise StorageError(
            f"the database's folder does not allow WAL (journal mode is {mode}); use a local disk"
        )


def _fetch(
    connection: sqlite3.Connection, sql: str, parameters: Sequence[Any] | dict[str, Any]
) -> list[sqlite3.Row]:
    return connection.execute(sql, parameters).fetchall()
