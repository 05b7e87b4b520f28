"""Drafts: several files, revisions, and conflicts that nobody wins by being last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from playground.bridge.envelope import wrap_params
from playground.core.values import UNDEFINED
from playground.web.default_source import default_source
from tests.web.conftest import Playground

TWO: dict[str, Any] = {"files": {"workflow.ts": "import './lib.js'", "lib.js": "", "data.json": "["}}


async def own_session(visitor: httpx.AsyncClient) -> str:
    answer = await visitor.post("/api/sessions", json={})
    return str(answer.json()["id"])


async def put(visitor: httpx.AsyncClient, session: str, **body: Any) -> httpx.Response:
    return await visitor.put(f"/api/sessions/{session}/draft", json=body)


async def read(visitor: httpx.AsyncClient, session: str) -> dict[str, Any]:
    answer = await visitor.get(f"/api/sessions/{session}/draft")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_several_files_come_back_in_their_order(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    saved = await put(visitor, session, **TWO, main="workflow.ts", payload="{", revision=0)
    assert (saved.status_code, saved.json()) == (200, {"revision": 1})
    found = await read(visitor, session)
    assert found == {**TWO, "main": "workflow.ts", "payload": "{", "revision": 1}
    assert list(found["files"]) == list(TWO["files"])
    whole = (await visitor.get(f"/api/sessions/{session}")).json()
    assert (whole["source"], whole["language"]) == ("import './lib.js'", "ts")
    assert whole["files"] == TWO["files"]
    page = (await visitor.get(f"/s/{session}", headers={"accept": "text/html"})).text
    assert '"lib.js": ""' in page
    assert '"revision": 1' in page


async def test_the_page_has_the_files_in_their_order(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    await put(visitor, session, files={"z.js": "", "a.js": "", "m.js": ""}, main="a.js")
    page = (await visitor.get(f"/s/{session}", headers={"accept": "text/html"})).text
    assert '"files": {"z.js": "", "a.js": null, "m.js": ""}' in page


async def test_a_new_session_s_draft_is_the_default(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    found = await read(visitor, session)
    assert (list(found["files"]), found["main"], found["revision"]) == (["workflow.js"], "workflow.js", 0)


async def test_who_saves_on_an_older_revision_is_told_what_is_there(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    await put(visitor, session, files={"a.js": "one"}, main="a.js", payload="{}", revision=0)
    await put(visitor, session, files={"a.js": "two"}, main="a.js", payload="{}", revision=1)
    late = await put(visitor, session, files={"a.js": "mine"}, main="a.js", payload="{}", revision=1)
    assert late.status_code == 409
    there = {"files": {"a.js": "two"}, "main": "a.js", "payload": "{}", "revision": 2}
    assert late.json() == {
        "error": "the code was changed elsewhere since",
        "code": "draft_conflict",
        "draft": there,
    }
    assert await read(visitor, session) == there


async def test_the_first_save_may_come_too_late_as_well(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    await put(visitor, session, source="first", revision=0)
    late = await put(visitor, session, source="second", revision=0)
    assert (late.status_code, late.json()["draft"]["files"]) == (409, {"workflow.js": "first"})


async def test_what_is_sent_again_is_no_conflict(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    body = {**TWO, "main": "workflow.ts", "payload": [1], "revision": 0}
    first = await put(visitor, session, **body)
    again = await put(visitor, session, **body)
    assert first.json() == again.json() == {"revision": 1}
    turned = {name: TWO["files"][name] for name in reversed(TWO["files"])}
    assert (await put(visitor, session, **{**body, "files": turned})).status_code == 409
    assert (await put(visitor, session, **{**body, "main": "lib.js"})).status_code == 409
    assert (await put(visitor, session, **{**body, "payload": [2]})).status_code == 409


async def test_who_names_no_revision_takes_the_place_of_what_is_there(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    await put(visitor, session, **TWO, main="workflow.ts", revision=0)
    assert (await put(visitor, session, source="one", language="ts")).status_code == 204
    found = await read(visitor, session)
    assert (found["files"], found["main"], found["revision"]) == ({"workflow.ts": "one"}, "workflow.ts", 2)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"files": {}, "main": "a.js"}, 400, "bad_files"),
        ({"files": [], "main": "a.js"}, 400, "bad_files"),
        ({"files": {f"{n}.js": "" for n in range(101)}, "main": "0.js"}, 400, "bad_files"),
        ({"files": {"a.js": ""}}, 400, "bad_main"),
        ({"files": {"a.js": ""}, "main": "b.js"}, 400, "bad_main"),
        ({"files": {"a.json": ""}, "main": "a.json"}, 400, "bad_main"),
        ({"files": {"a.js": "", "b.jsx": ""}, "main": "a.js"}, 400, "bad_files"),
        ({"files": {"a.js": "", "../b.js": ""}, "main": "a.js"}, 400, "bad_files"),
        ({"files": {"a.js": "", "./a.js": ""}, "main": "a.js"}, 400, "bad_files"),
        ({"files": {"a.js": "", "b.js": 1}, "main": "a.js"}, 400, "bad_files"),
        ({"source": "", "revision": -1}, 400, "bad_revision"),
        ({"source": "", "revision": "1"}, 400, "bad_revision"),
        ({"source": "", "revision": True}, 400, "bad_revision"),
        ({"files": {"a.js": "x" * 600_000, "b.js": "x" * 600_000}, "main": "a.js"}, 413, "source_too_large"),
    ],
)
async def test_a_draft_that_is_none_is_refused(
    visitor: httpx.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    session = await own_session(visitor)
    answer = await put(visitor, session, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await read(visitor, session))["revision"] == 0


async def test_the_stream_tells_of_the_draft(playground: Playground, visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    async with playground.stream(visitor, f"/api/sessions/{session}/stream") as first:
        await put(visitor, session, source="one", revision=0)
        event = await first.next()
        assert event is not None
        assert (event.name, event.data, event.id) == ("draft", {"revision": 1}, None)
        async with playground.stream(visitor, f"/api/sessions/{session}/stream") as second:
            event = await second.next()
            assert event is not None
            assert (event.name, event.data) == ("draft", {"revision": 1})
        await put(visitor, session, source="two", revision=1)
        event = await first.next()
        assert event is not None
        assert (event.name, event.data) == ("draft", {"revision": 2})


async def test_who_watches_sees_what_ran_and_not_what_is_typed(playground: Playground) -> None:
    owner, watcher = playground.visitor(), playground.visitor()
    run = (await owner.post("/api/run", json={"source": "wait", "payload": {"ran": 1}})).json()
    session = run["session"]
    await put(owner, session, source="typed, not run", payload="typed, too")
    link = (await owner.post(f"/api/sessions/{session}/shares", json={"scope": "view"})).json()
    secret = link["url"].partition("#share=")[2]
    await watcher.post("/api/shares/redeem", json={"session": session, "secret": secret})
    seen = (await watcher.get(f"/api/sessions/{session}")).json()
    assert (seen["source"], seen["files"]) == ("wait", {"workflow.js": "wait"})
    assert seen["payload"] == {"ran": 1}
    fork = (await watcher.post(f"/api/sessions/{session}/fork", json={})).json()["id"]
    assert (await watcher.get(f"/api/sessions/{fork}")).json()["payload"] == {"ran": 1}
    assert "typed, " not in (await watcher.get(f"/s/{session}")).text
    assert (await watcher.get(f"/api/sessions/{session}/draft")).status_code == 403
    assert (await put(watcher, session, source="x", revision=1)).status_code == 403
    async with playground.stream(watcher, f"/api/sessions/{session}/stream") as stream:
        await stream.until("entry", "workflow_waiting")
        await put(owner, session, source="more", revision=1)
        await owner.post(f"/api/instances/{run['runId']}/events", json={"type": "approval"})
        rest = await stream.until("entry", "workflow_completed")
        assert "draft" not in [event.name for event in rest]


async def test_where_nothing_ran_who_watches_sees_nothing_of_what_is_typed(playground: Playground) -> None:
    owner, watcher = playground.visitor(), playground.visitor()
    session = (await owner.post("/api/sessions", json={})).json()["id"]
    await put(owner, session, source="typed, not run", payload="typed, too")
    link = (await owner.post(f"/api/sessions/{session}/shares", json={"scope": "approve"})).json()
    secret = link["url"].partition("#share=")[2]
    await watcher.post("/api/shares/redeem", json={"session": session, "secret": secret})
    for path in (f"/api/sessions/{session}", f"/s/{session}"):
        answer = await watcher.get(path)
        assert answer.status_code == 200
        assert "typed, " not in answer.text
    seen = (await watcher.get(f"/api/sessions/{session}")).json()
    assert (seen["source"], seen["revision"]) == (default_source(), 0)


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (UNDEFINED, None),
        ("a\ud800b", "a?b"),
        ({"n": 2**70, "when": datetime(2026, 1, 1, tzinfo=UTC)}, {"when": "2026-01-01T00:00:00.000Z"}),
        (float("nan"), None),
        ("text", "text"),
    ],
)
async def test_whatever_ran_can_be_watched(playground: Playground, given: Any, seen: Any) -> None:
    owner, watcher = playground.visitor(), playground.visitor()
    session = (await owner.post("/api/run", json={"source": "wait"})).json()["session"]
    workflow = playground.services.engine.workflow(playground.services.settings.workflow, session)
    await workflow.create("other", wrap_params(given, {"tenant": session, "version": "none"}))
    link = (await owner.post(f"/api/sessions/{session}/shares", json={"scope": "view"})).json()
    secret = link["url"].partition("#share=")[2]
    await watcher.post("/api/shares/redeem", json={"session": session, "secret": secret})
    payload = (await watcher.get(f"/api/sessions/{session}")).json()["payload"]
    assert (await watcher.get(f"/s/{session}")).status_code == 200
    if isinstance(payload, dict):
        assert payload.items() >= seen.items()
    else:
        assert payload == seen
    assert (await watcher.post(f"/api/sessions/{session}/fork", json={})).status_code == 201
