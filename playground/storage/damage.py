"""Looks at a database's files before anything is opened for writing, so that damaged ones are left alone.

SQLite itself takes an empty file for a new database, deletes the log beside it, ignores a log that it cannot
read, and notices a damaged page when it comes to it. Here that is an error at start, which says what to do.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Final, NoReturn

from playground.core.errors import StorageError

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER_BYTES: Final = 100
_LOG_HEADER: Final = struct.Struct(">8I")
_LOG_MAGIC: Final = (0x377F0682, 0x377F0683)
_LARGEST_CHECKED: Final = 256 * 1024 * 1024
"""Every page of a file up to this size (bytes) is read and checked; it takes some tenths of a second."""
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def check_files(path: Path, *, existed: bool) -> None:
    """Raise `StorageError`, naming the file and what to do, where the database at `path` is damaged.

    `existed` says that there was a database before; then an empty file is not a new one. Nothing is changed.
    """
    log = path.with_name(path.name + "-wal")
    size = path.stat().st_size if path.exists() else 0
    log_size = log.stat().st_size if log.exists() else 0
    if size == 0:
        if log_size > 0:
            _refuse(path, f"it is {'empty' if path.exists() else 'missing'}, and {log.name} beside it is not")
        if path.exists() and existed:
            _refuse(path, "it is empty")
        return
    if path.with_name(path.name + "-journal").exists():
        return  # its making was interrupted; SQLite undoes that first
    _check_header(path, size, logged=log_size > 0)
    if log_size > 0:
        _check_log(path, log)
    if size <= _LARGEST_CHECKED:
        _check_pages(path)


def _check_header(path: Path, size: int, *, logged: bool) -> None:
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        _refuse(path, "it is not a database: it begins otherwise")
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(header[28:32], "big")
    if not logged and size < pages * page:
        _refuse(path, f"it was cut short: it has {size} bytes of {pages * page}")


def _check_log(path: Path, log: Path) -> None:
    """A log without a header was never synced and holds nothing; one with another header is damaged."""
    with log.open("rb") as file:
        header = file.read(_LOG_HEADER.size)
    if len(header) < _LOG_HEADER.size or not any(header):
        return
    fields = _LOG_HEADER.unpack(header)
    if fields[0] in _LOG_MAGIC:
        words = struct.unpack(("<" if fields[0] == _LOG_MAGIC[0] else ">") + "6I", header[:24])
        first = second = 0
        for index in (0, 2, 4):
            first = (first + words[index] + second) & 0xFFFFFFFF
            second = (second + words[index + 1] + first) & 0xFFFFFFFF
        if (first, second) == fields[6:]:
            return
    _refuse(log, "its header is not that of a database's log", beside=path)


def _check_pages(path: Path) -> None:
    try:
        # read-only: a connection that may write would also write the log into the file when it is closed
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            return
        found = str(error)
    if found != "ok":
        _refuse(path, found.replace("\n", " "))


def _refuse(file: Path, why: str, *, beside: Path | None = None) -> NoReturn:
    whole = (beside or file).name
    raise StorageError(
        f"{file} is damaged ({why}); nothing was changed. Put a backup of {whole} in its place and remove "
        f"{whole}-wal and {whole}-shm, or move all three away to begin with nothing"
    )
