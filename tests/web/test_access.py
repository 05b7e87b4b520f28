"""What is another's answers exactly as what is unknown, on every route."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.web.conftest import Playground

UNKNOWN_RUN = "00000000-0000-4000-8000-000000000000"
UNKNOWN_SESSION = "AAAAAAAAAAAAAAAA"
ODD_IDS = [
    "-",
    "..",
    "%2e%2e",
    "%00",
    "x" * 5000,
    "'; DROP TABLE runs; --",
    "%F0%9F%98%80",
    "a%0d%0ab",
    "%ED%A0%80",
]

OF_A_RUN = [
    ("GET", "/api/status/{run}", None),
    ("GET", "/api/stream/{run}", None),
    ("GET", "/api/instances/{run}", None),
    ("GET", "/api/instances/{run}/steps/do:1:any/output", None),
    *(
        ("POST", f"/api/instances/{{run}}/{verb}", {})
        for verb in ("pause", "resume", "terminate", "restart", "delete", "crash", "debug", "continue")
    ),
    ("POST", "/api/instances/{run}/skip", {"step": "sleep:1:nap"}),
    ("POST", "/api/instances/{run}/events", {"type": "approval"}),
]
OF_A_SESSION = [
    ("GET", "/api/sessions/{session}", None),
    ("GET", "/api/sessions/{session}/stream", None),
    ("PUT", "/api/sessions/{session}/draft", {"source": "x"}),
    ("GET", "/api/sessions/{session}/draft", None),
    ("GET", "/api/sessions/{session}/versions", None),
    ("GET", "/api/sessions/{session}/versions/" + "0" * 64, None),
    ("POST", "/api/sessions/{session}/versions", {"files": {"a.js": ""}, "main": "a.js"}),
    ("POST", "/api/sessions/{session}/shares", {"scope": "view"}),
    ("DELETE", "/api/sessions/{session}/shares/{share}", None),
]


class Owner:
    """Somebody with a session, a run that waits, and a link."""

    def __init__(self, client: httpx.AsyncClient, session: str, run: str, share: dict[str, Any]) -> None:
        self.client = client
        self.session = session
        self.run = run
        self.share = share

    def path(self, template: str) -> str:
        return template.format(run=self.run, session=self.session, share=self.share["id"])


@pytest.fixture
async def owner(playground: Playground) -> Owner:
    client = playground.visitor()
    started = (await client.post("/api/run", json={"source": "wait"})).json()
    await playground.reached(started["session"], started["runId"], "wait_started")
    share = await client.post(f"/api/sessions/{started['session']}/shares", json={"scope": "view"})
    return Owner(client, started["session"], started["runId"], share.json())


@pytest.fixture(params=["nobody", "somebody"])
async def stranger(request: pytest.FixtureRequest, playground: Playground) -> httpx.AsyncClient:
    """Without a session, and with one of their own."""
    client = playground.visitor()
    if request.param == "somebody":
        await client.post("/api/run", json={"source": "greet"})
    return client


def visible(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, sorted(answer.headers.multi_items())


@pytest.mark.parametrize(("method", "template", "body"), OF_A_RUN)
async def test_another_s_run_is_unknown(
    owner: Owner, stranger: httpx.AsyncClient, method: str, template: str, body: object
) -> None:
    foreign = await stranger.request(method, owner.path(template), json=body)
    unknown = await stranger.request(method, template.format(run=UNKNOWN_RUN), json=body)
    assert foreign.status_code == 404
    assert visible(foreign) == visible(unknown)


@pytest.mark.parametrize(("method", "template", "body"), OF_A_SESSION)
async def test_another_s_session_is_unknown(
    owner: Owner, stranger: httpx.AsyncClient, method: str, template: str, body: object
) -> None:
    foreign = await stranger.request(method, owner.path(template), json=body)
    path = template.format(session=UNKNOWN_SESSION, share=UNKNOWN_SESSION)
    unknown = await stranger.request(method, path, json=body)
    assert foreign.status_code == 404
    assert visible(foreign) == visible(unknown)


async def test_an_odd_id_is_unknown(owner: Owner) -> None:
    for method, template, body in OF_A_RUN:
        for id in ODD_IDS:
            answer = await owner.client.request(method, template.format(run=id), json=body)
            assert answer.status_code == 404, (method, template, id)


async def test_an_odd_session_is_unknown(owner: Owner) -> None:
    for method, template, body in OF_A_SESSION:
        for id in ODD_IDS:
            path = template.format(session=id, share=owner.share["id"])
            assert (await owner.client.request(method, path, json=body)).status_code == 404, (method, path)


async def test_another_s_run_goes_on_untouched(
    playground: Playground, owner: Owner, stranger: httpx.AsyncClient
) -> None:
    for method, template, body in OF_A_RUN:
        await stranger.request(method, owner.path(template), json=body)
    entries = (await owner.client.get(f"/api/instances/{owner.run}")).json()["entries"]
    assert not {"event_received", "workflow_terminated", "workflow_paused", "workflow_restarted"} & {
        entry["type"] for entry in entries
    }
    sent = await owner.client.post(
        f"/api/instances/{owner.run}/events", json={"type": "approval", "payload": 1}
    )
    assert sent.status_code == 202
    await playground.ended(owner.session, owner.run)


async def test_a_draft_of_one_s_own_is_not_another_s(owner: Owner, playground: Playground) -> None:
    other = playground.visitor()
    session = (await other.post("/api/sessions", json={})).json()["id"]
    assert (await other.put(f"/api/sessions/{session}/draft", json={"source": "mine"})).status_code == 204
    assert (await owner.client.get(f"/api/sessions/{owner.session}")).json()["source"] == "wait"


async def test_another_site_may_change_nothing(owner: Owner) -> None:
    headers = {"origin": "http://evil.test", "sec-fetch-site": "cross-site"}
    for method, template, body in OF_A_RUN + OF_A_SESSION:
        if method != "GET":
            answer = await owner.client.request(method, owner.path(template), json=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site"), (method, template)


async def test_another_site_may_start_no_run(owner: Owner) -> None:
    answer = await owner.client.post(
        "/api/run", json={"source": "greet"}, headers={"origin": "http://evil.test"}
    )
    assert answer.status_code == 403
    form = await owner.client.post("/api/run", data={"source": "greet"})
    assert form.status_code == 415
    session = (await owner.client.get(f"/api/sessions/{owner.session}")).json()
    assert len(session["runs"]) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/source"), ("GET", "/api/run"), ("DELETE", "/api/sessions/x"), ("OPTIONS", "/api/run")],
)
async def test_other_methods_are_405(visitor: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await visitor.request(method, path, headers={"content-type": "application/json"})
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert "access-control-allow-origin" not in answer.headers


async def test_other_addresses_are_404(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/api/nothing")).json() == {"error": "not found", "code": "not_found"}
    assert (await visitor.get("/nothing")).text == "Not Found"


@pytest.mark.parametrize(
    "path", ["/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/%00", "/static/"]
)
async def test_nothing_beside_the_static_files_is_served(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(path)).status_code == 404
