"""Pausing, restarting and deleting an instance that is rolled back, or was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import WorkflowError
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server
from tests.unit.engine.undone import ONCE, Undone, fail, outcome


async def test_one_that_was_rolled_back_runs_again_and_may_be_again(server: Server) -> None:
    undone = Undone()

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", lambda: 1, rollback=undone)
        await step.do("bad", ONCE, fail)

    instance = await server.start(run)
    for times in (1, 2):
        assert outcome(await server.ended(instance)) == ("errored", "complete")
        assert undone.names == ["first"] * times
        await instance.restart()
    await server.ended(instance)
    await instance.restart({"name": "bad"})
    assert outcome(await server.ended(instance)) == ("errored", "complete")
    assert undone.names == ["first"] * 4


async def test_terminated_with_rollback_and_restarted_it_can_be_so_again(server: Server) -> None:
    undone = Undone()

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", lambda: 1, rollback=undone)
        await step.sleep("long", "1 day")

    instance = await server.start(run)
    for times in (1, 2):
        await server.waiting(instance)
        await instance.terminate(rollback=True)
        assert outcome(await server.ended(instance)) == ("terminated", "complete")
        assert undone.names == ["first"] * times
        await instance.restart()


async def test_a_rollback_can_be_paused_between_two_handlers(server: Server) -> None:
    gate, names = Gate(), list[str]()

    async def run(step: WorkflowStep) -> Any:
        async def slow(given: Any) -> None:
            await gate()
            names.append(given.step_name)

        def quick(given: Any) -> None:
            names.append(given.step_name)

        await step.do("first", lambda: 1, rollback=quick)
        await step.do("second", lambda: 2, rollback=slow)
        await step.do("bad", ONCE, fail)

    instance = await server.start(run)
    await gate.reached.wait()
    await instance.pause()
    assert (await instance.status()).status == "waitingForPause"
    gate.opened.set()
    await server.status(instance, "paused")
    await asyncio.sleep(0.02)
    assert names == ["second"]
    await instance.resume()
    assert outcome(await server.ended(instance)) == ("errored", "complete")
    assert names == ["second", "first"]


async def test_a_restart_and_a_deletion_in_the_midst_of_a_rollback(server: Server) -> None:
    gate = Gate()
    fails = True

    async def run(step: WorkflowStep) -> Any:
        async def slow(given: Any) -> None:
            await gate()

        await step.do("first", lambda: 1, rollback=slow)
        if fails:
            await step.do("bad", ONCE, fail)
        return "well"

    instance = await server.start(run)
    await gate.reached.wait()
    fails = False
    await instance.restart()
    assert outcome(await server.ended(instance)) == ("complete", None)
    fails, gate.reached = True, asyncio.Event()
    await instance.restart()
    await gate.reached.wait()
    await instance.delete()
    await server.forgotten()
    with pytest.raises(WorkflowError, match=r"instance\.not_found"):
        await instance.status()
