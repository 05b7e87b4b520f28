"""Instances: the whole view, events and termination."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from playground.engine.admission import Admission
from playground.web import create_app
from tests.web.conftest import BASE, Playground
from tests.web.test_health import Isolates


@pytest.fixture
async def waiting(playground: Playground, visitor: httpx.AsyncClient) -> dict[str, Any]:
    """A run that waits for an approval: what its start answered."""
    run: dict[str, Any] = (await visitor.post("/api/run", json={"source": "wait", "payload": [1]})).json()
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    return run


async def test_the_view_has_everything(
    playground: Playground, visitor: httpx.AsyncClient, waiting: dict[str, Any]
) -> None:
    view = (await visitor.get(f"/api/instances/{waiting['runId']}")).json()
    entries = view.pop("entries")
    [step] = view.pop("steps")
    assert (step["key"], step["state"], step["eventType"]) == ("wait:1:decide", "waiting", "approval")
    assert len(view.pop("version")) == 64
    assert view.pop("residence") in ("memory", "storage")
    assert view == {
        "id": waiting["runId"],
        "session": waiting["session"],
        "access": "own",
        "created": playground.clock.now(),
        "source": "wait",
        "language": "js",
        "modules": None,
        "more": False,
        "held": [],
        "debug": None,
        "waiting": None,
        "isolates": "ready",
        "occurrences": {"pauses": [], "restarts": [], "skips": [], "mismatches": []},
        "status": "waiting",
        "output": None,
        "error": None,
    }
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[0]["params"] == [1]
    wait = next(entry for entry in entries if entry["type"] == "wait_started")
    assert wait["step"] == {"kind": "wait", "name": "decide", "count": 1}
    assert wait["eventType"] == "approval"
    assert {entry["instance"] for entry in entries} == {waiting["runId"]}


async def test_the_view_says_who_waits_for_a_turn(
    playground: Playground, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded = Admission(at_once=1)
    crowded.ask("others", lambda place: None)
    monkeypatch.setattr(playground.services.engine._executions, "_admission", crowded)
    run = (await visitor.post("/api/run", json={"source": "wait", "payload": [1]})).json()
    view = (await visitor.get(f"/api/instances/{run['runId']}")).json()
    assert (view["status"], view["residence"], view["waiting"]) == ("queued", "turn", 1)
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    view = (await visitor.get(f"/api/instances/{run['runId']}")).json()
    assert (view["residence"], view["waiting"]) != ("turn", 1)


async def test_the_view_says_that_what_runs_code_is_started_again(
    playground: Playground, waiting: dict[str, Any], visitor: httpx.AsyncClient
) -> None:
    services = replace(playground.services, isolates=Isolates(degraded=True))
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=visitor.cookies) as again:
        view = (await again.get(f"/api/instances/{waiting['runId']}")).json()
    assert (view["status"], view["isolates"]) == ("waiting", "starting")


@pytest.mark.parametrize("payload", [None, {"approved": True}, "text", 0, [1, [2]], 2**53 + 2])
async def test_an_event_is_taken_by_the_waiting_run(
    playground: Playground, visitor: httpx.AsyncClient, waiting: dict[str, Any], payload: object
) -> None:
    answer = await visitor.post(
        f"/api/instances/{waiting['runId']}/events", json={"type": "approval", "payload": payload}
    )
    assert (answer.status_code, answer.json()) == (202, {})
    await playground.ended(waiting["session"], waiting["runId"])
    status = (await visitor.get(f"/api/status/{waiting['runId']}")).json()["status"]
    assert status["output"] == {"decided": payload}


async def test_an_event_for_one_wait_is_for_no_other(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = (await visitor.post("/api/run", json={"source": "wait twice"})).json()
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    path = f"/api/instances/{run['runId']}/events"
    for step, code in (("wait:1:third", "instance.not_waiting"), ("do:1:first", "bad_step"), (1, "bad_step")):
        refused = await visitor.post(path, json={"type": "approval", "step": step})
        assert refused.json()["code"] == code
    other = await visitor.post(path, json={"type": "other", "step": "wait:1:second"})
    assert (other.status_code, other.json()["code"]) == (409, "instance.not_waiting")
    event = {"type": "approval", "payload": 2, "step": "wait:1:second"}
    assert (await visitor.post(path, json=event)).status_code == 202
    again = await visitor.post(path, json=event)
    assert (again.status_code, again.json()["code"]) == (409, "instance.not_waiting")
    await visitor.post(path, json={"type": "approval", "payload": 1})
    await playground.ended(run["session"], run["runId"])
    status = (await visitor.get(f"/api/status/{run['runId']}")).json()["status"]
    assert status["output"] == [1, 2]


@pytest.mark.parametrize("type", [None, "", 1, "a b", "-x", "x" * 101, "é", "a\n", ["approval"]])
async def test_an_event_needs_a_type(
    visitor: httpx.AsyncClient, waiting: dict[str, Any], type: object
) -> None:
    answer = await visitor.post(f"/api/instances/{waiting['runId']}/events", json={"type": type})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_event_type")


async def test_a_payload_of_more_than_a_mebibyte_is_refused(
    visitor: httpx.AsyncClient, waiting: dict[str, Any]
) -> None:
    event = {"type": "approval", "payload": "x" * (1024 * 1024 + 1)}
    answer = await visitor.post(f"/api/instances/{waiting['runId']}/events", json=event)
    assert 400 <= answer.status_code < 500
    assert (await visitor.get(f"/api/status/{waiting['runId']}")).json()["status"]["status"] == "waiting"


async def test_a_run_can_be_terminated_once(visitor: httpx.AsyncClient, waiting: dict[str, Any]) -> None:
    path = f"/api/instances/{waiting['runId']}/terminate"
    ended = await visitor.post(path, json={})
    assert ended.status_code == 200
    assert ended.json() == {
        "id": waiting["runId"],
        "status": {"status": "terminated", "output": None, "error": None},
    }
    again = await visitor.post(path, json={})
    assert again.status_code == 409
    assert "instance.cannot_terminate" in again.json()["error"]


async def test_a_finished_run_takes_no_event(
    playground: Playground, visitor: httpx.AsyncClient, waiting: dict[str, Any]
) -> None:
    path = f"/api/instances/{waiting['runId']}/events"
    await visitor.post(path, json={"type": "approval"})
    await playground.ended(waiting["session"], waiting["runId"])
    assert (await visitor.post(path, json={"type": "approval"})).status_code == 409


async def test_a_post_without_a_body_counts_as_an_empty_object(
    visitor: httpx.AsyncClient, waiting: dict[str, Any]
) -> None:
    answer = await visitor.post(
        f"/api/instances/{waiting['runId']}/terminate", headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200
