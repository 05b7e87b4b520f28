"""What the owner of an instance may do with it over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from playground.engine.engine import Instance
from tests.web.conftest import Open, Playground

Run = dict[str, Any]


async def started(playground: Playground, visitor: httpx.AsyncClient, source: str, until: str) -> Run:
    run: Run = (await visitor.post("/api/run", json={"source": source})).json()
    await playground.reached(run["session"], run["runId"], until)
    return run


@pytest.fixture
async def waiting(playground: Playground, visitor: httpx.AsyncClient) -> Run:
    """A run that waits for an approval."""
    return await started(playground, visitor, "wait", "workflow_waiting")


@pytest.fixture
async def asleep(playground: Playground, visitor: httpx.AsyncClient) -> Run:
    """A run that sleeps for a day, and then answers."""
    return await started(playground, visitor, "sleep", "workflow_waiting")


async def asked(visitor: httpx.AsyncClient, run: Run, verb: str, **options: Any) -> httpx.Response:
    return await visitor.post(f"/api/instances/{run['runId']}/{verb}", json=options)


async def status_after(visitor: httpx.AsyncClient, run: Run, verb: str, **options: Any) -> str:
    answer = await asked(visitor, run, verb, **options)
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == run["runId"]
    return str(answer.json()["status"]["status"])


async def instance_of(playground: Playground, run: Run) -> Instance:
    workflow = playground.services.engine.workflow(playground.services.settings.workflow, run["session"])
    return await workflow.get(run["runId"])


async def view_of(visitor: httpx.AsyncClient, run: Run) -> Run:
    view: Run = (await visitor.get(f"/api/instances/{run['runId']}")).json()
    return view


async def test_a_run_is_paused_and_resumed(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    began = playground.clock.now()
    assert await status_after(visitor, waiting, "pause") == "paused"
    assert await status_after(visitor, waiting, "pause") == "paused"
    [pause] = (await view_of(visitor, waiting))["occurrences"]["pauses"]
    assert pause == {"from": began, "to": None}
    await playground.clock.advance(500)
    assert await status_after(visitor, waiting, "resume") in ("running", "waiting")
    [pause] = (await view_of(visitor, waiting))["occurrences"]["pauses"]
    assert pause == {"from": began, "to": began + 500}


async def test_a_run_begins_anew_from_the_top(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    created = (await view_of(visitor, waiting))["created"]
    await playground.clock.advance(10)
    await asked(visitor, waiting, "terminate")
    assert await status_after(visitor, waiting, "restart") in ("queued", "running", "waiting")
    await playground.reached(waiting["session"], waiting["runId"], "workflow_waiting")
    view = await view_of(visitor, waiting)
    assert view["created"] == created
    assert view["occurrences"]["restarts"] == [{"time": created + 10}]
    assert view["entries"][0]["type"] == "workflow_restarted"
    assert view["entries"][0]["params"] == {}, "the dispatcher's envelope is nobody's business"
    assert [step["name"] for step in view["steps"]] == ["decide"]


async def test_a_run_begins_anew_from_a_step(
    playground: Playground, visitor: httpx.AsyncClient, asleep: Run
) -> None:
    start = {"name": "nap", "type": "sleep"}
    assert await status_after(visitor, asleep, "restart", **{"from": start}) in ("queued", "running")
    view = await view_of(visitor, asleep)
    [restart] = view["occurrences"]["restarts"]
    assert restart["from"] == {"kind": "sleep", "name": "nap", "count": 1}


@pytest.mark.parametrize("start", ["nap", {"name": "nobody"}, {"name": "nap", "count": 0}, {"name": 1}])
async def test_an_unknown_step_is_no_start(visitor: httpx.AsyncClient, asleep: Run, start: Any) -> None:
    answer = await asked(visitor, asleep, "restart", **{"from": start})
    assert (answer.status_code, answer.json()["code"]) == (409, "instance.cannot_restart")


async def test_a_run_is_terminated_once_and_its_steps_undone_where_that_is_asked_for(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    run = await started(playground, visitor, "booking", "workflow_waiting")
    await asked(visitor, run, "terminate", rollback=True)
    await playground.ended(run["session"], run["runId"])
    view = await view_of(visitor, run)
    assert (view["status"], view["rollback"]) == ("terminated", {"outcome": "complete", "error": None})
    assert [step["kind"] for step in view["steps"]] == ["do", "wait", "rollback"]
    again = await asked(visitor, run, "terminate")
    assert (again.status_code, again.json()["code"]) == (409, "instance.cannot_terminate")


async def test_a_deleted_run_is_gone(visitor: httpx.AsyncClient, waiting: Run) -> None:
    answer = await asked(visitor, waiting, "delete")
    assert answer.json() == {"id": waiting["runId"], "status": None}
    for verb in ("delete", "pause", "resume", "restart", "terminate", "crash"):
        assert (await asked(visitor, waiting, verb)).status_code == 404


async def test_what_goes_away_meanwhile_answers_as_what_never_was(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Instance.pause

    async def too_late(instance: Instance, **given: Any) -> None:
        await instance.delete()
        await pause(instance, **given)

    monkeypatch.setattr(Instance, "pause", too_late)
    answer = await asked(visitor, waiting, "pause")
    unknown = await visitor.post("/api/instances/nobody/pause", json={})
    assert (answer.status_code, answer.content) == (404, unknown.content)


@pytest.mark.parametrize("step", ["sleep:1:nap", {"kind": "sleep", "name": "nap", "count": 1}])
async def test_a_sleep_is_skipped(
    playground: Playground, visitor: httpx.AsyncClient, asleep: Run, step: Any
) -> None:
    assert await status_after(visitor, asleep, "skip", step=step) in ("waiting", "running", "complete")
    await playground.ended(asleep["session"], asleep["runId"])
    view = await view_of(visitor, asleep)
    assert (view["status"], view["steps"][0]["skipped"]) == ("complete", True)
    [skip] = view["occurrences"]["skips"]
    assert skip["step"] == {"kind": "sleep", "name": "nap", "count": 1}


async def test_a_retry_is_skipped(playground: Playground, visitor: httpx.AsyncClient) -> None:
    run = await started(playground, visitor, "retry", "workflow_waiting")
    await status_after(visitor, run, "skip", step="do:1:call")
    await playground.ended(run["session"], run["runId"])
    assert (await view_of(visitor, run))["output"] == 2


async def test_what_cannot_be_skipped_is_a_conflict(visitor: httpx.AsyncClient, asleep: Run) -> None:
    for step in ("sleep:2:nap", "do:1:nap", "sleep:1:other"):
        answer = await asked(visitor, asleep, "skip", step=step)
        assert (answer.status_code, answer.json()["code"]) == (409, "instance.cannot_skip")
    await asked(visitor, asleep, "pause")
    answer = await asked(visitor, asleep, "skip", step="sleep:1:nap")
    assert (answer.status_code, answer.json()["code"]) == (409, "instance.cannot_skip")
    assert "paused" in answer.json()["error"]


@pytest.mark.parametrize(
    "step",
    [
        None,
        "",
        "nap",
        "sleep:nap",
        "sleep:0:nap",
        "sleep:1",
        "sleep:x:nap",
        "sleep:٣:nap",
        "wait:1:decide",
        "sleep:" + "9" * 40 + ":nap",
        1,
        ["sleep"],
        {},
        {"kind": "sleep", "name": "nap"},
        {"kind": "sleep", "name": "nap", "count": True},
        {"kind": ["sleep"], "name": "nap", "count": 1},
    ],
)
async def test_what_names_no_step_is_refused(visitor: httpx.AsyncClient, asleep: Run, step: Any) -> None:
    answer = await asked(visitor, asleep, "skip", step=step)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_step")


async def test_a_crash_is_of_the_version_that_the_run_was_made_with(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    version = (await view_of(visitor, waiting))["version"]
    answer = (await asked(visitor, waiting, "crash")).json()
    assert (answer["crashed"], answer["status"]["status"]) == (True, "waiting")
    dispatcher: Any = playground.services.dispatcher
    assert dispatcher.crashed == [(waiting["session"], version)]
    await asked(visitor, waiting, "terminate")
    over = await asked(visitor, waiting, "crash")
    assert (over.status_code, over.json()["code"]) == (409, "instance.cannot_crash")
    assert len(dispatcher.crashed) == 1


@pytest.mark.parametrize("verb", ["pause", "resume", "delete", "crash", "restart", "terminate", "skip"])
async def test_options_that_nobody_knows_are_refused(
    visitor: httpx.AsyncClient, waiting: Run, verb: str
) -> None:
    answer = await asked(visitor, waiting, verb, rollbck=True)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_options")
    assert (await view_of(visitor, waiting))["status"] == "waiting"


@pytest.mark.parametrize("rollback", [1, "true", None])
async def test_rollback_is_true_or_false(visitor: httpx.AsyncClient, waiting: Run, rollback: object) -> None:
    answer = await asked(visitor, waiting, "terminate", rollback=rollback)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_options")


async def test_changes_are_counted(open_playground: Open) -> None:
    playground = await open_playground(changes_per_minute=2)
    visitor = playground.visitor()
    run = await started(playground, visitor, "wait", "workflow_waiting")
    answers = [await asked(visitor, run, verb) for verb in ("pause", "resume", "pause")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_a_view_of_a_part_of_the_log_folds_nothing(visitor: httpx.AsyncClient, waiting: Run) -> None:
    whole = await view_of(visitor, waiting)
    part = (await visitor.get(f"/api/instances/{waiting['runId']}?after=2")).json()
    assert part["entries"] == whole["entries"][2:]
    assert (part["steps"], part["occurrences"]) == (None, None)
    assert whole["steps"][0]["state"] == "waiting"
