"""Instances that only wait leave memory and come back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.durations import DAY
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server


class TestHibernation:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(hibernate_after_idle_ms=500, horizon_ms=60_000)

    async def test_an_instance_that_only_waits_leaves_memory_and_comes_back(self, server: Server) -> None:
        executions = 0

        async def run(step: WorkflowStep) -> Any:
            nonlocal executions
            executions += 1
            first = await step.do("once", lambda: executions)
            await step.sleep("long", "30 days")
            return [first, executions]

        instance = await server.start(run)
        await server.waiting(instance)
        assert server.engine.in_memory == 1
        await asyncio.sleep(0)
        await server.advance(500)
        await server.forgotten()
        assert (await instance.status()).status == "waiting"
        for _ in range(30):
            await server.advance(DAY)
            for _ in range(20):
                await asyncio.sleep(0)
        await server.advance(60_000)
        status = await server.ended(instance)
        assert status.output is not None
        assert status.output.data == b"j[1,2]"

    async def test_an_event_wakes_it(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            return (await step.wait_for_event("wait", type="x"))["payload"]

        instance = await server.start(run)
        await server.waiting(instance)
        await asyncio.sleep(0)
        await server.advance(500)
        await server.forgotten()
        await instance.send_event(type="other")
        await instance.send_event(type="x", payload=7)
        status = await server.ended(instance)
        assert status.output is not None
        assert status.output.data == b"j7"

    async def test_an_event_that_nobody_wants_lets_it_sleep_on(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", 30_000)

        instance = await server.start(run)
        await server.waiting(instance)
        await asyncio.sleep(0)
        await server.advance(500)
        await server.forgotten()
        await instance.send_event(type="other")
        await asyncio.sleep(0.05)
        assert (await instance.status()).status == "waiting"
        await server.advance(600)
        await asyncio.sleep(0.05)
        await server.advance(600)
        await asyncio.sleep(0.05)
        await server.forgotten()
        await server.advance(30_000)
        assert (await server.ended(instance)).status == "complete"
        assert await server.entries(instance, "workflow_running") != []

    async def test_a_retrys_delay_is_a_wait(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            def flaky(context: Any) -> Any:
                if context.attempt == 1:
                    raise ValueError
                return context.attempt

            return await step.do("flaky", {"retries": {"limit": 1, "delay": "10 seconds"}}, flaky)

        instance = await server.start(run)
        await server.waiting(instance)
        await asyncio.sleep(0)
        await server.advance(500)
        await server.forgotten()
        await server.advance(10_000)
        status = await server.ended(instance)
        assert status.output is not None
        assert status.output.data == b"j2"

    async def test_a_callback_at_work_keeps_it_in_memory(self, server: Server) -> None:
        opened = asyncio.Event()

        async def run(step: WorkflowStep) -> Any:
            await asyncio.gather(step.sleep("long", "1 day"), step.do("busy", opened.wait))

        instance = await server.start(run)
        await server.seen(instance, "sleep_started")
        await server.seen(instance, "attempt_started")
        await server.advance(10_000)
        await asyncio.sleep(0.01)
        assert (await instance.status()).status == "running"
        assert server.engine.in_memory == 1
        opened.set()
        await server.waiting(instance)

    async def test_a_hold_keeps_it_in_memory(self, server: Server) -> None:
        steps: list[WorkflowStep] = []

        async def run(step: WorkflowStep) -> Any:
            steps.append(step)
            step.journaled.hold()
            await step.sleep("long", "1 day")

        instance = await server.start(run)
        await server.seen(instance, "sleep_started")
        await server.advance(10_000)
        await asyncio.sleep(0.01)
        assert (await instance.status()).status == "running"
        steps[0].journaled.release()
        await server.waiting(instance)
        await asyncio.sleep(0)
        await server.advance(50)
        await server.forgotten()
