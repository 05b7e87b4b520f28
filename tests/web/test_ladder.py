"""Every endpoint with every scope, from the outside: what a link does not allow is refused, and what is not
this visitor's answers exactly as what does not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx
import pytest

from playground.web.ladder import LADDER
from playground.web.routes import ENDPOINTS
from tests.web.conftest import Playground

SCOPES: Final = ("view", "approve", "edit")
RANK: Final = {"view": 1, "approve": 2, "edit": 3, "own": 4}
CODES: Final = {"view": "read_only", "approve": "approve_only", "edit": "owner_only"}
BODIES: Final[dict[str, Any]] = {
    "PUT /api/sessions/{id}/draft": {"source": "greet"},
    "POST /api/sessions/{id}/versions": {"files": {"workflow.js": "greet"}, "main": "workflow.js"},
    "POST /api/sessions/{id}/shares": {"scope": "view"},
    "POST /api/instances/{id}/events": {"type": "approval", "payload": 1},
    "POST /api/instances/{id}/skip": {"step": "sleep:1:nap"},
}
STREAMS: Final = ("GET /api/sessions/{id}/stream", "GET /api/stream/{id}")
LADDER_OF_LINKS: Final = sorted(row for row, need in LADDER.items() if need in RANK)
NOBODY_S: Final = "AAAAAAAAAAAAAAAA"
NO_RUN: Final = "00000000-0000-4000-8000-000000000000"

Ask = Callable[[httpx.AsyncClient, str], Awaitable[tuple[int, bytes]]]


class Scene:
    """An owner, a run that waits, and a link of each scope."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.owner = playground.visitor()
        self.session = self.run = ""
        self.links: dict[str, dict[str, Any]] = {}
        self.secrets: dict[str, str] = {}

    async def set(self) -> None:
        started = (await self.owner.post("/api/run", json={"source": "wait"})).json()
        self.session, self.run = started["session"], started["runId"]
        await self.playground.reached(self.session, self.run, "workflow_waiting")
        for scope in SCOPES:
            await self.link(scope)

    async def link(self, scope: str, name: str | None = None, **options: Any) -> str:
        answer = await self.owner.post(
            f"/api/sessions/{self.session}/shares", json={"scope": scope, **options}
        )
        assert answer.status_code == 201, answer.text
        name = name or scope
        self.links[name] = answer.json()
        self.secrets[name] = answer.json()["url"].partition("#share=")[2]
        return self.secrets[name]

    async def visitor(self, scope: str, *, somebody: bool = False) -> httpx.AsyncClient:
        """A browser in which that link was opened; `somebody` has a session of their own, too."""
        client = self.playground.visitor()
        if somebody:
            await client.post("/api/sessions", json={})
        offered = {"session": self.session, "secret": self.secrets[scope]}
        assert (await client.post("/api/shares/redeem", json=offered)).status_code == 200
        return client

    def address(self, row: str, *, known: bool = True) -> str:
        path = row.partition(" ")[2]
        of_session = path.startswith("/api/sessions/")
        id = (self.session if of_session else self.run) if known else (NOBODY_S if of_session else NO_RUN)
        path = path.replace("{id}", id).replace("{share}", self.links["view"]["id"])
        path = path.replace("{of}", "input")
        return path.replace("{key}", "do:1:any").replace("{version}", "0" * 64)

    async def ask(self, client: httpx.AsyncClient, row: str, *, known: bool = True) -> httpx.Response:
        method, path = row.partition(" ")[0], self.address(row, known=known)
        if row in STREAMS:
            async with self.playground.stream(client, path) as stream:
                if stream.status == 200:
                    return httpx.Response(200)
        # a refusal ends by itself
        body = None if method in ("GET", "DELETE") else BODIES.get(row, {})
        return await client.request(method, path, json=body)


@pytest.fixture
async def scene(playground: Playground) -> Scene:
    scene = Scene(playground)
    await scene.set()
    return scene


def test_the_table_names_every_endpoint_and_no_other() -> None:
    assert set(LADDER) == {f"{endpoint.method} {endpoint.path}" for endpoint in ENDPOINTS}


@pytest.mark.parametrize("row", LADDER_OF_LINKS)
async def test_a_scope_allows_what_the_table_says_and_nothing_more(scene: Scene, row: str) -> None:
    need = LADDER[row]
    for scope in SCOPES:
        answer = await scene.ask(await scene.visitor(scope), row)
        if RANK[scope] < RANK[need]:
            assert (answer.status_code, answer.json()["code"]) == (403, CODES[scope]), scope
        else:
            # what it names may not be there, or not be in a state for it: but it was let in
            assert answer.status_code not in (401, 403), (scope, answer.text)
        if row.endswith("/delete") and answer.status_code == 200:
            return
    answer = await scene.ask(scene.owner, row)
    assert answer.status_code not in (401, 403), answer.text


