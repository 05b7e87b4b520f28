"""Migrations: whole or not at all, in order, never changed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from playground.core.errors import StorageError
from playground.storage.migrations import Migration, apply, known, statements

FIRST = Migration(1, "0001_first.sql", "CREATE TABLE a (n); -- with; a semicolon\nCREATE TABLE b (n);\n")
SECOND = Migration(2, "0002_second.sql", "INSERT INTO a VALUES ('x;\ny');")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    yield connection
    connection.close()


def test_what_is_missing_is_applied_in_order(connection: sqlite3.Connection) -> None:
    assert apply(connection, [FIRST]) == [1]
    assert apply(connection, [FIRST, SECOND]) == [2]
    assert apply(connection, [FIRST, SECOND]) == []
    assert connection.execute("SELECT n FROM a").fetchall() == [("x;\ny",)]


def test_a_step_that_fails_leaves_nothing(connection: sqlite3.Connection) -> None:
    broken = Migration(2, "0002_broken.sql", "CREATE TABLE c (n);\nCREATE TABLE a (n);\n")
    apply(connection, [FIRST])
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        apply(connection, [FIRST, broken])
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {"a", "b", "migrations"}
    assert apply(connection, [FIRST, SECOND]) == [2]


def test_a_changed_step_is_refused(connection: sqlite3.Connection) -> None:
    apply(connection, [FIRST])
    with pytest.raises(StorageError, match=r"0001_first\.sql was changed"):
        apply(connection, [Migration(1, FIRST.name, FIRST.sql + "\n")])


def test_a_newer_database_is_refused(connection: sqlite3.Connection) -> None:
    apply(connection, [FIRST, SECOND])
    with pytest.raises(StorageError, match="use the newer release"):
        apply(connection, [FIRST])


def test_statements_split_where_sql_ends() -> None:
    script = "-- c;\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\nEND;\nSELECT ';';\n-- end\n"
    assert [each.split()[-1] for each in statements(script)] == ["END;", "';';"]
    with pytest.raises(StorageError, match="semicolon"):
        statements("SELECT 1")


def test_the_schema_of_this_release(connection: sqlite3.Connection) -> None:
    found = known()
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    assert found[0].sql.startswith("-- ")
    apply(connection, found)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"instances", "entries"} <= tables


def test_gaps_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("SELECT 1;")
    (tmp_path / "0003_c.sql").write_text("SELECT 1;")
    monkeypatch.setattr("importlib.resources.files", lambda name: tmp_path)
    with pytest.raises(StorageError, match="without gaps"):
        known()


def test_instances_of_an_earlier_release_get_a_time_to_go(connection: sqlite3.Connection) -> None:
    steps = known()
    apply(connection, steps[:3])
    connection.executescript(
        """
        INSERT INTO instances VALUES (1, 's', 'w', 'done', 'complete', 5, X'00', 4, NULL, 1);
        INSERT INTO instances VALUES (2, 's', 'w', 'asleep', 'waiting', 5, X'00', 3, 99, 1);
        INSERT INTO entries VALUES (1, 1, 1, 5, 's', 'workflow_queued', '{}', NULL);
        INSERT INTO entries VALUES (2, 1, 2, 6, 's', 'workflow_started', '{}', NULL);
        INSERT INTO entries VALUES (3, 1, 3, 7, 's', 'workflow_completed', '{}', X'0102');
        INSERT INTO entries VALUES (4, 2, 1, 5, 's', 'workflow_queued', '{}', NULL);
        INSERT INTO entries VALUES (5, 2, 2, 5, 's', 'workflow_started', '{}', NULL);
        """
    )
    assert apply(connection, steps) == [step.number for step in steps[3:]]
    rows = connection.execute("SELECT key, base_seq, expires, purge, value_bytes FROM instances ORDER BY key")
    assert rows.fetchall() == [(1, 1, 7 + 30 * 86_400_000, 0, 3), (2, 1, None, 0, 1)]


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("before", range(len(known())))
def test_a_kill_at_any_statement_leaves_a_schema_that_migrates(tmp_path: Path, before: int) -> None:
    """From every earlier schema, with a kill before each statement that the migration makes."""
    with closing(_migrated(tmp_path / "whole.db", len(known()))) as whole:
        wanted = _schema_of(whole)
    _migrated(tmp_path / "earlier.db", before).close()
    statement = 0
    while True:
        statement += 1
        file = tmp_path / f"killed-{statement}.db"
        shutil.copy(tmp_path / "earlier.db", file)
        left = _killed_at(file, statement)
        with closing(sqlite3.connect(left, isolation_level=None)) as connection:
            apply(connection, known())
            assert _schema_of(connection) == wanted
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if left == file:
            break
    assert statement > 3


def _migrated(file: Path, steps: int) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    apply(connection, known()[:steps])
    return connection


def _killed_at(file: Path, number: int) -> Path:
    """Migrate `file`, and answer what is on the disk before statement `number`: a copy, or `file` itself
    where there are not so many.
    """
    left = file.with_name(f"left-{number}.db")
    count = 0

    class Connection(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            nonlocal count
            count += 1
            if count == number:
                for part in ("", "-wal"):
                    if (source := file.with_name(file.name + part)).exists():
                        shutil.copy(source, left.with_name(left.name + part))
                raise Killed
            return super().execute(*arguments)

    connection = sqlite3.connect(file, isolation_level=None, factory=Connection)
    try:
        apply(connection, known())
    except Killed:
        return left
    finally:
        connection.close()
    return file


def _schema_of(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
