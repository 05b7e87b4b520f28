"""Links that let others watch: made, traded, revoked, expired, and never more than watching."""

from __future__ import annotations

import httpx
import pytest

from tests.web.conftest import Open, Playground

HOUR = 3_600_000


class Shared:
    """A session with a waiting run, its owner, and the secret of a link to it."""

    def __init__(self, owner: httpx.AsyncClient, session: str, run: str) -> None:
        self.owner = owner
        self.session = session
        self.run = run

    async def link(self, **options: object) -> tuple[str, str]:
        """A new link: its id and its secret."""
        answer = await self.owner.post(
            f"/api/sessions/{self.session}/shares", json={"scope": "view", **options}
        )
        assert answer.status_code == 201, answer.text
        share = answer.json()
        address, _, secret = share["url"].partition("#share=")
        assert address == f"http://play.test/s/{self.session}"
        return share["id"], secret

    async def redeem(self, visitor: httpx.AsyncClient, secret: object) -> httpx.Response:
        return await visitor.post("/api/shares/redeem", json={"session": self.session, "secret": secret})


@pytest.fixture
async def shared(playground: Playground) -> Shared:
    owner = playground.visitor()
    started = (await owner.post("/api/run", json={"source": "wait"})).json()
    await playground.reached(started["session"], started["runId"], "workflow_waiting")
    return Shared(owner, started["session"], started["runId"])


async def test_a_link_lets_somebody_watch(playground: Playground, shared: Shared) -> None:
    _, secret = await shared.link()
    watcher = playground.visitor()
    traded = await shared.redeem(watcher, secret)
    assert traded.status_code == 200
    assert traded.json() == {"session": shared.session, "scope": "view"}
    assert "HttpOnly" in traded.headers["set-cookie"]
    session = (await watcher.get(f"/api/sessions/{shared.session}")).json()
    assert session["access"] == "view"
    assert session["source"] == "wait"
    assert [run["id"] for run in session["runs"]] == [shared.run]
    assert "shares" not in session
    assert (await watcher.get(f"/api/status/{shared.run}")).json()["status"]["status"] == "waiting"
    view = (await watcher.get(f"/api/instances/{shared.run}")).json()
    assert view["access"] == "view"
    assert view["entries"][0]["type"] == "workflow_queued"
    async with playground.stream(watcher, f"/api/sessions/{shared.session}/stream") as stream:
        assert (await stream.until("entry", "workflow_waiting"))[0].data["type"] == "workflow_queued"


