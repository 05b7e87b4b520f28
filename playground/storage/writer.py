"""Grouped commits: everything that is waiting goes into one transaction.

While a commit is on its way to the disk, new work queues up; when it is done, all of that becomes the next
transaction. So the disk's sync rate bounds the latency of a write and not the number of writes per second.

A group is first applied as a whole. Where that raises, the transaction is rolled back and the items are
applied one by one, each in a savepoint, so that the failure of one does not touch its neighbours. A commit
that fails acknowledges nobody. An I/O error of the commit itself (an fsync that failed, say) is final: what
the file then holds is not known to the process, so it writes nothing more until it is started again.

A design that was not taken: a transaction per append. At 0.25–2 ms a sync it ends at some hundred appends a
second.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import aiosqlite

from playground.core.errors import DiskFull, StorageError
from playground.storage.write_queue import Batch, Job, WriteQueue

_log = logging.getLogger("playground.storage")

T = TypeVar("T")

_PACE_S: Final = 0.00025
_LONGEST_PACE_S: Final = 0.001
"""After a group of many items the next one is gathered for a while: `_PACE_S` for each item but the first,
counted from when that group began, and `_LONGEST_PACE_S` at most.

A transaction costs as much CPU time by itself as some ten items in it. Who writes alone waits for nobody, and
on a slow disk nobody waits for this.
"""
_DISK_TROUBLE: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY}
)


class Connection(aiosqlite.Connection):
    """An aiosqlite connection that can also run a whole function in its thread: one hop for many
    statements.
    """

    @classmethod
    async def open(cls, path: Path) -> Connection:
        """Connect in autocommit mode, with rows that can be read by name."""

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
            connection.row_factory = sqlite3.Row
            return connection

        connection = cls(connect, iter_chunk_size=64)
        await connection
        return connection

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run `function(connection, *arguments)` in the connection's thread."""
        result: T = await self._execute(function, self._conn, *arguments)  # type: ignore[no-untyped-call]
        return result


class _Calls:
    """The batch of plain functions: each runs in a savepoint, and what it raises is its own result."""

    def apply(self, connection: sqlite3.Connection, items: Sequence[Callable[..., Any]]) -> Sequence[Any]:
        return [in_savepoint(connection, work) for work in items]


_CALLS: Final = _Calls()


class Writer:
    """The queue in front of the one writing connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue = WriteQueue(asyncio.get_running_loop().time)
        self._wanted: asyncio.Future[None] | None = None
        self._closing = False
        self._broken: StorageError | None = None
        self._task = asyncio.create_task(self._run(), name="storage writer")

    @property
    def broken(self) -> str | None:
        """Why nothing is written any more, or None."""
        return self._broken.message if self._broken is not None else None

    def submit(self, job: Job) -> None:
        """Queue it; its `done` is called with its result after the commit, or with the exception.

        Raises `StorageError` where nothing is written any more.
        """
        if self._closing or self._broken is not None:
            raise self._broken or StorageError("the database is closed")
        self._queue.push(job)
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)

    async def call(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Queue a function; answers its result, or raises what it raised."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.submit(Job(_CALLS, work, partial(resolve, future)))
        return await future

    async def close(self) -> None:
        """Write what is queued, then stop."""
        self._closing = True
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)
        await self._task

    async def disconnect(self) -> None:
        """Close the connection (as the last one it also checkpoints)."""
        await self._connection.close()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if group := self._queue.take():
                began = loop.time()
                await self._write(group)
                left = began + min((len(group) - 1) * _PACE_S, _LONGEST_PACE_S) - loop.time()
                if left > 0 and not self._closing and not self._queue.has_left_over:
                    await asyncio.sleep(left)
            elif self._closing:
                return
            else:
                self._wanted = asyncio.get_running_loop().create_future()
                await self._wanted
                self._wanted = None

    async def _write(self, group: list[Job]) -> None:
        by_batch: dict[int, tuple[Batch[Any], list[Any], list[Callable[[Any], None]]]] = {}
        for batch, item, done, *_ in group:
            part = by_batch.get(id(batch))
            if part is None:
                part = by_batch[id(batch)] = (batch, [], [])
            part[1].append(item)
            part[2].append(done)
        parts = list(by_batch.values())
        try:
            outcomes = await self._connection.call(
                commit_group, [(batch, items) for batch, items, _ in parts]
            )
        except Exception as error:
            failure = storage_error(error)
            if isinstance(error, CommitFailed):
                self._broken = failure
                _log.critical("%s", failure.message)
                self._refuse_queued(failure)
            for _, _, waiting in parts:
                for done in waiting:
                    done(failure)
            return
        for (_, _, waiting), results in zip(parts, outcomes, strict=True):
            for done, result in zip(waiting, results, strict=True):
                done(result)

    def _refuse_queued(self, failure: StorageError) -> None:
        for job in self._queue.take_all():
            job.done(failure)


class CommitFailed(Exception):
    """The disk failed while a transaction was committed."""


def commit_group(
    connection: sqlite3.Connection, parts: Sequence[tuple[Batch[Any], Sequence[Any]]]
) -> list[Sequence[Any]]:
    """Apply and commit all items in one transaction. An outcome that is an exception belongs to its item
    alone.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [batch.apply(connection, items) for batch, items in parts]
    except Exception as error:
        _rollback(connection)
        if _is_disk_trouble(error):
            raise
        connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [_one_by_one(connection, batch, items) for batch, items in parts]
        except BaseException:
            _rollback(connection)
            raise
    _commit(connection)
    return outcomes


def in_savepoint(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Any]) -> Any:
    """Run `work`; what it raises undoes it and is answered as a value. Disk trouble is raised."""
    connection.execute("SAVEPOINT work")
    try:
        result = work(connection)
    except Exception as error:
        if _is_disk_trouble(error):
            raise
        connection.execute("ROLLBACK TO work")
        result = error
    connection.execute("RELEASE work")
    return result


def storage_error(error: BaseException) -> StorageError:
    """`error` as the `StorageError` to show: a full disk as `DiskFull`, a foreign lock and a failed sync by
    name.
    """
    if isinstance(error, StorageError):
        return error
    cause = error.__cause__ if isinstance(error, CommitFailed) and error.__cause__ is not None else error
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFull()
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageError("another program holds a lock on the database")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StorageError(f"the database file is damaged ({cause}); stop the server and restore a backup")
    if isinstance(error, CommitFailed):
        return StorageError(
            f"the disk failed during a commit ({cause}); nothing more is written, restart the server"
        )
    return StorageError(f"the database refused: {cause}")


def _one_by_one(connection: sqlite3.Connection, batch: Batch[Any], items: Sequence[Any]) -> list[Any]:
    def alone(item: Any) -> Callable[[sqlite3.Connection], Any]:
        return lambda connection: batch.apply(connection, [item])[0]

    return [in_savepoint(connection, alone(item)) for item in items]


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        _rollback(connection)
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
            raise CommitFailed from error
        raise


def _rollback(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _is_disk_trouble(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_READONLY,
    )


def resolve(future: asyncio.Future[Any], result: Any) -> None:
    """Set the future's result, or its exception where `result` is one, if anybody still waits."""
    if future.done():
        return
    if isinstance(result, BaseException):
        future.set_exception(result)
    else:
        future.set_result(result)
