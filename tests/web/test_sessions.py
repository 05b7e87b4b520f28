"""Sessions: what a page finds when it comes back."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from playground.web.default_source import default_source
from tests.web.conftest import Playground


async def own_session(visitor: httpx.AsyncClient) -> str:
    answer = await visitor.post("/api/sessions", json={})
    return str(answer.json()["id"])


async def view(visitor: httpx.AsyncClient, session: str) -> dict[str, Any]:
    answer = await visitor.get(f"/api/sessions/{session}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_session_is_made_once(visitor: httpx.AsyncClient) -> None:
    first = await visitor.post("/api/sessions", json={})
    second = await visitor.post("/api/sessions", json={})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    run = (await visitor.post("/api/run", json={"source": "greet"})).json()
    assert run["session"] == first.json()["id"]


async def test_reading_makes_no_session(visitor: httpx.AsyncClient) -> None:
    for path in ("/", "/api/source", "/api/sessions/AAAAAAAAAAAAAAAA", "/healthz", "/s/AAAAAAAAAAAAAAAA"):
        assert "set-cookie" not in (await visitor.get(path)).headers


async def test_a_new_session_opens_with_the_defaults(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    found = await view(visitor, session)
    assert found == {
        "id": session,
        "access": "own",
        "source": default_source(),
        "language": "js",
        "files": {"workflow.js": default_source()},
        "main": "workflow.js",
        "payload": '{\n  "name": "Ada"\n}',
        "revision": 0,
        "runs": [],
        "shares": [],
    }


@pytest.mark.parametrize("payload", ['{"half": ', "", {"a": [1, None]}, 0, None])
async def test_a_draft_comes_back_as_it_was(visitor: httpx.AsyncClient, payload: object) -> None:
    session = await own_session(visitor)
    draft = {"source": "export default {} // </script>\u2028\0", "payload": payload}
    kept = await visitor.put(f"/api/sessions/{session}/draft", json=draft)
    assert (kept.status_code, kept.content) == (204, b"")
    found = await view(visitor, session)
    assert (found["source"], found["payload"]) == (draft["source"], payload)


@pytest.mark.parametrize(
    ("draft", "status"),
    [
        ({}, 400),
        ({"source": "1", "language": "py"}, 400),
        ({"source": 1}, 400),
        ([], 400),
        ({"source": "x" * (1024 * 1024 + 1)}, 413),
    ],
)
async def test_a_draft_that_is_none_is_refused(
    visitor: httpx.AsyncClient, draft: object, status: int
) -> None:
    session = await own_session(visitor)
    assert (await visitor.put(f"/api/sessions/{session}/draft", json=draft)).status_code == status
    assert (await view(visitor, session))["source"] == default_source()


async def test_a_draft_keeps_its_language(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    await visitor.put(f"/api/sessions/{session}/draft", json={"source": "let a: 1", "language": "ts"})
    assert (await view(visitor, session))["language"] == "ts"
    assert '"language": "ts"' in (await visitor.get(f"/s/{session}", headers={"accept": "text/html"})).text
    await visitor.put(f"/api/sessions/{session}/draft", json={"source": "let a"})
    assert (await view(visitor, session))["language"] == "js"


async def test_an_empty_draft_is_a_draft(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    await visitor.put(f"/api/sessions/{session}/draft", json={"source": ""})
    assert (await view(visitor, session))["source"] == ""


async def test_what_was_typed_is_shown_rather_than_what_was_run(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    session = await own_session(visitor)
    await visitor.post("/api/run", json={"source": "greet", "language": "ts"})
    found = await view(visitor, session)
    assert (found["source"], found["files"], found["main"]) == (
        "greet",
        {"workflow.ts": "greet"},
        "workflow.ts",
    )
    await visitor.put(f"/api/sessions/{session}/draft", json={"source": "typed"})
    await playground.clock.advance(1000)
    await visitor.post("/api/run", json={"source": "greet"})
    assert (await view(visitor, session))["source"] == "typed"


async def test_runs_are_listed_newest_first(playground: Playground, visitor: httpx.AsyncClient) -> None:
    started = []
    for source in ("greet", "wait", "fail"):
        started.append((await visitor.post("/api/run", json={"source": source})).json())
        await playground.clock.advance(1000)
    session = started[0]["session"]
    await playground.ended(session, started[0]["runId"])
    await playground.ended(session, started[2]["runId"])
    await playground.reached(session, started[1]["runId"], "workflow_waiting")
    runs = (await view(visitor, session))["runs"]
    assert [run["id"] for run in runs] == [run["runId"] for run in reversed(started)]
    assert [run["status"] for run in runs] == ["errored", "waiting", "complete"]
    assert [run["created"] for run in runs] == sorted((run["created"] for run in runs), reverse=True)
    assert len({run["versionId"] for run in runs}) == 3


async def test_code_that_did_not_load_is_no_run_but_stays_in_the_editor(visitor: httpx.AsyncClient) -> None:
    session = await own_session(visitor)
    await visitor.post("/api/run", json={"source": "syntax error"})
    found = await view(visitor, session)
    assert (found["source"], found["runs"]) == ("syntax error", [])


async def test_many_runs_are_listed_in_part(playground: Playground, visitor: httpx.AsyncClient) -> None:
    started = [(await visitor.post("/api/run", json={"source": "greet"})).json() for _ in range(105)]
    runs = (await view(visitor, started[0]["session"]))["runs"]
    assert [run["id"] for run in runs] == [run["runId"] for run in started[:4:-1]]
