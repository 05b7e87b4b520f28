"""Skipping a sleep, and the delay before an attempt."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.durations import DAY, HOUR
from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine.engine import EngineSettings, Instance
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Gate, Server
from tests.unit.engine.held import Held

NAP = StepKey("sleep", "nap", 1)
CALL = StepKey("do", "call", 1)
RETRIES = {"retries": {"limit": 2, "delay": "1 hour", "backoff": "constant"}}


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


async def nap(step: WorkflowStep) -> Any:
    await step.sleep("nap", "1 day")
    return step.now()


async def call(step: WorkflowStep) -> Any:
    def work(context: Any) -> int:
        if context.attempt < 2:
            raise ValueError("busy")
        return int(context.attempt)

    return await step.do("call", RETRIES, work)


async def refusal(instance: Instance, step: StepKey) -> str:
    with pytest.raises(WorkflowError) as refused:
        await instance.skip(step)
    return refused.value.message


@pytest.mark.parametrize("in_memory", [True, False])
async def test_a_sleep_ends_now(server: Server, in_memory: bool) -> None:
    instance = await server.start(nap)
    await server.waiting(instance)
    if not in_memory:
        await server.hibernated(instance)
    await server.advance(5)
    await instance.skip(NAP)
    assert (await server.ended(instance)).status == "complete"
    assert (await server.types(instance))[-5:] == [
        "workflow_waiting",
        "sleep_skipped",
        "workflow_running",
        "sleep_completed",
        "workflow_completed",
    ]
    [skipped] = await server.entries(instance, "sleep_skipped")
    [step] = fold_run(await server.entries(instance))["steps"]
    assert (step["until"], step["skipped"], step["state"]) == (skipped["time"], True, "completed")


@pytest.mark.parametrize("in_memory", [True, False])
async def test_the_delay_of_a_retry_ends_now(server: Server, in_memory: bool) -> None:
    instance = await server.start(call)
    await server.waiting(instance)
    if not in_memory:
        await server.hibernated(instance)
    await instance.skip(CALL)
    assert (await server.ended(instance)).status == "complete"
    [step] = fold_run(await server.entries(instance))["steps"]
    assert [attempt.get("skipped") for attempt in step["attempts"]] == [True, None]


async def test_a_sleep_beside_busy_steps_is_skipped_alone(server: Server) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        work = asyncio.ensure_future(step.do("work", gate))
        await asyncio.gather(step.sleep("nap", HOUR), step.sleep("nap", DAY))
        await work

    instance = await server.start(run)
    await gate.reached.wait()
    await server.seen(instance, "sleep_started", 2)
    await instance.skip(StepKey("sleep", "nap", 2))
    await server.seen(instance, "sleep_completed")
    [ended] = await server.entries(instance, "sleep_completed")
    assert ended["step"]["count"] == 2
    await instance.skip(NAP)
    gate.opened.set()
    assert (await server.ended(instance)).status == "complete"
    assert len(await server.entries(instance, "attempt_started")) == 1


async def test_two_at_once_skip_once(server: Server) -> None:
    instance = await server.start(nap)
    await server.waiting(instance)
    outcomes = await asyncio.gather(*(instance.skip(NAP) for _ in range(3)), return_exceptions=True)
    await server.ended(instance)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(outcome is None or isinstance(outcome, WorkflowError) for outcome in outcomes)
    assert len(await server.entries(instance, "sleep_skipped")) == 1


async def test_what_does_not_sleep_cannot_be_skipped(server: Server) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        await step.sleep("past", 0)
        waiting = asyncio.ensure_future(step.wait_for_event("event", type="go"))
        await step.do("work", gate)
        return await waiting

    instance = await server.start(run)
    await gate.reached.wait()
    for step in (
        StepKey("sleep", "past", 1),
        StepKey("sleep", "past", 2),
        StepKey("wait", "event", 1),
        StepKey("do", "work", 1),
        StepKey("do", "unknown", 1),
    ):
        assert "instance.cannot_skip" in await refusal(instance, step)
    assert not await server.entries(instance, "sleep_skipped", "retry_skipped")
    await instance.terminate()
    assert "instance.cannot_skip: the instance is terminated" in await refusal(instance, NAP)


async def test_a_paused_instance_skips_nothing_until_it_is_resumed(server: Server) -> None:
    instance = await server.start(nap)
    await server.waiting(instance)
    await instance.pause()
    assert "instance.cannot_skip: the instance is paused" in await refusal(instance, NAP)
    await instance.resume()
    await instance.skip(NAP)
    assert (await server.ended(instance)).status == "complete"


async def test_a_pause_after_it_does_not_bring_the_deadline_back(server: Server) -> None:
    instance = await server.start(nap)
    await server.waiting(instance)
    await asyncio.gather(instance.skip(NAP), instance.pause())
    assert (await instance.status()).status == "paused"
    assert (await server.types(instance))[-2:] == ["sleep_skipped", "workflow_paused"]
    await server.advance(1000)
    await instance.resume()
    assert (await server.ended(instance)).status == "complete"


async def test_a_crash_after_it_keeps_it(server: Server) -> None:
    instance = await server.start(nap)
    await server.hibernated(instance)
    crashed = asyncio.Event()
    held = asyncio.Event()

    async def run(step: WorkflowStep) -> Any:
        crashed.set()
        await held.wait()

    server.register(run)
    await instance.skip(NAP)
    await crashed.wait()
    after = await server.crash(nap)
    await after.engine.start()
    again = await after.find(instance.id)
    assert (await after.ended(again)).status == "complete"
    assert (await after.types(again)).count("sleep_skipped") == 1


async def test_the_moment_of_the_skip_repeats_on_replay(server: Server) -> None:
    times: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        await step.sleep("nap", "1 day")
        times.append(int(step.now().timestamp() * 1000))
        await step.wait_for_event("event", type="go")

    instance = await server.start(run)
    await server.waiting(instance)
    await server.advance(7)
    await instance.skip(NAP)
    await server.seen(instance, "wait_started")
    await server.hibernated(instance)
    await instance.send_event(type="go")
    await server.ended(instance)
    assert times[0] == times[1] == (await server.entries(instance, "sleep_completed"))[0]["time"]


async def test_a_replay_that_is_on_its_way_hears_of_it(server: Server) -> None:
    held = asyncio.Event()
    reached = asyncio.Event()

    async def run(step: WorkflowStep) -> Any:
        reached.set()
        await held.wait()
        return await nap(step)

    instance = await server.start(nap)
    await server.hibernated(instance)
    server.register(run)
    await instance.send_event(type="wakes-it")
    await reached.wait()
    await instance.skip(NAP)
    held.set()
    assert (await server.ended(instance)).status == "complete"


async def test_who_asks_and_goes_away_has_skipped_it_all_the_same(server: Server) -> None:
    instance = await server.start(nap)
    await server.waiting(instance)
    asking = asyncio.create_task(instance.skip(NAP))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert asking.cancelled()
    assert (await server.ended(instance)).status == "complete"
    assert len(await server.entries(instance, "sleep_skipped")) == 1


async def test_what_is_being_skipped_is_not_said_to_be_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        await asyncio.gather(step.sleep("nap", "1 day"), step.do("work", gate))

    instance = await server.start(run)
    await server.seen(instance, "sleep_started")
    await gate.reached.wait()
    commits = Held(monkeypatch, "sleep_skipped")
    skipping = asyncio.create_task(instance.skip(NAP))
    await commits.came(1)
    gate.opened.set()
    await server.seen(instance, "step_completed")
    for _ in range(50):
        await asyncio.sleep(0)
    # were the server killed now, the deadline that was would count again
    assert "workflow_waiting" not in await server.types(instance)
    commits.tell()
    await skipping
    assert (await server.ended(instance)).status == "complete"
