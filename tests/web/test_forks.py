"""Forks: the same code in a session of one's own, without its runs, and without losing what one had."""

from __future__ import annotations

import httpx
import pytest

from tests.web.conftest import Playground


@pytest.fixture
async def shared(playground: Playground) -> tuple[str, dict[str, str]]:
    """A session with a draft and a run, and what opens it for watching."""
    owner = playground.visitor()
    session = (await owner.post("/api/run", json={"source": "wait"})).json()["session"]
    draft = {
        "files": {"workflow.js": "greet", "lib.js": "export {}"},
        "main": "workflow.js",
        "payload": '{"a":1}',
    }
    assert (await owner.put(f"/api/sessions/{session}/draft", json=draft)).status_code == 204
    secrets = {}
    for scope in ("view", "edit"):
        link = await owner.post(f"/api/sessions/{session}/shares", json={"scope": scope})
        secrets[scope] = link.json()["url"].partition("#share=")[2]
    return session, secrets


async def enter(playground: Playground, shared: tuple[str, dict[str, str]], scope: str) -> httpx.AsyncClient:
    client = playground.visitor()
    session, secrets = shared
    await client.post("/api/shares/redeem", json={"session": session, "secret": secrets[scope]})
    return client


async def test_a_fork_has_the_code_and_none_of_the_runs(
    playground: Playground, shared: tuple[str, dict[str, str]]
) -> None:
    editor = await enter(playground, shared, "edit")
    fork = (await editor.post(f"/api/sessions/{shared[0]}/fork", json={})).json()["id"]
    assert fork != shared[0]
    session = (await editor.get(f"/api/sessions/{fork}")).json()
    assert (session["access"], session["runs"]) == ("own", [])
    assert session["files"] == {"workflow.js": "greet", "lib.js": "export {}"}
    assert session["payload"] == '{"a":1}'
    started = (await editor.post("/api/run", json={"source": "greet"})).json()
    assert started["session"] == fork  # it is the first session of this visitor
    assert (await playground.visitor().get(f"/api/sessions/{fork}")).status_code == 404


async def test_who_watches_forks_what_they_see(
    playground: Playground, shared: tuple[str, dict[str, str]]
) -> None:
    watcher = await enter(playground, shared, "view")
    seen = (await watcher.get(f"/api/sessions/{shared[0]}")).json()
    fork = (await watcher.post(f"/api/sessions/{shared[0]}/fork", json={})).json()["id"]
    got = (await watcher.get(f"/api/sessions/{fork}")).json()
    assert (got["source"], got["access"]) == (seen["source"], "own") == ("wait", "own")


async def test_what_one_had_stays_one_s_own(
    playground: Playground, shared: tuple[str, dict[str, str]]
) -> None:
    watcher = await enter(playground, shared, "view")
    mine = (await watcher.post("/api/run", json={"source": "greet"})).json()
    forks = [(await watcher.post(f"/api/sessions/{shared[0]}/fork", json={})).json()["id"] for _ in range(2)]
    assert len({*forks, mine["session"]}) == 3
    for session in (*forks, mine["session"]):
        assert (await watcher.get(f"/api/sessions/{session}")).json()["access"] == "own"
    run = (await watcher.post("/api/run", json={"source": "greet", "session": forks[1]})).json()
    assert run["session"] == forks[1]
    assert (await watcher.get(f"/api/instances/{run['runId']}")).json()["access"] == "own"
    share = await watcher.post(f"/api/sessions/{forks[0]}/shares", json={"scope": "view"})
    assert share.status_code == 201
    assert (await watcher.get("/api/status/" + mine["runId"])).status_code == 200


async def test_a_fork_s_cookie_opens_that_fork_alone(
    playground: Playground, shared: tuple[str, dict[str, str]]
) -> None:
    watcher = await enter(playground, shared, "view")
    await watcher.post("/api/sessions", json={})
    fork = (await watcher.post(f"/api/sessions/{shared[0]}/fork", json={})).json()["id"]
    token = watcher.cookies[f"pg_own_{fork}"]
    thief = playground.visitor()
    thief.cookies.set(f"pg_own_{shared[0]}", token)
    assert (await thief.get(f"/api/sessions/{shared[0]}")).status_code == 404


async def test_there_are_only_so_many(playground: Playground, shared: tuple[str, dict[str, str]]) -> None:
    watcher = await enter(playground, shared, "view")
    answers = [await watcher.post(f"/api/sessions/{shared[0]}/fork", json={}) for _ in range(18)]
    assert [answer.status_code for answer in answers] == [201] * 17 + [409]
    assert answers[-1].json()["code"] == "too_many_forks"
