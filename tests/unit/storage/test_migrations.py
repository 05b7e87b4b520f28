"""Migrations: whole or not at all, in order, never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

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
