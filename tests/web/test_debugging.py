"""Debugging a run over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.web.conftest import Open, Playground

Run = dict[str, Any]


async def started(visitor: httpx.AsyncClient, source: str, **debug: Any) -> Run:
    answer = await visitor.post("/api/run", json={"source": source, "debug": debug})
    assert answer.status_code == 200, answer.text
    run: Run = answer.json()
    return run


async def asked(visitor: httpx.AsyncClient, run: Run, verb: str, **options: Any) -> httpx.Response:
    return await visitor.post(f"/api/instances/{run['runId']}/{verb}", json=options)


async def entries(visitor: httpx.AsyncClient, run: Run, type: str) -> list[Run]:
    view = (await visitor.get(f"/api/instances/{run['runId']}")).json()
    return [entry for entry in view["entries"] if entry["type"] == type]


async def test_a_run_is_debugged_from_its_beginning(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = await started(visitor, "greet", breakpoints=["compose"])
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    [queued] = await entries(visitor, run, "workflow_queued")
    assert queued["debug"] == {"breakpoints": ["compose"]}
    assert queued["params"] == {}, "the dispatcher's envelope is nobody's business"
    view = (await visitor.get(f"/api/instances/{run['runId']}")).json()
    assert [step["key"] for step in view["held"]] == ["do:1:compose"]
    assert view["debug"]["breakpoints"] == ["compose"]
    answer = await asked(visitor, run, "continue", mode="step", step="do:1:compose")
    assert (answer.status_code, answer.json()["continued"]) == (200, ["do:1:compose"])
    await playground.ended(run["session"], run["runId"])


async def test_who_only_watches_sees_that_a_step_is_pinned_and_not_to_what(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = await started(visitor, "greet", pins={"compose": "hush"}, breakpoints=["compose"])
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    await asked(visitor, run, "debug", pins={"compose": "hush", "secret": ["hush"]}, breakpoints=[])
    path, runs = f"/api/sessions/{run['session']}", f"/api/instances/{run['runId']}"
    view = (await visitor.get(runs)).json()
    assert view["debug"]["pins"] == {"compose": "hush", "secret": ["hush"]}
    for scope, hidden in (("view", True), ("approve", True), ("edit", False)):
        link = (await visitor.post(f"{path}/shares", json={"scope": scope})).json()
        other = playground.visitor()
        secret = link["url"].partition("=")[2]
        await other.post("/api/shares/redeem", json={"session": run["session"], "secret": secret})
        seen = await other.get(runs)
        assert list(seen.json()["debug"]["pins"]) == ["compose", "secret"]
        assert ("hush" not in seen.text) == hidden
        for stream in (f"/api/stream/{run['runId']}", f"{path}/stream"):
            async with playground.stream(other, stream) as events:
                told = await events.until("entry", "debug_set")
            assert ("hush" not in str([event.data for event in told])) == hidden
    assert "hush" not in (await visitor.get(f"{runs}/file")).text


async def test_a_run_that_nobody_debugs_says_nothing_of_it(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run: Run = (await visitor.post("/api/run", json={"source": "greet"})).json()
    await playground.ended(run["session"], run["runId"])
    [queued] = await entries(visitor, run, "workflow_queued")
    assert "debug" not in queued


async def test_a_live_run_gets_another_pace(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await started(visitor, "sleep")
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    answer = await asked(visitor, run, "debug", pace="skip")
    assert (answer.status_code, answer.json()["id"]) == (200, run["runId"])
    await playground.ended(run["session"], run["runId"])
    [skipped] = await entries(visitor, run, "sleep_skipped")
    assert skipped["by"] == "pace"
    again = await asked(visitor, run, "debug", pace=1)
    assert (again.status_code, again.json()["code"]) == (409, "instance.cannot_debug")


async def test_faults_and_pins_of_a_run(playground: Playground, visitor: httpx.AsyncClient) -> None:
    fault = {"kind": "fail", "step": "compose", "message": "boom"}
    run = await started(visitor, "greet", pace="skip", faults=[fault])
    await playground.ended(run["session"], run["runId"])
    [failed] = await entries(visitor, run, "attempt_failed")
    assert failed["error"]["message"] == "boom"
    run = await started(visitor, "greet", pins={"compose": "Hi"})
    await playground.ended(run["session"], run["runId"])
    view = (await visitor.get(f"/api/instances/{run['runId']}")).json()
    assert view["output"] == {"greeting": "Hi"}
    assert view["steps"][0]["pinned"] is True


async def test_all_sleeps_are_skipped(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await started(visitor, "sleep")
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    assert (await asked(visitor, run, "skip", all=True)).status_code == 200
    await playground.ended(run["session"], run["runId"])
    answer = await asked(visitor, run, "skip", all=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "instance.cannot_skip")


@pytest.mark.parametrize(
    ("verb", "options", "code"),
    [
        ("debug", {"pace": "soon"}, "bad_debug"),
        ("debug", {"speed": 2}, "bad_debug"),
        ("continue", {"mode": "back"}, "bad_options"),
        ("continue", {"how": "far"}, "bad_options"),
        ("continue", {"step": "rollback:1:x"}, "bad_step"),
        ("continue", {"step": 7}, "bad_step"),
        ("skip", {"all": False}, "bad_step"),
        ("skip", {"all": 1}, "bad_step"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    playground: Playground, visitor: httpx.AsyncClient, verb: str, options: Any, code: str
) -> None:
    run = await started(visitor, "wait")
    answer = await asked(visitor, run, verb, **options)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await entries(visitor, run, "debug_set") == []


async def test_a_bad_setting_starts_nothing(playground: Playground, visitor: httpx.AsyncClient) -> None:
    bad = {"faults": [{"kind": "explode"}]}
    answer = await visitor.post("/api/run", json={"source": "greet", "debug": bad})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_debug")
    assert "faults[0].kind" in answer.json()["error"]


async def test_what_is_not_stopped_cannot_go_on(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await started(visitor, "wait")
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    answer = await asked(visitor, run, "continue", mode="run")
    assert (answer.status_code, answer.json()["code"]) == (409, "instance.not_stopped")


async def test_the_server_is_killed_where_that_is_allowed_and_by_nobody_else(open_playground: Open) -> None:
    killed: list[bool] = []
    closed, open = await open_playground(), await open_playground(kill_server=lambda: killed.append(True))
    for playground, status in ((closed, 403), (open, 202)):
        visitor = playground.visitor()
        assert (await visitor.post("/api/debug/kill-server", json={})).status_code == 404
        await visitor.post("/api/sessions", json={})
        assert f'"killable": {"true" if status == 202 else "false"}' in (await visitor.get("/")).text
        assert (await visitor.post("/api/debug/kill-server", json={})).status_code == status
    assert (await open.visitor().get("/api/debug/kill-server")).status_code == 405
    await until(killed)
    assert killed == [True]


async def until(killed: list[bool]) -> None:
    async with asyncio.timeout(5):
        while not killed:
            await asyncio.sleep(0.01)
