"""Workflows on a bench: their clock, their steps by count, several side by side."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from playground import (
    RemoteError,
    Stream,
    WorkflowEntrypoint,
    WorkflowError,
    WorkflowEvent,
    WorkflowStep,
    WorkflowTimeoutError,
    testing,
)


async def test_steps_are_told_apart_by_their_counts() -> None:
    async def run(step: WorkflowStep) -> object:
        found = [await step.do("page", lambda: "real") for _ in range(3)]
        await step.sleep("nap", "1 hour")
        return found

    async with testing.workflows({"pages": _workflow(run)}) as bench, bench.introspect_instance("a") as one:
        one.mock_step_result("page", "mocked", count=2)
        one.disable_sleeps(("nap", 2))
        await bench.create(id="a")
        assert await one.wait_for_step_result("page", count=3) == "real"
        assert await one.wait_for_step_result("page", count=2) == "mocked"
        await one.wait_for_status("waiting")
        await bench.advance("1 hour")
        assert await one.wait_for_status("complete") == "complete"
        assert await one.get_output() == ["real", "mocked", "real"]


async def test_streams_and_sensitive_results_are_seen() -> None:
    async def run(step: WorkflowStep) -> object:
        page = await step.do("page", lambda: "real")
        text = await page.text()
        await step.do("secret", {"sensitive": "output"}, lambda: "s3cret")
        return text

    async with testing.workflows({"pages": _workflow(run)}) as bench, bench.introspect_instance("a") as one:
        one.mock_step_result("page", Stream([b"one ", b"two"]))
        instance = await bench.create(id="a")
        assert await instance.result() == "one two"
        page: Any = await one.wait_for_step_result("page")
        assert await page.text() == "one two"
        assert await one.wait_for_step_result("secret") == "s3cret"


async def test_a_sleep_until_a_date_is_disabled_too() -> None:
    async def run(step: WorkflowStep) -> str:
        await step.sleep_until("new year", step.now() + timedelta(days=100))
        return step.now().isoformat()

    async with testing.workflows({"w": _workflow(run)}) as bench, bench.introspect_instance("a") as one:
        one.disable_sleeps("new year")
        instance = await bench.create(id="a")
        now = datetime.fromtimestamp(bench.clock.now() / 1000, UTC)
        assert await instance.result() == now.isoformat()


async def test_a_callback_that_hangs_is_waited_for_so_long_and_then_times_out() -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def run(step: WorkflowStep) -> object:
        config = {"retries": {"limit": 0, "delay": 0}, "timeout": "1 minute"}
        return await step.do("hang", config, hang)

    async with testing.workflows({"w": _workflow(run)}) as bench, bench.introspect_instance("a") as one:
        await bench.create(id="a")
        await begun.wait()
        assert not await bench.settle(patience=0.01)
        await bench.advance("1 minute", patience=0.01)
        with pytest.raises(WorkflowTimeoutError):
            await one.wait_for_step_result("hang")


async def test_months_pass_in_moments() -> None:
    async def run(step: WorkflowStep) -> int:
        for _ in range(12):
            await step.sleep("month", "30 days")
        return 12

    async with testing.workflows({"w": _workflow(run)}) as bench:
        instance = await bench.create()
        await bench.advance("360 days")
        assert await instance.result() == 12


async def test_schedules_fire_as_the_clock_is_moved() -> None:
    class Report(WorkflowEntrypoint):
        async def run(self, event: WorkflowEvent, step: WorkflowStep) -> object:
            await step.do("send", lambda: "sent")
            return event.schedule and event.schedule["scheduledTime"]

    hour = 3_600_000
    async with testing.workflows(Report, schedules={"Report": ["0 * * * *"]}) as bench:
        async with bench.introspect_workflow() as reports:
            reports.mock_step_result("send", "mocked")
            began = bench.clock.now()
            await bench.advance("3 hours")
            runs = await reports.instances()
            for run in runs:
                await run.wait_for_status("complete")
                assert await run.wait_for_step_result("send") == "mocked"
            times = [await run.get_output() for run in runs]
        assert times == [began - began % hour + hour * number for number in (1, 2, 3)]


async def test_several_workflows_are_told_apart() -> None:
    async def one(step: WorkflowStep) -> int:
        return 1

    async def two(step: WorkflowStep) -> object:
        return await step.do("two", lambda: 2)

    async with testing.workflows({"one": _workflow(one), "two": _workflow(two)}) as bench:
        with pytest.raises(WorkflowError, match="which workflow\\? There are one, two"):
            await bench.create()
        with pytest.raises(LookupError, match="no workflow is named 'three'"):
            bench.introspect_instance("a", workflow="three")
        async with bench.introspect_instance("a", workflow="two") as run:
            run.mock_step_result("two", 3)
            first = await bench.create(id="a", workflow="one")
            second = await bench.create(id="a", workflow="two")
            assert [await first.result(), await second.result()] == [1, 3]


def _workflow(run: Any) -> type:
    class Made(WorkflowEntrypoint):
        async def run(self, event: WorkflowEvent, step: WorkflowStep) -> object:
            return await run(step)

    return Made


async def test_what_is_no_workflow_is_refused_in_words() -> None:
    class Sync:
        def run(self, event: object, step: object) -> int:
            return 1

    async with testing.workflows(Sync) as bench:
        with pytest.raises(RemoteError, match=r"run\(\) of Sync is no coroutine: write async def run"):
            await (await bench.create()).result()
    async with testing.workflows(dict) as bench:
        with pytest.raises(RemoteError, match=r"gives a dict, which has no run\(event, step\)"):
            await (await bench.create()).result()
