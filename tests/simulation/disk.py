"""A database in memory that outlives simulated servers, and connections to it that fail as told.

The stand-in is `storage.writer.Connection`, the seam between the event loop and SQLite: the SQL, the
journal and the grouping of commits are the product's. A call runs in the loop's own thread, at a moment that
the seed chooses; calls of one connection run one after the other, as in the thread that it stands for.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from random import Random
from typing import Any, Literal, TypeVar

from playground.storage import migrations
from playground.storage.writer import CommitFailed, Connection, commit_group

T = TypeVar("T")

_REMOVED = """
CREATE TABLE removed (key INTEGER PRIMARY KEY, id TEXT, status TEXT, ended INTEGER);
CREATE TRIGGER removal AFTER UPDATE OF purge ON instances WHEN NEW.purge = 2 AND OLD.purge < 2 BEGIN
  INSERT INTO removed SELECT OLD.key, OLD.id, OLD.status, time FROM entries
  WHERE instance_key = OLD.key AND seq = OLD.next_seq - 1;
END
"""
"""Which instances were removed, kept by the disk itself."""

Failure = Literal["full", "locked", "sync failed", "lied", "read failed"]

_CODES: dict[Failure, int] = {
    "full": sqlite3.SQLITE_FULL,
    "locked": sqlite3.SQLITE_BUSY,
    "sync failed": 1034,  # SQLITE_IOERR_FSYNC
    "lied": 1034,
    "read failed": 266,  # SQLITE_IOERR_READ
}


class Disk:
    """What a crash leaves behind: the committed transactions."""

    def __init__(self) -> None:
        self.sqlite = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
        self.sqlite.row_factory = sqlite3.Row
        self.sqlite.execute("PRAGMA foreign_keys = ON")
        _schema().backup(self.sqlite)
        self.sqlite.executescript(_REMOVED)

    def rows(self, sql: str, *parameters: Any) -> list[sqlite3.Row]:
        """What is durable now."""
        return self.sqlite.execute(sql, parameters).fetchall()

    def close(self) -> None:
        self.sqlite.close()


class SimulatedConnection(Connection):
    """A connection of one life of the server. `severed` once that has ended: then nothing gets through."""

    def __init__(self, disk: Disk, random: Random, choose: Callable[[bool], Failure | None]) -> None:
        super().__init__(lambda: disk.sqlite, 64)
        self._disk = disk
        self._random = random
        self._choose = choose
        self._free_at = 0.0
        self.severed = False

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        begins = max(loop.time(), self._free_at)
        runs = begins + self._random.choice((0.0, 0.0002, 0.001, 0.004))
        self._free_at = runs + self._random.choice((0.0, 0.0, 0.001, 0.02))
        told = self._free_at
        await _until(loop, runs)
        if self.severed:
            raise _failure("read failed")
        result: T | sqlite3.Error | CommitFailed
        try:
            result = self._run(function, arguments)
        except (sqlite3.Error, CommitFailed) as error:
            result = error
        await _until(loop, told)
        if self.severed:
            raise _failure("read failed")
        if isinstance(result, BaseException):
            raise result
        return result

    def _run(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        writes = function is commit_group
        failure = self._choose(writes)
        if failure is None:
            return function(self._disk.sqlite, *arguments)
        if failure == "lied":
            function(self._disk.sqlite, *arguments)
        error = _failure(failure)
        if failure in ("lied", "sync failed"):
            raise CommitFailed from error
        raise error

    async def close(self) -> None:
        """Nothing to close: the disk outlives the server."""


async def _until(loop: asyncio.AbstractEventLoop, moment: float) -> None:
    if (left := moment - loop.time()) > 0:
        await asyncio.sleep(left)


def _failure(failure: Failure) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(f"told to fail: {failure}")
    error.sqlite_errorcode = _CODES[failure]
    return error


_template: list[sqlite3.Connection] = []


def _schema() -> sqlite3.Connection:
    if not _template:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        migrations.apply(connection, migrations.known())
        _template.append(connection)
    return _template[0]
