"""The audit trail through the web: what it holds, in which order, and that nothing takes a row away."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import httpx
import pytest

from playground.core.errors import DiskFull
from playground.storage.audit import AuditRow
from tests.web.conftest import Playground


@pytest.fixture
async def owner(playground: Playground) -> httpx.AsyncClient:
    owner = playground.visitor()
    await owner.post("/api/sessions", json={})
    return owner


async def session_of(owner: httpx.AsyncClient) -> str:
    id: str = (await owner.post("/api/sessions", json={})).json()["id"]
    return id


async def rows(owner: httpx.AsyncClient, session: str, query: str = "") -> list[dict[str, Any]]:
    answer = await owner.get(f"/api/sessions/{session}/audit{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


async def test_what_an_editor_does_is_known_by_the_link(
    playground: Playground, owner: httpx.AsyncClient
) -> None:
    session = await session_of(owner)
    link = await owner.post(f"/api/sessions/{session}/shares", json={"scope": "edit", "label": " Ada \n L "})
    secret = link.json()["url"].partition("#share=")[2]
    editor = playground.visitor()
    await editor.post("/api/shares/redeem", json={"session": session, "secret": secret})
    run = (await editor.post("/api/run", json={"source": "sleep", "session": session})).json()["runId"]
    await playground.reached(session, run, "workflow_waiting")
    for verb, body in (
        ("pause", {}),
        ("resume", {}),
        ("crash", {}),
        ("skip", {"step": "sleep:1:nap"}),
        ("restart", {}),
        ("terminate", {}),
        ("delete", {}),
    ):
        assert (await editor.post(f"/api/instances/{run}/{verb}", json=body)).status_code == 200, verb
    found = await rows(owner, session)
    assert [row["action"] for row in found] == [
        "delete",
        "terminate",
        "restart",
        "skip",
        "crash",
        "resume",
        "pause",
        "run",
        "link_opened",
        "link_made",
    ]
    assert {row["link"]["label"] for row in found} == {"Ada L"}
    assert {row["actor"] for row in found[:-1]} == {"link"}
    assert {row["instance"] for row in found[:8]} == {run}
    assert found[3]["detail"] == {"step": "sleep:1:nap"}


def done_to(view: dict[str, Any]) -> list[str]:
    """What the log says that somebody has done, or that a step has."""
    by_itself = ("workflow_started", "workflow_running", "workflow_waiting", "sleep_started")
    return [entry["type"] for entry in view["entries"] if entry["type"] not in by_itself]


def at_rest(view: dict[str, Any], verb: str) -> bool:
    return bool(view["held"]) if verb == "continue" else view["status"] in ("waiting", "paused", "terminated")


async def test_what_is_done_and_its_row_are_one_transaction(
    playground: Playground, owner: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = (await owner.post("/api/run", json={"source": "sleep"})).json()
    session, id = run["session"], run["runId"]
    await playground.reached(session, id, "workflow_waiting")
    acts: list[tuple[str, dict[str, Any]]] = [
        ("debug", {"pace": 1, "everyStep": True}),
        ("pause", {}),
        ("resume", {}),
        ("fork", {"source": "sleep"}),
        ("apply", {"source": "sleep", "seq": 0}),
        ("skip", {"all": True}),
        ("restart", {}),
        ("continue", {}),
        ("terminate", {}),
        ("delete", {}),
    ]

    def full(row: AuditRow, connection: sqlite3.Connection) -> None:
        raise DiskFull("no room for the row")

    for verb, given in acts:
        async with asyncio.timeout(10):
            while not at_rest(before := (await owner.get(f"/api/instances/{id}")).json(), verb):
                await asyncio.sleep(0.01)
        body = {**given, "seq": before["entries"][-1]["seq"]} if "seq" in given else given
        with monkeypatch.context() as patch:
            patch.setattr(AuditRow, "write", full)
            refused = await owner.post(f"/api/instances/{id}/{verb}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (507, "disk_full"), verb
        after = (await owner.get(f"/api/instances/{id}")).json()
        assert done_to(after) == done_to(before), verb
        async with asyncio.timeout(10):
            while (done := await owner.post(f"/api/instances/{id}/{verb}", json=body)).status_code == 503:
                await asyncio.sleep(0.01)
        assert done.status_code < 300, (verb, done.text)
    found = [row["action"] for row in await rows(owner, session)]
    assert found[::-1] == ["code_changed" if verb == "apply" else verb for verb, _ in acts]
    assert len((await owner.get(f"/api/sessions/{session}")).json()["runs"]) == 1, "the fork is there once"


async def test_it_is_read_page_by_page(playground: Playground, owner: httpx.AsyncClient) -> None:
    session = await session_of(owner)
    for number in range(5):
        await owner.post(f"/api/sessions/{session}/shares", json={"scope": "view", "label": str(number)})
    path = f"/api/sessions/{session}/audit"
    first = (await owner.get(f"{path}?limit=3")).json()
    rest = (await owner.get(f"{path}?limit=3&before={first['next']}")).json()
    labels = [row["link"]["label"] for row in first["rows"] + rest["rows"]]
    assert (labels, rest["next"]) == (["4", "3", "2", "1", "0"], None)
    for query in ("?limit=0", "?before=-1", "?before=x", "?before=99999999999999999999", "?limit=١"):
        assert (await owner.get(path + query)).status_code == 400


async def test_a_link_s_openings_do_not_fill_it(playground: Playground, owner: httpx.AsyncClient) -> None:
    session = await session_of(owner)
    link = await owner.post(f"/api/sessions/{session}/shares", json={"scope": "view"})
    offered = {"session": session, "secret": link.json()["url"].partition("#share=")[2]}
    for _ in range(30):
        assert (await playground.visitor().post("/api/shares/redeem", json=offered)).status_code == 200
    assert [row["action"] for row in await rows(owner, session)].count("link_opened") == 10


async def test_a_row_is_there_for_ever(playground: Playground, owner: httpx.AsyncClient) -> None:
    session = await session_of(owner)
    await owner.post(f"/api/sessions/{session}/shares", json={"scope": "view"})
    before = await rows(owner, session)
    database = playground.services.shares.audit._database
    for statement in ("DELETE FROM audit", "UPDATE audit SET actor = 'link'"):
        with pytest.raises(sqlite3.IntegrityError, match="the audit trail is never"):
            await database.execute(statement)
    assert await rows(owner, session) == before


async def test_the_last_use_of_a_link_is_known_to_the_minute(
    playground: Playground, owner: httpx.AsyncClient
) -> None:
    session = await session_of(owner)
    link = await owner.post(f"/api/sessions/{session}/shares", json={"scope": "view"})
    offered = {"session": session, "secret": link.json()["url"].partition("#share=")[2]}
    watcher = playground.visitor()
    used: list[int] = []
    start = playground.clock.now()
    for wait in (0, 59_000, 1_000, 30_000, 30_000):
        await playground.clock.advance(wait)
        if not used:
            await watcher.post("/api/shares/redeem", json=offered)
        assert (await watcher.get(f"/api/sessions/{session}")).status_code == 200
        [share] = (await owner.get(f"/api/sessions/{session}/shares")).json()["shares"]
        used.append(share["lastUsed"] - start)
    assert used == [0, 0, 60_000, 60_000, 120_000]