@pytest.mark.parametrize("row", LADDER_OF_LINKS)
async def test_what_is_not_yours_answers_as_what_is_not_there(scene: Scene, row: str) -> None:
    await scene.link("edit", "revoked")
    revoked = await scene.visitor("revoked", somebody=True)
    id = scene.links["revoked"]["id"]
    assert (await scene.owner.delete(f"/api/sessions/{scene.session}/shares/{id}")).status_code == 204
    await scene.link("edit", "expired", expires=scene.playground.clock.now() + 1000)
    expired = await scene.visitor("expired", somebody=True)
    scene.playground.clock.set(scene.playground.clock.now() + 1000)
    cut = scene.playground.visitor()
    cut.cookies.set(f"pg_share_{scene.session}", scene.secrets["edit"][:-1])
    other = scene.playground.visitor()
    started = (await other.post("/api/run", json={"source": "wait"})).json()
    replayed = await _replayed(scene, started["session"])
    for client in (revoked, expired, cut, other, replayed, scene.playground.visitor()):
        there, unknown = await scene.ask(client, row), await scene.ask(client, row, known=False)
        assert there.status_code == 404
        assert (there.status_code, there.content) == (unknown.status_code, unknown.content)


async def _replayed(scene: Scene, session: str) -> httpx.AsyncClient:
    """A browser that shows an edit link to one session at the door of another."""
    client = scene.playground.visitor()
    client.cookies.set(f"pg_share_{session}", scene.secrets["edit"])
    return client


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_link_of_a_scope_cannot_be_traded_for_more(scene: Scene, scope: str) -> None:
    client = await scene.visitor(scope)
    assert (await client.get(f"/api/sessions/{scene.session}")).json()["access"] == scope
    page = (await client.get(f"/s/{scene.session}")).text
    assert f'"access": "{scope}"' in page


async def test_of_two_links_the_one_that_allows_more_counts(scene: Scene) -> None:
    client = await scene.visitor("edit")
    weaker = {"session": scene.session, "secret": scene.secrets["view"]}
    answer = await client.post("/api/shares/redeem", json=weaker)
    assert answer.json()["scope"] == "edit"
    assert (await client.get(f"/api/sessions/{scene.session}")).json()["access"] == "edit"
    id = scene.links["edit"]["id"]
    await scene.owner.delete(f"/api/sessions/{scene.session}/shares/{id}")
    assert (await client.post("/api/shares/redeem", json=weaker)).json()["scope"] == "view"
    assert (await client.get(f"/api/sessions/{scene.session}")).json()["access"] == "view"


async def test_approving_is_answering_what_waits_and_nothing_more(scene: Scene) -> None:
    client = await scene.visitor("approve")
    path = f"/api/instances/{scene.run}/events"
    other = await client.post(path, json={"type": "something-else", "payload": 1})
    assert (other.status_code, other.json()["code"]) == (409, "instance.not_waiting")
    first = await client.post(path, json={"type": "approval", "payload": {"approved": True}})
    assert first.status_code == 202
    again = await client.post(path, json={"type": "approval", "payload": {"approved": False}})
    assert (again.status_code, again.json()["code"]) == (409, "instance.not_waiting")
    await scene.playground.ended(scene.session, scene.run)
    status = (await client.get(f"/api/status/{scene.run}")).json()["status"]
    assert status["output"] == {"decided": {"approved": True}}
    view = (await scene.owner.get(f"/api/instances/{scene.run}")).json()
    assert [entry["type"] for entry in view["entries"]].count("event_received") == 1


async def test_an_editor_s_runs_belong_to_the_session(scene: Scene) -> None:
    editor = await scene.visitor("edit", somebody=True)
    answer = await editor.post("/api/run", json={"source": "greet", "session": scene.session})
    assert answer.status_code == 200, answer.text
    started = answer.json()
    assert started["session"] == scene.session
    assert (await scene.owner.get(f"/api/status/{started['runId']}")).status_code == 200
    for scope in ("view", "approve"):
        refused = await (await scene.visitor(scope)).post(
            "/api/run", json={"source": "greet", "session": scene.session}
        )
        assert (refused.status_code, refused.json()["code"]) == (403, CODES[scope])
    for session in (NOBODY_S, scene.session, "x", 7):
        stranger = await scene.playground.visitor().post(
            "/api/run", json={"source": "greet", "session": session}
        )
        assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    own = await editor.post("/api/run", json={"source": "greet"})
    assert own.json()["session"] != scene.session


async def test_a_watcher_sees_nothing_of_the_links_and_the_trail(scene: Scene) -> None:
    for scope in SCOPES:
        client = await scene.visitor(scope)
        assert "shares" not in (await client.get(f"/api/sessions/{scene.session}")).json()
        assert (await client.get(f"/api/sessions/{scene.session}/audit")).status_code == 403
    page = (await (await scene.visitor("edit")).get(f"/s/{scene.session}")).text
    assert not any(secret in page for secret in scene.secrets.values())
