"""The whole output of a step, as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.web.conftest import Playground

PAGE = b"<script>alert(1)</script>"
JSON = ("application/json", "output.json")
BINARY = ("application/octet-stream", "output.bin")
TEXT = ("text/plain; charset=utf-8", "output.txt")


@pytest.fixture
async def run(playground: Playground, visitor: httpx.AsyncClient) -> str:
    """A run whose steps have completed."""
    started: dict[str, Any] = (await visitor.post("/api/run", json={"source": "outputs"})).json()
    await playground.reached(started["session"], started["runId"], "wait_started")
    return str(started["runId"])


def address(run: str, name: str, count: int = 1) -> str:
    return f"/api/instances/{run}/steps/{quote(f'do:{count}:{name}', safe='')}/output"


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("a/b ü <i>", JSON, b'{"list":[1,null,"' + b"x" * 100_000 + b'"],"lone":"?"}'),
        ("nothing", JSON, b"null"),
        ("bytes", BINARY, PAGE),
        ("floats", BINARY, b"\0\0\x80?"),
        ("map", JSON, b'{"Map":[[1,3]]}'),
        ("text", TEXT, b"line\n" + b"x" * 300_000),
        ("binary", BINARY, b"\0" * 300_000 + PAGE),
        ("empty", TEXT, b""),
        ("twice", JSON, b'"first"'),
    ],
)
async def test_the_owner_has_it_whole(
    visitor: httpx.AsyncClient, run: str, name: str, kind: tuple[str, str], content: bytes
) -> None:
    answer = await visitor.get(address(run, name))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == kind[0]
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["content-disposition"] == f'attachment; filename="{kind[1]}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_the_key_says_which_of_the_same_name(visitor: httpx.AsyncClient, run: str) -> None:
    assert (await visitor.get(address(run, "twice", 2))).json() == "second"


@pytest.mark.parametrize("name", ["secret", "secret stream"])
async def test_what_is_sensitive_is_shown_to_nobody(visitor: httpx.AsyncClient, run: str, name: str) -> None:
    answer = await visitor.get(address(run, name))
    assert (answer.status_code, answer.json()["code"]) == (403, "sensitive_output")
    assert "hush" not in answer.text


@pytest.mark.parametrize(
    "key",
    ["do:3:twice", "do:1:other", "wait:1:decide", "do", "do:1", "do:x:twice", "do:-1:twice", "do:１:twice"],
)
async def test_what_there_is_not_is_unknown(visitor: httpx.AsyncClient, run: str, key: str) -> None:
    answer = await visitor.get(f"/api/instances/{run}/steps/{quote(key, safe='')}/output")
    assert (answer.status_code, answer.json()["error"].endswith("no such step has completed")) == (404, True)


async def test_who_only_watches_may_not(playground: Playground, visitor: httpx.AsyncClient, run: str) -> None:
    session = (await visitor.post("/api/sessions", json={})).json()["id"]
    share = (await visitor.post(f"/api/sessions/{session}/shares", json={"scope": "view"})).json()
    watcher = playground.visitor()
    secret = share["url"].rpartition("=")[2]
    await watcher.post("/api/shares/redeem", json={"session": session, "secret": secret})
    assert (await watcher.get(f"/api/instances/{run}")).status_code == 200
    assert (await watcher.get(address(run, "bytes"))).status_code == 403


async def decided(playground: Playground, visitor: httpx.AsyncClient, payload: Any) -> tuple[str, int]:
    """A run that was started with `payload` and got it once more as an event: its id, and the event's seq."""
    started = (await visitor.post("/api/run", json={"source": "wait", "payload": payload})).json()
    session, run = started["session"], started["runId"]
    await playground.reached(session, run, "wait_started")
    event = {"type": "approval", "payload": payload}
    assert (await visitor.post(f"/api/instances/{run}/events", json=event)).status_code == 202
    await playground.reached(session, run, "workflow_completed")
    entries = (await visitor.get(f"/api/instances/{run}")).json()["entries"]
    return run, next(entry["seq"] for entry in entries if entry["type"] == "event_received")


async def test_what_a_run_was_given_and_came_to_is_had_whole(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    large = {"rows": ["x" * 1000] * 100}
    run, seq = await decided(playground, visitor, large)
    for of, whole in (("input", large), ("output", {"decided": large}), (f"event-{seq}", large)):
        answer = await visitor.get(f"/api/instances/{run}/values/{of}")
        assert (answer.status_code, answer.json()) == (200, whole)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["content-disposition"] == f'attachment; filename="{of}.json"'
        assert answer.headers["cache-control"] == "no-store"


async def test_a_run_has_no_other_values(
    playground: Playground, visitor: httpx.AsyncClient, run: str
) -> None:
    for of in ("output", "event-1", "event-999", "event--1", "event-１", "event-x", "event", "params"):
        answer = await visitor.get(f"/api/instances/{run}/values/{of}")
        assert answer.status_code == 404, of
    assert (await visitor.get(f"/api/instances/{run}/values/input")).json() == {}
