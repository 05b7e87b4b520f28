"""What attempts used, as their runner says, in the log."""

from __future__ import annotations

from typing import Any

from playground.core.codec import encode
from playground.core.ports import StepContext
from playground.core.values import Encoded
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server

RETRIES = {"retries": {"limit": 1, "delay": 0}}


async def test_each_attempt_says_what_it_used(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        journaled = step.journaled

        async def callback(context: StepContext) -> Encoded:
            journaled.used(700 * context.attempt, 10, context.step, context.attempt)
            journaled.used(50, -10, context.step, context.attempt)
            if context.attempt == 1:
                raise ValueError("once more")
            return encode(1)

        journaled.used(123_456, 1)  # outside steps: nobody's attempt
        await journaled.do("a", RETRIES, callback)
        return None

    instance = await server.start(run)
    await server.ended(instance)
    used = [entry["cpuMs"] for entry in await server.entries(instance) if "cpuMs" in entry]
    assert used == [0.75, 1.45]


async def test_a_step_that_fails_for_good_says_what_its_last_attempt_used(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        async def callback(context: StepContext) -> Encoded:
            step.journaled.used(2000, 0, context.step, context.attempt)
            raise ValueError("no")

        await step.journaled.do("a", {"retries": {"limit": 0, "delay": 0}}, callback)

    instance = await server.start(run)
    await server.ended(instance)
    entries = await server.entries(instance)
    assert [entry["cpuMs"] for entry in entries if entry["type"] == "attempt_failed"] == [2.0]


async def test_a_runner_that_does_not_say_leaves_it_out(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await step.do("a", lambda: 1)

    instance = await server.start(run)
    await server.ended(instance)
    assert not any("cpuMs" in entry for entry in await server.entries(instance))
