"""Versions: named by their content, stored once, pinned by runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import pytest

from playground.storage.database import Database
from playground.storage.versions import ModuleJson, Versions, version_id


async def pin(
    versions: Versions, tenant: str, run: str, main: str, modules: Mapping[str, ModuleJson], now: int
) -> str:
    """Pin a run, and wait until that is durable; answers the version."""
    version, pinned = versions.pin(tenant, run, main, modules, now)
    await pinned
    return version


def test_the_name_depends_on_the_content_alone() -> None:
    one = version_id("a.js", {"a.js": "1", "b.js": "2"})
    assert one == version_id("a.js", {"b.js": "2", "a.js": "1"})
    others = [
        version_id("b.js", {"a.js": "1", "b.js": "2"}),
        version_id("a.js", {"a.js": "1", "b.js": "3"}),
        version_id("a.js", {"a.js": "1b.js", "": "2"}),
        version_id("a.js", {"a.js": "1"}),
        version_id("a.js", {"a.js": "\ud800"}),
    ]
    assert len({one, *others}) == 6


def test_the_name_depends_on_the_kinds() -> None:
    forms: list[Mapping[str, ModuleJson]] = [
        {"a.js": "1", "b": {"text": "1"}},
        {"a.js": "1", "b": {"json": "1"}},
        {"a.js": "1", "b": {"data": "1"}},
        {"a.js": "1", "b": "1"},
        {"a.js": "1", "b": '{"text":"1"}'},
        {"a.js": {"ts": "1"}, "b": {"text": "1"}},
    ]
    assert len({version_id("a.js", modules) for modules in forms}) == len(forms)
    assert version_id("a.js", {"b": {"json": {"x": 1, "y": 2}}}) == version_id(
        "a.js", {"b": {"json": {"y": 2, "x": 1}}}
    )


def test_the_name_of_texts_alone_has_stayed_what_it_was() -> None:
    assert version_id("a.js", {"a.js": "1", "b.ts": "2"}) == (
        "15dd17c7bd4855bfe1298cd854afd952b50edd260e4259fc6ea606cad7d4aaa6"
    )


@pytest.mark.parametrize("remembered", [0, 16])
async def test_kinds_come_back_too(database: Database, remembered: int) -> None:
    versions = Versions(database, remembered)
    modules: dict[str, ModuleJson] = {
        "index.ts": "let a: number",
        "a": {"ts": "1"},
        "b.json": "[]",
        "c": {"json": {"__proto__": [1, None, "é"]}},
        "d.bin": {"data": "/w=="},
    }
    version = await pin(versions, "tenant", "run", "index.ts", modules, 1)
    stored = await versions.code("tenant", version)
    assert stored is not None
    assert dict(stored.modules) == modules


@pytest.mark.parametrize("remembered", [0, 16])
async def test_code_comes_back_as_it_was(database: Database, remembered: int) -> None:
    versions = Versions(database, remembered)
    modules = {
        "index.js": "export {} // \0 \u2028 '; DROP TABLE versions; --",
        "__proto__": "",
        "lib/é.js": "1",
    }
    version = await pin(versions, "tenant", "run", "index.js", modules, 1)
    stored = await versions.code("tenant", version)
    assert stored is not None
    assert (stored.id, stored.main, dict(stored.modules)) == (version, "index.js", modules)
    assert await versions.code("another", version) is None
    assert await versions.code("tenant", "0" * 64) is None


async def test_what_is_remembered_does_not_change_with_the_caller_s_dict(database: Database) -> None:
    versions = Versions(database)
    modules = {"index.js": "1"}
    version = await pin(versions, "tenant", "run", "index.js", modules, 1)
    modules["index.js"] = "2"
    stored = await versions.code("tenant", version)
    assert stored is not None
    assert stored.modules == {"index.js": "1"}


async def test_it_outlives_the_process(database: Database) -> None:
    version = await pin(Versions(database), "tenant", "run", "index.js", {"index.js": "1"}, 1)
    later = Versions(database)
    assert await later.of_run("tenant", "run") == version
    assert await later.of_run("another", "run") is None
    stored = await later.code("tenant", version)
    assert stored is not None
    assert stored.modules == {"index.js": "1"}


async def test_the_same_code_is_stored_once_per_tenant(database: Database) -> None:
    versions = Versions(database)
    for tenant, run in (("a", "1"), ("a", "2"), ("b", "1")):
        await pin(versions, tenant, run, "index.js", {"index.js": "1"}, 1)
    rows = await database.read("SELECT tenant FROM versions ORDER BY tenant")
    assert [row["tenant"] for row in rows] == ["a", "b"]
    assert len(await versions.of_runs("a", 10)) == 2


async def test_a_run_is_pinned_once(database: Database) -> None:
    versions = Versions(database)
    first = await pin(versions, "tenant", "run", "index.js", {"index.js": "1"}, 1)
    with pytest.raises(sqlite3.IntegrityError):
        await pin(versions, "tenant", "run", "index.js", {"index.js": "2"}, 2)
    assert await versions.of_run("tenant", "run") == first
    rows = await database.read("SELECT id FROM versions")
    assert [row["id"] for row in rows] == [first]


async def test_the_latest_is_what_was_run_last(database: Database) -> None:
    versions = Versions(database)
    assert await versions.latest("tenant") is None
    for time, text in ((10, "1"), (20, "2"), (30, "1")):
        await pin(versions, "tenant", f"run-{time}", "index.js", {"index.js": text}, time)
    latest = await versions.latest("tenant")
    assert latest is not None
    assert (latest.modules["index.js"], latest.created) == ("1", 30)
    assert list(await versions.of_runs("tenant", 2)) == ["run-30", "run-20"]
