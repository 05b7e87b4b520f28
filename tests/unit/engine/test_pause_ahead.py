"""Pausing an instance whose runner runs ahead of the log."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.codec import encode
from playground.core.ports import Ahead
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import PATIENCE_S, Server, status


class Runners:
    """Runs of a workflow that the test drives: `ahead` of the latest execution."""

    def __init__(self, server: Server) -> None:
        self.ahead: list[Ahead] = []
        self._steps: list[WorkflowStep] = []
        self.opens: list[list[str]] = []
        self.end = asyncio.Event()

        async def run(step: WorkflowStep) -> Any:
            ahead = step.journaled.ahead
            assert ahead is not None
            self.opens.append(list(ahead.hand_over().open))
            step.journaled.hold()
            self.ahead.append(ahead)
            self._steps.append(step)
            await self.end.wait()
            return "end"

        self.run = run
        server.register(run)

    def stopped(self) -> str | None:
        """Why the latest execution was stopped, if it was."""
        return self._steps[-1]._execution.stopped

    async def execution(self, number: int) -> Ahead:
        """The `number`-th execution's."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.ahead) < number:
                await asyncio.sleep(0)
        return self.ahead[number - 1]


@pytest.fixture
def runners(server: Server) -> Runners:
    return Runners(server)


async def test_a_callback_begun_after_the_last_one_in_flight_ended_never_was(
    server: Server, runners: Runners
) -> None:
    now = server.clock.now()
    instance = await server.start(runners.run)
    ahead = await runners.execution(1)
    first = ahead.begin("first", 1, None, now)
    ahead.flush()
    await server.seen(instance, "attempt_started")
    await instance.pause()
    assert await status(instance) == "waitingForPause"
    went_out: list[str] = []
    ahead.complete(first, encode(1), now, None)
    second = ahead.begin("second", 1, None, now)
    ahead.when_durable(lambda: went_out.append("second"))
    ahead.complete(second, encode(2), now, None)
    await server.status(instance, "paused")
    await server.forgotten()
    assert (await server.types(instance))[-3:] == ["attempt_completed", "step_completed", "workflow_paused"]
    assert len(await server.entries(instance, "attempt_started")) == 1
    assert went_out == []
    await instance.resume()
    await runners.execution(2)
    assert runners.opens == [[], []]
    runners.end.set()
    await server.ended(instance)


async def test_callbacks_that_begin_one_after_the_other_do_not_put_the_pause_off(
    server: Server, runners: Runners
) -> None:
    now = server.clock.now()
    instance = await server.start(runners.run)
    ahead = await runners.execution(1)
    left, right = ahead.begin("left", 1, None, now), ahead.begin("right", 1, None, now)
    ahead.flush()
    await server.seen(instance, "attempt_started", 2)
    await instance.pause()
    ahead.complete(left, encode(1), now, None)
    ahead.begin("left", 2, None, now)
    ahead.flush()
    assert await status(instance) == "waitingForPause"
    ahead.complete(right, encode(2), now, None)
    ahead.flush()
    await server.status(instance, "paused")
    assert len(await server.entries(instance, "step_completed")) == 2
    await instance.resume()
    await runners.execution(2)
    assert runners.opens[1] == ["do2:left"]


async def test_a_pause_that_is_called_off_waits_for_all_of_them_the_next_time(
    server: Server, runners: Runners
) -> None:
    now = server.clock.now()
    instance = await server.start(runners.run)
    ahead = await runners.execution(1)
    left, right = ahead.begin("left", 1, None, now), ahead.begin("right", 1, None, now)
    ahead.flush()
    await server.seen(instance, "attempt_started", 2)
    await instance.pause()
    ahead.complete(left, encode(1), now, None)
    late = ahead.begin("late", 1, None, now)
    ahead.flush()
    await instance.resume()
    ahead.complete(right, encode(2), now, None)
    ahead.flush()
    await server.seen(instance, "step_completed", 2)
    await instance.pause()
    assert await status(instance) == "waitingForPause"
    ahead.complete(late, encode(3), now, None)
    ahead.flush()
    await server.status(instance, "paused")
    assert len(await server.entries(instance, "step_completed")) == 3


async def test_a_run_that_returns_while_it_pauses_is_paused(server: Server, runners: Runners) -> None:
    now = server.clock.now()
    instance = await server.start(runners.run)
    ahead = await runners.execution(1)
    work = ahead.begin("work", 1, None, now)
    ahead.flush()
    await server.seen(instance, "attempt_started")
    await instance.pause()
    ahead.complete(work, encode(1), now, None)
    runners.end.set()
    await server.status(instance, "paused")
    await instance.resume()
    assert (await server.ended(instance)).status == "complete"


async def test_nothing_goes_out_of_an_execution_that_the_pause_has_thrown_away(
    server: Server, runners: Runners
) -> None:
    now = server.clock.now()
    instance = await server.start(runners.run)
    ahead = await runners.execution(1)
    work = ahead.begin("work", 1, None, now)
    ahead.flush()
    await server.seen(instance, "attempt_started")
    await instance.pause()
    went_out: list[str] = []
    ahead.complete(work, encode(1), now, None)
    ahead.when_durable(lambda: went_out.append("with the pause"))
    await server.status(instance, "paused")
    await server.forgotten()
    assert went_out == []


async def test_nothing_goes_out_that_depends_on_what_came_too_late(server: Server, runners: Runners) -> None:
    now = server.clock.now()
    instance = await server.start(runners.run)
    ahead = await runners.execution(1)
    went_out: list[str] = []
    closing = asyncio.ensure_future(server.engine.close())
    while runners.stopped() is None:
        await asyncio.sleep(0)
    ahead.complete(ahead.begin("late", 1, None, now), encode(1), now, None)
    ahead.when_durable(lambda: went_out.append("late"))
    await closing
    assert await server.entries(instance, "step_completed") == []
    assert went_out == []
