"""Versions: listed, read and kept, each to those who may."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from playground.bridge.envelope import wrap_params
from playground.storage.versions import Versions, version_id
from tests.web.conftest import Open, Playground


async def listed(visitor: httpx.AsyncClient, session: str, query: str = "") -> dict[str, Any]:
    answer = await visitor.get(f"/api/sessions/{session}/versions{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def watcher_of(playground: Playground, owner: httpx.AsyncClient, session: str) -> httpx.AsyncClient:
    link = (await owner.post(f"/api/sessions/{session}/shares", json={"scope": "view"})).json()
    watcher = playground.visitor()
    secret = link["url"].partition("#share=")[2]
    await watcher.post("/api/shares/redeem", json={"session": session, "secret": secret})
    return watcher


async def test_versions_are_listed_with_their_runs(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    runs = []
    for source in ("greet", "wait", "greet"):
        runs.append((await visitor.post("/api/run", json={"source": source})).json())
        await playground.clock.advance(1000)
    found = await listed(visitor, runs[0]["session"])
    assert found["next"] is None
    assert [version["id"] for version in found["versions"]] == [runs[1]["version"], runs[0]["version"]]
    wait, greet = found["versions"]
    assert wait["runs"] == [{"id": runs[1]["runId"], "created": wait["created"]}]
    assert [run["id"] for run in greet["runs"]] == [runs[2]["runId"], runs[0]["runId"]]
    assert (greet["runCount"], wait["runCount"]) == (2, 1)
    assert wait["main"] == "index.js"
    assert wait["files"] == [{"name": "index.js", "size": 4}]


async def test_only_the_latest_runs_of_a_version_are_named(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    runs = []
    for _ in range(7):
        runs.append((await visitor.post("/api/run", json={"source": "greet"})).json())
        await playground.clock.advance(1000)
    (version,) = (await listed(visitor, runs[0]["session"]))["versions"]
    assert [run["id"] for run in version["runs"]] == [run["runId"] for run in runs[:1:-1]]
    assert version["runCount"] == 7


async def test_a_version_is_read_as_it_was(visitor: httpx.AsyncClient) -> None:
    modules = {"m.js": "greet", "é.txt": "ééé", "d": {"data": "/w=="}}
    run = (await visitor.post("/api/run", json={"modules": modules, "main": "m.js"})).json()
    session, version = run["session"], run["version"]
    found = (await visitor.get(f"/api/sessions/{session}/versions/{version}")).json()
    assert (found["id"], found["main"], found["modules"]) == (version, "m.js", modules)
    (one,) = (await listed(visitor, session))["versions"]
    assert one["created"] == found["created"]
    assert {file["name"]: file["size"] for file in one["files"]} == {"m.js": 5, "é.txt": 6, "d": 15}


async def test_code_is_kept_without_a_run(visitor: httpx.AsyncClient) -> None:
    session = (await visitor.post("/api/sessions", json={})).json()["id"]
    body = {"files": {"./a.ts": "let a: 1"}, "main": "./a.ts"}
    kept = await visitor.post(f"/api/sessions/{session}/versions", json=body)
    assert (kept.status_code, kept.json()) == (201, {"id": version_id("a.ts", {"a.ts": "let a: 1"})})
    again = await visitor.post(f"/api/sessions/{session}/versions", json=body)
    assert again.json() == kept.json()
    (one,) = (await listed(visitor, session))["versions"]
    assert (one["id"], one["runs"], one["runCount"]) == (kept.json()["id"], [], 0)
    bad = await visitor.post(
        f"/api/sessions/{session}/versions", json={"files": {"a.py": ""}, "main": "a.py"}
    )
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_main")
    large = {"files": {"a.js": "x" * (1024 * 1024 + 1)}, "main": "a.js"}
    assert (await visitor.post(f"/api/sessions/{session}/versions", json=large)).status_code == 413


async def test_pages_of_versions_have_each_once(visitor: httpx.AsyncClient) -> None:
    session = (await visitor.post("/api/sessions", json={})).json()["id"]
    for number in range(45):  # all at the same moment
        body = {"files": {"a.js": str(number)}, "main": "a.js"}
        await visitor.post(f"/api/sessions/{session}/versions", json=body)
    seen: list[str] = []
    query = ""
    sizes = []
    while True:
        page = await listed(visitor, session, query)
        sizes.append(len(page["versions"]))
        seen += [version["id"] for version in page["versions"]]
        if page["next"] is None:
            break
        query = f"?before={page['next']}"
    assert sizes == [20, 20, 5]
    assert len(set(seen)) == 45


@pytest.mark.parametrize("before", ["", "1", "x-" + "0" * 64, "1-2", "1-" + "g" * 64, "1-" + "0" * 64 + "x"])
async def test_a_cursor_that_is_none_is_refused(visitor: httpx.AsyncClient, before: str) -> None:
    session = (await visitor.post("/api/sessions", json={})).json()["id"]
    answer = await visitor.get(f"/api/sessions/{session}/versions", params={"before": before})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("version", ["x", "0" * 63, "0" * 64, "G" * 64])
async def test_unknown_versions_are_unknown(visitor: httpx.AsyncClient, version: str) -> None:
    session = (await visitor.post("/api/sessions", json={})).json()["id"]
    assert (await visitor.get(f"/api/sessions/{session}/versions/{version}")).status_code == 404


async def test_who_watches_sees_what_was_run_and_nothing_that_was_kept(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = (await visitor.post("/api/run", json={"source": "greet"})).json()
    session = run["session"]
    body = {"files": {"a.js": "not run"}, "main": "a.js"}
    kept = (await visitor.post(f"/api/sessions/{session}/versions", json=body)).json()["id"]
    watcher = await watcher_of(playground, visitor, session)
    path = f"/api/sessions/{session}/versions"
    assert (await watcher.get(path)).status_code == 403
    assert (await watcher.post(path, json=body)).status_code == 403
    assert (await watcher.get(f"{path}/{kept}")).status_code == 404
    assert (await watcher.get(f"{path}/{run['version']}")).json()["modules"] == {"index.js": "greet"}
    stranger = playground.visitor()
    assert (await stranger.get(f"{path}/{run['version']}")).status_code == 404


async def test_versions_of_a_session_take_so_much_together(open_playground: Open) -> None:
    playground = await open_playground(stored_code_limit=100)
    visitor = playground.visitor()
    run = (await visitor.post("/api/run", json={"source": "wait"})).json()
    session = run["session"]
    await playground.reached(session, run["runId"], "workflow_waiting")
    kept = {"files": {"notes.js": "x" * 60}, "main": "notes.js"}
    assert (await visitor.post(f"/api/sessions/{session}/versions", json=kept)).status_code == 201
    forked = {"source": "greet", "from": "wait:1:decide"}
    refused = [
        await visitor.post("/api/run", json={"source": "greet"}),
        await visitor.post(f"/api/instances/{run['runId']}/fork", json=forked),
        await visitor.post(
            f"/api/sessions/{session}/versions", json={"files": {"a.js": "y" * 20}, "main": "a.js"}
        ),
    ]
    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (413, "too_much_code"), answer.text
    for body in ({"source": "wait"}, {"source": "wait", "session": session}):
        assert (await visitor.post("/api/run", json=body)).status_code == 200, "it is stored already"
    assert (await visitor.put(f"/api/sessions/{session}/draft", json=kept)).status_code == 204
    assert (await playground.visitor().post("/api/run", json={"source": "greet"})).status_code == 200
    assert len((await listed(visitor, session))["versions"]) == 2


async def test_what_versions_take_is_known_after_a_restart(playground: Playground) -> None:
    database = playground.services.sessions._database
    first = Versions(database)
    code = {"index.js": "é" * 100}
    await first.keep("t", "index.js", code, 1)
    again = Versions(database)
    assert await again.take_room("t", "index.js", code, 0), "it is stored already"
    size = len(msgspec.json.encode(code))
    assert not await again.take_room("t", "m.js", {"m.js": ""}, size + 10)
    assert await again.take_room("t", "m.js", {"m.js": ""}, size + 11)


async def removed(visitor: httpx.AsyncClient, session: str, version: str) -> tuple[int, str | None]:
    """What the answer to deleting a version is: its status, and its code."""
    answer = await visitor.delete(f"/api/sessions/{session}/versions/{version}")
    return answer.status_code, answer.json()["code"] if answer.content else None


async def test_a_version_that_no_run_needs_makes_room(open_playground: Open) -> None:
    playground = await open_playground(stored_code_limit=100)
    visitor = playground.visitor()
    run = (await visitor.post("/api/run", json={"source": "greet"})).json()
    session = run["session"]
    notes = {"files": {"notes.js": "x" * 60}, "main": "notes.js"}
    more = {"files": {"more.js": "y" * 60}, "main": "more.js"}
    kept = (await visitor.post(f"/api/sessions/{session}/versions", json=notes)).json()["id"]
    assert (await visitor.post(f"/api/sessions/{session}/versions", json=more)).status_code == 413
    assert await removed(visitor, session, kept) == (204, None)
    assert await removed(visitor, session, kept) == (404, "not_found")
    assert (await visitor.get(f"/api/sessions/{session}/versions/{kept}")).status_code == 404
    assert (await visitor.post(f"/api/sessions/{session}/versions", json=more)).status_code == 201
    assert (await visitor.post(f"/api/sessions/{session}/versions", json=notes)).status_code == 413
    rows = (await visitor.get(f"/api/sessions/{session}/audit")).json()["rows"]
    assert (rows[0]["action"], rows[0]["detail"]) == ("version_deleted", {"version": kept})


async def test_a_version_stays_while_a_run_of_it_is_there(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    runs = [(await visitor.post("/api/run", json={"source": "wait"})).json() for _ in range(2)]
    session, version = runs[0]["session"], runs[0]["version"]
    for left, run in zip((2, 1), runs, strict=True):
        await playground.reached(session, run["runId"], "workflow_waiting")
        (one,) = (await listed(visitor, session))["versions"]
        assert (one["runCount"], one["neededBy"]) == (2, left)
        assert await removed(visitor, session, version) == (409, "version_in_use")
        assert (await visitor.post(f"/api/instances/{run['runId']}/delete", json={})).status_code == 200
    (one,) = (await listed(visitor, session))["versions"]
    assert (one["runCount"], one["neededBy"]) == (2, 0)
    assert await removed(visitor, session, version) == (204, None)
    assert (await listed(visitor, session))["versions"] == []
    again = (await visitor.post("/api/run", json={"source": "wait"})).json()
    assert again["version"] == version
    await playground.reached(session, again["runId"], "workflow_waiting")


async def test_a_version_stays_for_what_the_code_itself_has_created(playground: Playground) -> None:
    versions, engine = playground.services.versions, playground.services.engine
    version = await versions.keep("t", "index.js", {"index.js": "wait"}, 1)
    metadata = {"tenant": "t", "version": version}
    workflow = engine.workflow(playground.services.settings.workflow, "t")
    child = await workflow.create("child", wrap_params({"a": 1}, metadata))
    assert await versions.remove("u", version) == "unknown"
    assert await versions.remove("t", version) == "named"
    await child.delete()
    assert await versions.remove("t", version) == "removed"


async def test_a_version_stays_while_a_run_of_it_begins(playground: Playground) -> None:
    versions = playground.services.versions
    version = await versions.keep("t", "index.js", {"index.js": "wait"}, 1)
    with versions.starting("t", version), versions.starting("t", version):
        assert await versions.remove("t", version) == "starting"
    assert await versions.remove("t", version) == "removed"


async def test_who_only_watches_deletes_no_version(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = (await visitor.post("/api/run", json={"source": "greet"})).json()
    watcher = await watcher_of(playground, visitor, run["session"])
    assert await removed(watcher, run["session"], run["version"]) == (403, "read_only")
    stranger = playground.visitor()
    assert await removed(stranger, run["session"], run["version"]) == (404, "not_found")
