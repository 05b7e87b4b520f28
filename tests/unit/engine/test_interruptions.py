"""Attempts and isolates that are lost in the middle."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.errors import IsolateLost
from playground.core.ports import StepContext
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server


class TestInterruptedAttempts:
    async def test_one_is_counted_and_the_step_goes_on(self, server: Server) -> None:
        gate = Gate()
        attempts: list[int] = []

        async def run(step: WorkflowStep) -> Any:
            async def work(context: StepContext) -> Any:
                attempts.append(context.attempt)
                if context.attempt == 1:
                    await gate()
                return context.attempt

            return await step.do("work", work)

        instance = await server.start(run)
        await gate.reached.wait()
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find(instance.id)
        status = await after.ended(found)
        assert status.output is not None
        assert status.output.data == b"j2"
        assert attempts == [1, 2]
        [lost] = await after.entries(found, "attempt_failed")
        assert (lost["attempt"], lost["interrupted"], lost["retryDelayMs"]) == (1, True, 0)

    @pytest.mark.parametrize(("crashes", "ends"), [(1, "complete"), (2, "errored")])
    async def test_the_last_one_allowed_may_be_interrupted_once(
        self, server: Server, crashes: int, ends: str
    ) -> None:
        gates = [Gate() for _ in range(crashes)]
        attempts: list[int] = []

        async def run(step: WorkflowStep) -> Any:
            async def work(context: StepContext) -> Any:
                attempts.append(context.attempt)
                if context.attempt <= crashes:
                    await gates[context.attempt - 1]()
                return context.attempt

            return await step.do("work", {"retries": {"limit": 0, "delay": 0}}, work)

        instance = await server.start(run)
        current = server
        for gate in gates:
            await gate.reached.wait()
            current = await current.crash(run)
            await current.engine.start()
        status = await current.ended(await current.find(instance.id))
        assert status.status == ends
        assert attempts == [1, 2]
        if ends == "errored":
            assert status.error is not None
            assert status.error.name == "Interrupted"


class TestLostIsolates:
    async def test_a_callback_that_loses_its_isolate_is_attempted_again(self, server: Server) -> None:
        executions: list[list[int]] = []

        async def run(step: WorkflowStep) -> Any:
            attempts: list[int] = []
            executions.append(attempts)

            def work(context: StepContext) -> Any:
                attempts.append(context.attempt)
                if context.attempt < 3:
                    raise IsolateLost
                return "in the end"

            await step.do("before", lambda: 1)
            return await step.do("work", work)

        instance = await server.start(run)
        await server.waiting(instance)
        assert executions == [[1], [2], []]
        await server.advance(2000)
        status = await server.ended(instance)
        assert status.output is not None
        assert status.output.data == b'j"in the end"'
        lost = await server.entries(instance, "attempt_failed")
        assert [entry["retryDelayMs"] for entry in lost] == [0, 2000]
        assert [attempt for attempts in executions for attempt in attempts] == [1, 2, 3]

    async def test_a_run_that_loses_its_isolate_is_replayed(self, server: Server) -> None:
        executions = 0

        async def run(step: WorkflowStep) -> Any:
            nonlocal executions
            executions += 1
            await step.do("work", lambda: 1)
            if executions < 3:
                raise IsolateLost
            return executions

        assert await server.output(run) == 3

    async def test_three_times_without_getting_on_is_enough(self, server: Server) -> None:
        executions = 0

        async def run(step: WorkflowStep) -> Any:
            nonlocal executions
            executions += 1
            raise IsolateLost("the isolate went away")

        assert await server.error(run) == ("IsolateLost", "the isolate went away")
        assert executions == 3
