"""Streams: each committed entry once, in order, in its frame, whenever and wherever a reader joins."""

from __future__ import annotations

import itertools
import json
from typing import Any

import httpx
import pytest

from tests.web.conftest import Open, Playground
from tests.web.event_stream import Event, parse_events
from tests.web.workflows import NASTY


async def start(playground: Playground, visitor: httpx.AsyncClient, source: str) -> dict[str, Any]:
    """Start a run; the answer."""
    started: dict[str, Any] = (await visitor.post("/api/run", json={"source": source})).json()
    return started


async def run_to_end(playground: Playground, visitor: httpx.AsyncClient, source: str) -> dict[str, Any]:
    """Start a run and wait until it has ended; the answer of the start."""
    started = await start(playground, visitor, source)
    await playground.ended(started["session"], started["runId"])
    return started


def ids(events: list[Event]) -> list[int]:
    return [event.id for event in events if event.id is not None]


async def test_a_run_s_stream_has_the_reference_s_shape(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = await run_to_end(playground, visitor, "greet")
    answer = await visitor.get(f"/api/stream/{run['runId']}")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.text.startswith(": connected\n\n")
    assert answer.text.endswith("event: done\ndata: null\n\n")
    lines = [event for event in parse_events(answer.text) if event.name == "log"]
    assert len(lines) == 1
    assert lines[0].data == {
        "kind": "log",
        "level": "info",
        "message": "composed Hello, world!",
        "timestamp": playground.clock.now(),
        "seq": lines[0].id,
    }


async def test_a_run_s_stream_has_every_entry_once_and_then_the_end(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = await run_to_end(playground, visitor, "greet")
    events = parse_events((await visitor.get(f"/api/stream/{run['runId']}")).text)
    assert ids(events) == list(range(1, len(ids(events)) + 1))
    assert [event.data["type"] for event in events if event.name == "entry"] == [
        "workflow_queued",
        "workflow_started",
        "step_started",
        "attempt_started",
        "attempt_completed",
        "step_completed",
        "workflow_completed",
    ]
    assert [event.name for event in events[-2:]] == ["status", "done"]
    assert events[-2].data == {"status": "complete", "output": {"greeting": "Hello, world!"}, "error": None}


@pytest.mark.parametrize("payload", [{"name": "Ada"}, {"name": "x" * 200_000}, ["x" * 100] * 2000, 0])
async def test_the_dispatcher_s_envelope_is_not_shown(
    playground: Playground, visitor: httpx.AsyncClient, payload: object
) -> None:
    body = {"source": "greet", "payload": payload}
    run = (await visitor.post("/api/run", json=body)).json()
    await playground.ended(run["session"], run["runId"])
    for path in (f"/api/stream/{run['runId']}", f"/api/instances/{run['runId']}"):
        assert "__dispatcherMetadata" not in (await visitor.get(path)).text
    events = parse_events((await visitor.get(f"/api/stream/{run['runId']}")).text)
    shown = events[0].data["params"]
    assert shown == payload or json.dumps(payload, separators=(",", ":"))[:100] in json.dumps(
        shown, separators=(",", ":")
    ).replace('\\"', '"')


async def test_a_live_stream_follows_the_run(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await start(playground, visitor, "wait")
    async with playground.stream(visitor, f"/api/stream/{run['runId']}") as stream:
        before = await stream.until("entry", "workflow_waiting")
        await visitor.post(
            f"/api/instances/{run['runId']}/events", json={"type": "approval", "payload": "yes"}
        )
        after = await stream.until("done")
        assert await stream.next() is None
    events = before + after
    assert ids(events) == list(range(1, len(ids(events)) + 1))
    assert after[-2].data == {"status": "complete", "output": {"decided": "yes"}, "error": None}
    statuses = [event.data["status"] for event in events if event.name == "status"]
    assert statuses[-1] == "complete"
    assert "waiting" in statuses
    assert all(one != two for one, two in itertools.pairwise(statuses))


async def test_long_logs_come_whole_and_in_order(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await run_to_end(playground, visitor, "chatty")
    events = parse_events((await visitor.get(f"/api/stream/{run['runId']}")).text)
    assert ids(events) == list(range(1, len(ids(events)) + 1))
    lines = [event.data["message"] for event in events if event.name == "log"]
    assert lines == [f"line {number}" for number in range(700)]


@pytest.mark.parametrize("by", ["header", "query"])
async def test_a_reader_that_reconnects_after_every_event_misses_none_and_gets_none_twice(
    playground: Playground, visitor: httpx.AsyncClient, by: str
) -> None:
    run = await start(playground, visitor, "wait")
    path = f"/api/stream/{run['runId']}"
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    seen: list[int] = []
    sent = False
    while True:
        last = str(seen[-1]) if seen else "0"
        query, headers = (f"{path}?after={last}", {}) if by == "query" else (path, {"last_event_id": last})
        async with playground.stream(visitor, query, **headers) as stream:
            event = await stream.next()
            while event is not None and event.id is None and event.name != "done":
                if not sent:
                    sent = True
                    event_body = {"type": "approval", "payload": 1}
                    await visitor.post(f"/api/instances/{run['runId']}/events", json=event_body)
                event = await stream.next()
        assert event is not None
        if event.name == "done":
            break
        assert event.id is not None
        seen.append(event.id)
    assert sent
    assert seen == list(range(1, len(seen) + 1))


async def test_a_header_wins_over_the_query(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await run_to_end(playground, visitor, "greet")
    answer = await visitor.get(f"/api/stream/{run['runId']}?after=2", headers={"last-event-id": "5"})
    assert ids(parse_events(answer.text))[0] == 6


async def test_a_cursor_past_the_end_gives_only_the_end(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = await run_to_end(playground, visitor, "greet")
    for cursor in (10_000, 2**63 - 1):
        answer = await visitor.get(f"/api/stream/{run['runId']}?after={cursor}")
        assert [event.name for event in parse_events(answer.text)] == ["status", "done"]


@pytest.mark.parametrize(
    "cursor", ["-1", str(2**63), str(2**64), "1.5", "1e3", "1; DROP TABLE entries", "0x1", "x" * 9999]
)
async def test_a_cursor_that_is_none_is_400(
    playground: Playground, visitor: httpx.AsyncClient, cursor: str
) -> None:
    run = await run_to_end(playground, visitor, "greet")
    for path in (f"/api/stream/{run['runId']}", f"/api/sessions/{run['session']}/stream"):
        for options in ({"headers": {"last-event-id": cursor}}, {"params": {"after": cursor}}):
            answer = await visitor.get(path, **options)  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")
    assert (await visitor.get(f"/api/stream/{run['runId']}")).status_code == 200


async def test_lines_cannot_leave_their_frame(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await run_to_end(playground, visitor, "nasty")
    events = parse_events((await visitor.get(f"/api/stream/{run['runId']}")).text)
    assert [event.data["message"] for event in events if event.name == "log"] == list(NASTY)
    assert {event.name for event in events} == {"log", "entry", "status", "done"}
    assert ids(events) == list(range(1, len(ids(events)) + 1))


async def test_a_session_s_stream_has_the_entries_of_all_runs(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    first = await run_to_end(playground, visitor, "greet")
    path = f"/api/sessions/{first['session']}/stream"
    async with playground.stream(visitor, path) as stream:
        events = await stream.until("entry", "workflow_completed")
        second = await run_to_end(playground, visitor, "nasty")
        events += await stream.until("entry", "workflow_completed")
    assert {event.name for event in events} == {"entry"}
    assert ids(events) == sorted(set(ids(events)))
    for run in (first, second):
        log = [event.data["seq"] for event in events if event.data["instance"] == run["runId"]]
        assert log == list(range(1, len(log) + 1))
    lines = [event.data["message"] for event in events if event.data["type"] == "log"]
    assert lines[1:] == list(NASTY)
    middle = ids(events)[len(events) // 2]
    async with playground.stream(visitor, path, last_event_id=str(middle)) as stream:
        rest = [await stream.next() for event in events if (event.id or 0) > middle]
    assert rest == [event for event in events if (event.id or 0) > middle]


async def test_a_session_s_stream_has_nothing_of_others(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    mine = await run_to_end(playground, visitor, "greet")
    await run_to_end(playground, playground.visitor(), "nasty")
    async with playground.stream(visitor, f"/api/sessions/{mine['session']}/stream") as stream:
        await stream.until("entry", "workflow_completed")
        await run_to_end(playground, playground.visitor(), "nasty")
        again = await run_to_end(playground, visitor, "greet")
        event = await stream.next()
    assert event is not None
    assert event.data["instance"] == again["runId"]


async def test_silence_is_filled_with_heartbeats(open_playground: Open) -> None:
    playground = await open_playground(heartbeat_s=0.001)
    visitor = playground.visitor()
    run = await start(playground, visitor, "wait")
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    async with playground.stream(visitor, f"/api/stream/{run['runId']}") as stream:
        await stream.until("status")
        while ": heartbeat" not in stream.comments:
            await stream.comment()
    assert stream.comments[0] == ": connected"


async def test_a_visitor_has_only_so_many_streams_and_gets_them_back(open_playground: Open) -> None:
    playground = await open_playground(streams_per_visitor=2)
    visitor = playground.visitor()
    run = await start(playground, visitor, "wait")
    path = f"/api/sessions/{run['session']}/stream"
    async with playground.stream(visitor, path), playground.stream(visitor, path) as second:
        assert second.status == 200
        refused = await visitor.get(path)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        assert "retry-after" in refused.headers
        gauge = "playground_streams_open 2"
        assert gauge in (await visitor.get("/metrics")).text
    async with playground.stream(visitor, path) as third:
        assert third.status == 200
    assert "playground_streams_open 0" in (await visitor.get("/metrics")).text


async def test_readers_leave_no_subscription_behind(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = await start(playground, visitor, "wait")
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    for path in (f"/api/stream/{run['runId']}", f"/api/sessions/{run['session']}/stream"):
        async with playground.stream(visitor, path) as stream:
            assert await stream.next() is not None
    assert "playground_streams_open 0" in (await visitor.get("/metrics")).text


async def test_head_answers_without_a_stream(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await start(playground, visitor, "wait")
    answer = await visitor.head(f"/api/stream/{run['runId']}")
    assert (answer.status_code, answer.content) == (200, b"")
