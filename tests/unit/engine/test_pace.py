"""Time that goes by faster for one instance."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.durations import DAY, HOUR
from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine.debug_settings import read_debug
from playground.engine.engine import EngineSettings, Instance
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Server

HOUR_A_SECOND = read_debug({"pace": 3600})
SKIP = read_debug({"pace": "skip"})
RETRIES = {"retries": {"limit": 2, "delay": "1 hour", "backoff": "constant"}}


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


async def nap(step: WorkflowStep) -> Any:
    await step.sleep("nap", "1 day")


async def call(step: WorkflowStep) -> Any:
    def work(context: Any) -> int:
        if context.attempt < 3:
            raise ValueError("busy")
        return int(context.attempt)

    return await step.do("call", RETRIES, work)


async def began(server: Server, run: Any, debug: Any) -> Instance:
    server.register(run)
    return await server.engine.workflow("test").create(debug=debug)


async def view(server: Server, instance: Instance) -> dict[str, Any]:
    return fold_run(await server.entries(instance))


async def test_a_day_at_an_hour_a_second_takes_24_seconds(server: Server) -> None:
    instance = await began(server, nap, HOUR_A_SECOND)
    await server.hibernated(instance)
    await server.advance(24_000 - 20 - 1)
    assert (await instance.status()).status == "waiting"
    await server.advance(1)
    assert (await server.ended(instance)).status == "complete"
    assert (await server.types(instance))[-4:] == [
        "workflow_running",
        "sleep_skipped",
        "sleep_completed",
        "workflow_completed",
    ]
    run = await view(server, instance)
    assert run["skippedMs"] == DAY - 24_000
    assert run["steps"][0]["skipped"] == "pace"


async def test_delays_before_attempts_keep_the_pace(server: Server) -> None:
    instance = await began(server, call, HOUR_A_SECOND)
    for times in (1, 2):
        await server.seen(instance, "attempt_failed", times)
        await server.waiting(instance)
        await server.advance(1_000)
    assert (await server.ended(instance)).status == "complete"
    attempts = (await view(server, instance))["steps"][0]["attempts"]
    assert [attempt.get("skipped") for attempt in attempts] == ["pace", "pace", None]
    assert (await view(server, instance))["skippedMs"] == 2 * HOUR - 2_000


async def test_as_fast_as_it_goes_nothing_is_waited_for(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await nap(step)
        return await call(step)

    instance = await began(server, run, SKIP)
    assert (await server.ended(instance)).status == "complete"
    assert (await view(server, instance))["skippedMs"] == DAY + 2 * HOUR
    assert len(await server.entries(instance, "sleep_skipped", "retry_skipped")) == 3


@pytest.mark.parametrize("in_memory", [True, False])
async def test_it_is_set_while_the_instance_sleeps(server: Server, in_memory: bool) -> None:
    instance = await server.start(nap)
    await server.waiting(instance)
    if not in_memory:
        await server.hibernated(instance)
    await server.advance(HOUR)
    await instance.debug(HOUR_A_SECOND)
    await server.advance(22_000)
    assert (await instance.status()).status == "waiting"
    await server.advance(2_000)
    assert (await server.ended(instance)).status == "complete"


async def test_the_usual_pace_comes_back(server: Server) -> None:
    instance = await began(server, nap, HOUR_A_SECOND)
    await server.waiting(instance)
    await instance.debug(read_debug({"pace": 1}))
    await server.advance(HOUR)
    assert (await instance.status()).status == "waiting"
    await server.advance(DAY)
    assert (await server.ended(instance)).status == "complete"
    assert not await server.entries(instance, "sleep_skipped")


async def test_a_wait_for_an_event_keeps_its_timeout(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await step.wait_for_event("answer", type="go", timeout="1 hour")

    instance = await began(server, run, SKIP)
    await server.waiting(instance)
    await server.advance(HOUR - 1)
    await instance.send_event(type="go")
    assert (await server.ended(instance)).status == "complete"


async def test_it_survives_the_server(server: Server) -> None:
    instance = await began(server, nap, HOUR_A_SECOND)
    await server.hibernated(instance)
    after = await server.crash(nap)
    await after.engine.start()
    await after.advance(24_000)
    assert (await after.ended(await after.find(instance.id))).status == "complete"


async def test_a_pause_holds_the_clock(server: Server) -> None:
    instance = await began(server, nap, HOUR_A_SECOND)
    await server.waiting(instance)
    await instance.pause()
    await server.advance(10 * DAY)
    await instance.resume()
    await server.waiting(instance)
    await server.advance(23_000)
    assert (await instance.status()).status == "waiting"
    await server.advance(1_000)
    assert (await server.ended(instance)).status == "complete"


async def test_skipping_by_hand_goes_before_the_pace(server: Server) -> None:
    instance = await began(server, nap, HOUR_A_SECOND)
    await server.waiting(instance)
    await instance.skip(StepKey("sleep", "nap", 1))
    await server.ended(instance)
    [skipped] = await server.entries(instance, "sleep_skipped")
    assert "by" not in skipped


async def waits(step: WorkflowStep) -> Any:
    naps = [step.sleep("nap", "1 day"), step.sleep("nap", "2 days"), step.do("call", RETRIES, _fails_once)]
    for each in naps:
        await each


def _fails_once(context: Any) -> None:
    if context.attempt == 1:
        raise ValueError("busy")


@pytest.mark.parametrize("in_memory", [True, False])
async def test_all_sleeps_are_skipped_at_once(server: Server, in_memory: bool) -> None:
    instance = await server.start(waits)
    await server.waiting(instance)
    if not in_memory:
        await server.hibernated(instance)
    assert await instance.skip_all() == 3
    assert (await server.ended(instance)).status == "complete"
    assert len(await server.entries(instance, "sleep_skipped")) == 2
    assert len(await server.entries(instance, "retry_skipped")) == 1


async def test_where_nothing_sleeps_there_is_nothing_to_skip(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.wait_for_event("answer", type="go")

    instance = await server.start(run)
    await server.waiting(instance)
    for in_memory in (True, False):
        if not in_memory:
            await server.hibernated(instance)
        with pytest.raises(WorkflowError, match=r"instance.cannot_skip: nothing sleeps"):
            await instance.skip_all()
    await instance.pause()
    with pytest.raises(WorkflowError, match=r"instance.cannot_skip: the instance is paused"):
        await instance.skip_all()
    await instance.terminate()
    with pytest.raises(WorkflowError, match=r"instance.cannot_debug"):
        await instance.debug(SKIP)
