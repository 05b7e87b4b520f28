"""Pausing: what goes on, and what is held."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from playground.core.durations import DAY, HOUR
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Gate, Server, quiet, status, turns


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


class TestPause:
    async def test_a_waiting_one_is_paused_at_once_and_its_deadline_passes_it_by(
        self, server: Server
    ) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", "1 hour")

        instance = await server.start(run)
        await server.waiting(instance)
        await instance.pause()
        assert await status(instance) == "paused"
        await server.forgotten()
        types = await server.types(instance)
        assert types[-1] == "workflow_paused"
        await server.advance(DAY)
        await quiet()
        assert await server.types(instance) == types
        assert server.engine.in_memory == 0

    async def test_one_that_hibernates(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", "1 hour")

        instance = await server.start(run)
        await server.waiting(instance)
        await turns()
        await server.advance(10)
        await server.forgotten()
        await instance.pause()
        await server.advance(DAY)
        await quiet()
        assert await status(instance) == "paused"
        await instance.resume()
        await server.waiting(instance)
        await server.advance(HOUR)
        assert (await server.ended(instance)).status == "complete"

    async def test_one_that_has_not_started(self, server: Server) -> None:
        runs = 0

        async def run(step: WorkflowStep) -> Any:
            nonlocal runs
            runs += 1

        instance = await server.start(run)
        await instance.pause()
        await quiet()
        assert (await status(instance), runs) == ("paused", 0)
        await instance.resume()
        assert (await server.ended(instance)).status == "complete"
        assert await server.types(instance) == [
            "workflow_queued",
            "workflow_paused",
            "workflow_resumed",
            "workflow_started",
            "workflow_completed",
        ]

    async def test_a_callback_in_flight_ends_and_its_result_is_committed_and_nothing_begins(
        self, server: Server
    ) -> None:
        gate, calls = Gate(), Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            async def first() -> str:
                calls["first"] += 1
                await gate()
                return "kept"

            def second() -> str:
                calls["second"] += 1
                return "after"

            return [await step.do("first", first), await step.do("second", second)]

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.pause()
        assert await status(instance) == "waitingForPause"
        await instance.pause()
        gate.opened.set()
        await server.status(instance, "paused")
        await server.forgotten()
        assert calls == {"first": 1}
        assert (await server.types(instance))[-4:] == [
            "workflow_pausing",
            "attempt_completed",
            "step_completed",
            "workflow_paused",
        ]
        await instance.resume()
        ended = await server.ended(instance)
        assert ended.output is not None
        assert ended.output.data == b'j["kept","after"]'
        assert calls == {"first": 1, "second": 1}

    async def test_it_waits_for_the_last_of_several_callbacks(self, server: Server) -> None:
        gates = [Gate(), Gate()]

        async def run(step: WorkflowStep) -> Any:
            async def chain(number: int) -> None:
                await step.do(f"work {number}", gates[number])
                await step.do(f"then {number}", lambda: number)

            await asyncio.gather(chain(0), chain(1))

        instance = await server.start(run)
        for gate in gates:
            await gate.reached.wait()
        await instance.pause()
        gates[1].opened.set()
        await server.seen(instance, "step_completed")
        await quiet()
        assert await status(instance) == "waitingForPause"
        gates[0].opened.set()
        await server.status(instance, "paused")
        assert [each["step"]["name"] for each in await server.entries(instance, "step_started")] == [
            "work 0",
            "work 1",
        ]
        await instance.resume()
        assert (await server.ended(instance)).status == "complete"

    async def test_a_failed_attempt_is_recorded_and_its_retry_comes_after_the_pause(
        self, server: Server
    ) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            async def flaky(context: Any) -> Any:
                if context.attempt == 1:
                    await gate()
                    raise ValueError
                return context.attempt

            return await step.do("flaky", {"retries": {"limit": 1, "delay": 1000}}, flaky)

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.pause()
        gate.opened.set()
        await server.status(instance, "paused")
        await server.advance(HOUR)
        await instance.resume()
        await server.waiting(instance)
        await server.advance(999)
        await quiet()
        assert await status(instance) == "waiting"
        await server.advance(1)
        ended = await server.ended(instance)
        assert ended.output is not None
        assert ended.output.data == b"j2"

    async def test_a_run_that_would_end_while_it_pauses_ends_after_the_pause(self, server: Server) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            step.do("not awaited", gate)
            return await step.do("quick", lambda: "end")

        instance = await server.start(run)
        await gate.reached.wait()
        await server.seen(instance, "step_completed")
        await instance.pause()
        gate.opened.set()
        await server.status(instance, "paused")
        await instance.resume()
        assert (await server.ended(instance)).status == "complete"

    async def test_a_finished_one_is_left_alone(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            return 1

        instance = await server.start(run)
        await server.ended(instance)
        types = await server.types(instance)
        await instance.pause()
        await instance.resume()
        assert await server.types(instance) == types

    async def test_a_paused_one_can_be_terminated(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", "1 hour")

        instance = await server.start(run)
        await server.waiting(instance)
        await instance.pause()
        await instance.terminate()
        assert await status(instance) == "terminated"
        await instance.resume()
        assert await status(instance) == "terminated"

    async def test_the_rows_status_is_that_of_the_fold(self, server: Server) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            await step.do("work", gate)
            await step.sleep("nap", 1000)

        instance = await server.start(run)
        await gate.reached.wait()
        seen: list[str] = []

        async def look() -> None:
            folded = fold_run(await server.entries(instance))["status"]
            assert folded == await status(instance)
            seen.append(folded)

        await instance.pause()
        await look()
        gate.opened.set()
        await server.status(instance, "paused")
        await look()
        await instance.resume()
        await server.waiting(instance)
        await look()
        assert seen == ["waitingForPause", "paused", "waiting"]
