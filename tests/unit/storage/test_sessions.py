"""Sessions and their drafts: revisions count, and whoever comes too late keeps nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from playground.storage.database import Database
from playground.storage.migrations import apply, known
from playground.storage.sessions import Draft, Sessions
from playground.storage.versions import ModuleJson

HASH = b"\x01" * 32


async def test_a_draft_is_kept_until_the_next(database: Database) -> None:
    sessions = Sessions(database)
    session = (await sessions.create(HASH, 7)).id
    assert await sessions.draft(session) is None
    assert await sessions.revision(session) == 0
    assert await sessions.save_draft(session, {"a.js": "one"}, "a.js", '{"a":1}', 8) == 1
    assert await sessions.save_draft(session, {"z.ts": "", "b.json": "["}, "z.ts", None, 9) == 2
    assert await sessions.draft(session) == Draft({"z.ts": "", "b.json": "["}, "z.ts", None, 9, 2)
    assert await sessions.revision(session) == 2
    assert await sessions.save_draft("other", {"a.js": ""}, "a.js", None, 8) is None
    assert await sessions.revision("other") == 0


async def test_the_order_of_the_files_is_kept(database: Database) -> None:
    sessions = Sessions(database)
    session = (await sessions.create(HASH, 7)).id
    files: dict[str, ModuleJson] = {
        "z.js": "1",
        "a.js": "2",
        "__proto__": {"data": "/w=="},
        "m.txt": "\0\u2028",
    }
    await sessions.save_draft(session, files, "a.js", None, 8)
    draft = await sessions.draft(session)
    assert draft is not None
    assert list(draft.files.items()) == list(files.items())


@pytest.mark.parametrize("based_on", [0, 1, 3])
async def test_who_comes_too_late_keeps_nothing(database: Database, based_on: int) -> None:
    sessions = Sessions(database)
    session = (await sessions.create(HASH, 7)).id
    assert await sessions.save_draft(session, {"a.js": "1"}, "a.js", None, 8, based_on=0) == 1
    assert await sessions.save_draft(session, {"a.js": "2"}, "a.js", None, 9, based_on=1) == 2
    assert await sessions.save_draft(session, {"a.js": "x"}, "a.js", "0", 9, based_on=based_on) is None
    assert await sessions.draft(session) == Draft({"a.js": "2"}, "a.js", None, 9, 2)


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A database as it was when a draft was one source."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        apply(connection, [step for step in known() if step.number < 8])
        insert = (
            "INSERT INTO sessions (id, token_hash, created, draft_source, draft_payload, draft_saved, "
            "draft_language) VALUES (?, ?, 1, ?, ?, ?, ?)"
        )
        connection.execute(insert, ("plain", b"1", 'let a = "é\0\u2028";\n', '"{}"', 5, "js"))
        connection.execute(insert, ("typed", b"2", "", None, 6, "ts"))
        connection.execute(insert, ("new", b"3", None, None, None, "js"))
    return path


async def test_drafts_of_one_source_become_files(old_file: Path) -> None:
    database = await Database.open(old_file)
    try:
        sessions = Sessions(database)
        plain, typed = await sessions.draft("plain"), await sessions.draft("typed")
        assert plain == Draft({"workflow.js": 'let a = "é\0\u2028";\n'}, "workflow.js", '"{}"', 5, 1)
        assert typed == Draft({"workflow.ts": ""}, "workflow.ts", None, 6, 1)
        assert await sessions.draft("new") is None
        assert await sessions.save_draft("new", {"a.js": ""}, "a.js", None, 9, based_on=0) == 1
    finally:
        await database.close()