async def test_watching_is_all_it_lets_them_do(playground: Playground, shared: Shared) -> None:
    id, secret = await shared.link()
    watcher = playground.visitor()
    await shared.redeem(watcher, secret)
    tries = [
        await watcher.post(f"/api/instances/{shared.run}/events", json={"type": "approval"}),
        *[
            await watcher.post(f"/api/instances/{shared.run}/{verb}", json={})
            for verb in ("pause", "resume", "terminate", "restart", "delete", "skip", "crash")
        ],
        await watcher.put(f"/api/sessions/{shared.session}/draft", json={"source": "mine now"}),
        await watcher.post(f"/api/sessions/{shared.session}/shares", json={"scope": "view"}),
        await watcher.delete(f"/api/sessions/{shared.session}/shares/{id}"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in tries] == [(403, "read_only")] * 11
    session = (await shared.owner.get(f"/api/sessions/{shared.session}")).json()
    assert session["source"] == "wait"
    assert session["runs"][0]["status"] == "waiting"
    assert len(session["shares"]) == 1


async def test_a_watcher_who_runs_something_gets_a_session_of_their_own(
    playground: Playground, shared: Shared
) -> None:
    _, secret = await shared.link()
    watcher = playground.visitor()
    await shared.redeem(watcher, secret)
    started = (await watcher.post("/api/run", json={"source": "greet"})).json()
    assert started["session"] != shared.session
    assert (await watcher.get(f"/api/sessions/{shared.session}")).json()["access"] == "view"
    assert (await watcher.get(f"/api/sessions/{started['session']}")).json()["access"] == "own"
    assert (await shared.owner.get(f"/api/status/{started['runId']}")).status_code == 404


async def test_a_link_opens_one_session_only(playground: Playground, shared: Shared) -> None:
    _, secret = await shared.link()
    other = playground.visitor()
    session = (await other.post("/api/sessions", json={})).json()["id"]
    watcher = playground.visitor()
    answer = await watcher.post("/api/shares/redeem", json={"session": session, "secret": secret})
    assert answer.status_code == 404
    watcher.cookies.set(f"pg_share_{session}", secret)
    assert (await watcher.get(f"/api/sessions/{session}")).status_code == 404


async def test_a_revoked_link_is_unknown_at_once(playground: Playground, shared: Shared) -> None:
    id, secret = await shared.link()
    watcher = playground.visitor()
    await shared.redeem(watcher, secret)
    revoked = await shared.owner.delete(f"/api/sessions/{shared.session}/shares/{id}")
    assert revoked.status_code == 204
    assert (await watcher.get(f"/api/sessions/{shared.session}")).status_code == 404
    assert (await watcher.get(f"/api/status/{shared.run}")).status_code == 404
    again = await shared.redeem(watcher, secret)
    unknown = await shared.redeem(watcher, "x" * 43)
    assert (again.status_code, again.content) == (unknown.status_code, unknown.content)
    assert (await shared.owner.delete(f"/api/sessions/{shared.session}/shares/{id}")).status_code == 404


async def test_a_live_stream_ends_with_the_link(playground: Playground, shared: Shared) -> None:
    id, secret = await shared.link()
    watcher = playground.visitor()
    await shared.redeem(watcher, secret)
    async with (
        playground.stream(watcher, f"/api/sessions/{shared.session}/stream") as whole,
        playground.stream(watcher, f"/api/stream/{shared.run}") as one,
    ):
        await whole.until("entry", "workflow_waiting")
        await one.until("status")
        await shared.owner.delete(f"/api/sessions/{shared.session}/shares/{id}")
        await shared.owner.post(
            f"/api/instances/{shared.run}/events", json={"type": "approval", "payload": 7}
        )
        left = [await whole.next(), await one.next()]
    assert left[0] is None
    assert left[1] is None or left[1].name == "done"


async def test_an_expired_link_is_unknown(playground: Playground, shared: Shared) -> None:
    _, secret = await shared.link(expires=playground.clock.now() + HOUR)
    watcher = playground.visitor()
    assert (await shared.redeem(watcher, secret)).status_code == 200
    playground.clock.set(playground.clock.now() + HOUR)
    assert (await watcher.get(f"/api/sessions/{shared.session}")).status_code == 404
    assert (await shared.redeem(watcher, secret)).status_code == 404


@pytest.mark.parametrize(
    "damage", [lambda s: s[:-1], lambda s: s + "x", lambda s: s.swapcase(), lambda s: ""]
)
async def test_a_cut_link_is_unknown(playground: Playground, shared: Shared, damage: object) -> None:
    _, secret = await shared.link()
    assert callable(damage)
    answer = await shared.redeem(playground.visitor(), damage(secret))
    assert (answer.status_code, answer.content) == (404, b'{"error":"not found","code":"not_found"}')


@pytest.mark.parametrize("secret", [None, 1, ["x"], {"$ne": ""}, "'; DROP TABLE shares; --", "x" * 100_000])
async def test_a_secret_that_is_none_is_unknown(
    playground: Playground, shared: Shared, secret: object
) -> None:
    assert (await shared.redeem(playground.visitor(), secret)).status_code == 404


async def test_a_link_can_be_traded_again(playground: Playground, shared: Shared) -> None:
    _, secret = await shared.link()
    for _ in range(2):
        assert (await shared.redeem(playground.visitor(), secret)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scope": "own"},
        {"scope": None},
        {"scope": ["view"]},
        {"scope": "view", "label": 7},
        {"scope": "view", "label": "x" * 81},
        {"scope": "view", "expires": "2 days"},
        {"scope": "view", "expires": ["never"]},
        {"scope": "view", "expires": 2**60},
        {"scope": "view", "expires": 1},
        {"scope": "view", "expires": "soon"},
        {"scope": "view", "expires": True},
        {"scope": "view", "expires": 1e20},
    ],
)
async def test_a_link_that_cannot_be_made_is_400(shared: Shared, body: dict[str, object]) -> None:
    answer = await shared.owner.post(f"/api/sessions/{shared.session}/shares", json=body)
    assert answer.status_code == 400


async def test_a_session_has_only_so_many_links(shared: Shared) -> None:
    for _ in range(100):
        await shared.link()
    answer = await shared.owner.post(f"/api/sessions/{shared.session}/shares", json={"scope": "view"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_shares")


async def test_guessing_is_limited(open_playground: Open) -> None:
    guesser = (await open_playground(sessions_per_minute=3)).visitor()
    guess = {"session": "A" * 16, "secret": "x" * 43}
    codes = [(await guesser.post("/api/shares/redeem", json=guess)).status_code for _ in range(5)]
    assert codes == [404, 404, 404, 429, 429]
