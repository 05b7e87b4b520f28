"""Damaged files: said at start, by name and with what to do, and left as they are."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.core.errors import StorageError
from playground.storage.database import Database

ROWS = 2000


def read(folder: Path) -> dict[str, bytes]:
    """The files that hold data."""
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if not file.name.endswith((".lock", "-shm"))
    }


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with a database that was closed in good order."""
    database = await Database.open(tmp_path / "data" / "test.db")
    await database.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)")
    await database.write(
        lambda connection: connection.executemany(
            "INSERT INTO t VALUES (?, ?)", [(number, f"row {number} " * 20) for number in range(ROWS)]
        )
    )
    await database.close()
    assert sorted(read(tmp_path / "data")) == ["test.db"]
    return tmp_path / "data"


@pytest.fixture
async def killed(folder: Path) -> Path:
    """A folder in which the last commits are in the log only."""
    database = await Database.open(folder / "test.db")
    await database.execute("INSERT INTO t VALUES (?, 'logged')", (ROWS,))
    left = folder.with_name("killed")
    await asyncio.to_thread(shutil.copytree, folder, left, ignore=shutil.ignore_patterns("*-shm"))
    await database.close()
    assert sorted(read(left)) == ["test.db", "test.db-wal"]
    return left


async def refused(folder: Path) -> str:
    """What is said of the files, which must stay as they are."""
    before = read(folder)
    with pytest.raises(StorageError) as refusal:
        await Database.open(folder / "test.db")
    after = {name: content for name, content in read(folder).items() if content or name in before}
    assert after == before
    assert "Put a backup of test.db in its place" in refusal.value.message
    assert str(folder / "test.db") in refusal.value.message
    return refusal.value.message


def overwrite(file: Path, at: int, data: bytes) -> None:
    content = bytearray(file.read_bytes())
    content[at : at + len(data)] = data
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: overwrite(file, 0, b"x" * 64), "it is not a database"),
        (lambda file: overwrite(file, file.stat().st_size // 2 // 4096 * 4096, b"\xff" * 4096), "damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[: 5 * 4096]), "it was cut short"),
        (lambda file: file.write_bytes(file.read_bytes()[:50]), "it is not a database"),
        (lambda file: file.write_bytes(b""), "it is empty"),
    ],
    ids=["header", "page", "cut short", "cut off", "empty"],
)
async def test_a_damaged_file(folder: Path, damage: Callable[[Path], object], words: str) -> None:
    damage(folder / "test.db")
    assert words in await refused(folder)


@pytest.mark.parametrize(
    "garbage", [b"\x00\x01garbage" * 4000, b"\x37\x7f\x06\x82" + b"\x01" * 5000], ids=["no log", "bad sum"]
)
async def test_a_damaged_log(killed: Path, garbage: bytes) -> None:
    (killed / "test.db-wal").write_bytes(garbage)
    assert "its header is not that of a database's log" in await refused(killed)


async def test_a_file_that_is_missing_beside_its_log(killed: Path) -> None:
    (killed / "test.db").unlink()
    assert "it is missing, and test.db-wal beside it is not" in await refused(killed)
    (killed / "test.db").touch()
    assert "it is empty, and test.db-wal beside it is not" in await refused(killed)


async def test_what_a_kill_leaves_is_taken(killed: Path) -> None:
    database = await Database.open(killed / "test.db")
    assert len(await database.read("SELECT 1 FROM t")) == ROWS + 1
    await database.close()


@pytest.mark.parametrize("left", [b"", b"\x00" * 5000], ids=["cut off", "zeros"])
async def test_a_log_that_was_never_synced_holds_nothing(killed: Path, left: bytes) -> None:
    (killed / "test.db-wal").write_bytes(left)
    database = await Database.open(killed / "test.db")
    assert len(await database.read("SELECT 1 FROM t")) == ROWS
    await database.close()


async def test_an_empty_file_where_there_was_no_database_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "test.db").touch()
    await (await Database.open(tmp_path / "test.db")).close()


async def test_a_database_that_was_removed_begins_anew(folder: Path) -> None:
    (folder / "test.db").unlink()
    await (await Database.open(folder / "test.db")).close()


async def test_a_page_that_is_damaged_while_the_server_runs(folder: Path) -> None:
    database = await Database.open(folder / "test.db")
    middle = (folder / "test.db").stat().st_size // 2 // 4096 * 4096
    overwrite(folder / "test.db", middle, b"\xff" * 4096)
    with pytest.raises(StorageError, match=r"damaged .*restore a backup"):
        await database.read("SELECT count(*), sum(length(text)) FROM t")
    await database.close()
