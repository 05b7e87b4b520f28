"""What readers of an instance see when it is deleted or begins anew."""

from __future__ import annotations

import asyncio

import httpx

from playground.engine.engine import Instance
from tests.web.conftest import Playground
from tests.web.event_stream import parse_events

PATIENCE_S = 20.0


async def waiting(playground: Playground, visitor: httpx.AsyncClient) -> tuple[str, str, Instance]:
    """A run that waits: its session, its id, its handle."""
    run = (await visitor.post("/api/run", json={"source": "wait"})).json()
    session, id = run["session"], run["runId"]
    await playground.reached(session, id, "workflow_waiting")
    workflow = playground.services.engine.workflow(playground.services.settings.workflow, session)
    return session, id, await workflow.get(id)


async def test_a_run_s_stream_ends_when_the_run_is_deleted(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    _, id, instance = await waiting(playground, visitor)
    async with asyncio.timeout(PATIENCE_S), playground.stream(visitor, f"/api/stream/{id}") as stream:
        await stream.until("status")
        await instance.delete()
        event = await stream.next()
        assert event is not None
        assert event.name == "done"
        assert await stream.next() is None


async def test_it_ends_also_where_the_id_is_used_again_at_once(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    session, id, instance = await waiting(playground, visitor)
    engine = playground.services.engine
    params = await instance.params()
    async with asyncio.timeout(PATIENCE_S), playground.stream(visitor, f"/api/stream/{id}") as stream:
        await stream.until("status")
        await instance.delete()
        await engine.workflow(playground.services.settings.workflow, session).create(id, params)
        names = []
        while (event := await stream.next()) is not None:
            names.append(event.name)
        assert names == ["done"]


async def test_a_deleted_run_is_unknown(playground: Playground, visitor: httpx.AsyncClient) -> None:
    session, id, instance = await waiting(playground, visitor)
    await instance.delete()
    for path in (f"/api/stream/{id}", f"/api/instances/{id}", f"/api/status/{id}"):
        answer = await visitor.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    for path in (f"/api/instances/{id}/terminate", f"/api/instances/{id}/events"):
        assert (await visitor.post(path, json={"type": "x"})).status_code == 404
    assert (await visitor.get(f"/api/sessions/{session}")).json()["runs"] == []


async def test_a_session_s_stream_says_what_is_deleted_and_goes_on(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    session, id, instance = await waiting(playground, visitor)
    path = f"/api/sessions/{session}/stream"
    async with asyncio.timeout(PATIENCE_S), playground.stream(visitor, path) as stream:
        await stream.until("entry", "workflow_waiting")
        await instance.delete()
        event = await stream.next()
        assert event is not None
        assert (event.name, event.data, event.id) == ("deleted", {"instance": id}, None)
        other = (await visitor.post("/api/run", json={"source": "greet"})).json()
        event = await stream.next()
        assert event is not None
        assert event.data["instance"] == other["runId"]


async def test_a_cursor_stays_good_over_a_restart(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = (await visitor.post("/api/run", json={"source": "greet"})).json()
    session, id = run["session"], run["runId"]
    await playground.ended(session, id)
    before = [event.id for event in parse_events((await visitor.get(f"/api/stream/{id}")).text) if event.id]
    workflow = playground.services.engine.workflow(playground.services.settings.workflow, session)
    await (await workflow.get(id)).restart()
    await playground.ended(session, id)
    answer = await visitor.get(f"/api/stream/{id}?after={before[-1]}")
    after = [event for event in parse_events(answer.text) if event.id is not None]
    assert [event.id for event in after] == list(range(before[-1] + 1, before[-1] + 1 + len(after)))
    assert after[0].data["type"] == "workflow_restarted"
    whole = parse_events((await visitor.get(f"/api/stream/{id}")).text)
    assert [event for event in whole if event.id is not None] == after


async def test_that_is_said_before_the_entries_of_another_run_of_the_same_id(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    session, id, instance = await waiting(playground, visitor)
    params = await instance.params()
    workflow = playground.services.engine.workflow(playground.services.settings.workflow, session)
    path = f"/api/sessions/{session}/stream"
    async with asyncio.timeout(PATIENCE_S), playground.stream(visitor, path) as stream:
        await stream.until("entry", "workflow_waiting")
        await instance.delete()
        await workflow.create(id, params)
        events = await stream.until("entry", "workflow_queued")
        assert [event.name for event in events] == ["deleted", "entry"]
