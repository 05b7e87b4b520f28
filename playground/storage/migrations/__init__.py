"""The schema, as numbered steps: `0001_log.sql`, `0002_….sql`.

Each step is applied in one transaction together with the row that records it, so a kill at any moment leaves
either all of it or none. A step that was applied is never edited: its text's hash is recorded and compared
at every start.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from playground.core.errors import StorageError

_NAME: Final = re.compile(r"(\d{4})_[a-z0-9_]+\.sql\Z")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its number, its file's name and its SQL."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the SQL, in hex."""
        return hashlib.sha256(self.sql.encode("utf-8")).hexdigest()


def known() -> list[Migration]:
    """Every step in this folder, by number. Gaps and doubles raise `StorageError`."""
    found = [
        Migration(int(match[1]), file.name, file.read_text("utf-8"))
        for file in resources.files(__name__).iterdir()
        if (match := _NAME.match(file.name))
    ]
    found.sort(key=lambda migration: migration.number)
    numbers = [migration.number for migration in found]
    if numbers != list(range(1, len(found) + 1)):
        raise StorageError(f"migrations must be numbered 1, 2, 3, … without gaps, not {numbers}")
    return found


def apply(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> list[int]:
    """Apply what is missing, in order; answers the numbers applied. `connection` must be in autocommit mode.

    Raises `StorageError` where the file was written by a newer release, or an applied step's text has
    changed.
    """
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations "
        "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) STRICT"
    )
    recorded = dict(connection.execute("SELECT number, digest FROM migrations").fetchall())
    if recorded and max(recorded) > len(migrations):
        raise StorageError(
            f"the database is at schema {max(recorded)}, this release knows {len(migrations)}; "
            "use the newer release"
        )
    applied = []
    for migration in migrations:
        digest = recorded.get(migration.number)
        if digest is None:
            _apply_one(connection, migration)
            applied.append(migration.number)
        elif digest != migration.digest:
            raise StorageError(f"{migration.name} was changed after it had been applied to this database")
    return applied


def _apply_one(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(migration.sql):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO migrations (number, name, digest) VALUES (?, ?, ?)",
            (migration.number, migration.name, migration.digest),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def statements(sql: str) -> list[str]:
    """Split a script into its statements (semicolons in strings, comments, trigger bodies do not count)."""
    found: list[str] = []
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    if any(line.strip() and not line.strip().startswith("--") for line in pending.splitlines()):
        raise StorageError("the last statement of a migration does not end with a semicolon")
    return found
