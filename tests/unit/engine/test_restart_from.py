"""Restart from a step: what is kept, what runs again."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from playground.core.errors import WorkflowError
from playground.engine.engine import EngineSettings
from playground.engine.lifecycle import step_of
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Gate, Server, output


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


class TestFromAStep:
    async def test_what_started_before_is_kept_and_the_rest_runs_again(self, server: Server) -> None:
        calls = Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            def work(context: Any) -> str:
                calls[context.step.name] += 1
                return f"{context.step.name} {calls[context.step.name]}"

            return [await step.do(name, work) for name in ("a", "b", "c")]

        instance = await server.start(run)
        assert await output(server, instance) == ["a 1", "b 1", "c 1"]
        await instance.restart({"name": "b"})
        assert await output(server, instance) == ["a 1", "b 2", "c 2"]
        await instance.restart({"name": "c", "count": 1, "type": "do"})
        assert await output(server, instance) == ["a 1", "b 2", "c 3"]
        await instance.restart({"name": "a"})
        assert await output(server, instance) == ["a 2", "b 3", "c 4"]
        view = fold_run(await server.entries(instance))
        assert [(step["name"], step["state"], step["output"]) for step in view["steps"]] == [
            ("a", "completed", "a 2"),
            ("b", "completed", "b 3"),
            ("c", "completed", "c 4"),
        ]

    async def test_a_completion_that_came_later_is_kept_with_its_step(self, server: Server) -> None:
        gate, calls = Gate(), Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            async def slow() -> str:
                calls["slow"] += 1
                await gate()
                return "slow"

            async def quick() -> int:
                calls["quick"] += 1
                return calls["quick"]

            async def then() -> int:
                calls["then"] += 1
                gate.opened.set()
                return calls["then"]

            first = step.do("slow", slow)
            return [await step.do("quick", quick), await step.do("then", then), await first]

        instance = await server.start(run)
        assert await output(server, instance) == [1, 1, "slow"]
        await instance.restart({"name": "then"})
        assert await output(server, instance) == [1, 2, "slow"]
        await instance.restart({"name": "quick"})
        assert await output(server, instance) == [2, 3, "slow"]
        assert calls["slow"] == 1

    async def test_the_count_and_the_type_name_the_step(self, server: Server) -> None:
        calls = Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            def work(context: Any) -> int:
                calls[f"{context.step.count}"] += 1
                return calls[f"{context.step.count}"]

            one = await step.do("same", work)
            await step.sleep("same", 10)
            return [one, await step.do("same", work)]

        instance = await server.start(run)
        await server.waiting(instance)
        await server.advance(10)
        assert await output(server, instance) == [1, 1]
        await instance.restart({"name": "same", "count": 2})
        assert await output(server, instance) == [1, 2]
        await instance.restart({"name": "same", "type": "sleep"})
        await server.waiting(instance)
        await server.advance(10)
        assert await output(server, instance) == [1, 3]

    async def test_events_that_no_kept_wait_took_are_there_again(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            first = await step.wait_for_event("first", type="x")
            second = await step.wait_for_event("second", type="x")
            return [first["payload"], second["payload"]]

        instance = await server.start(run)
        for payload in (1, 2, 3):
            await instance.send_event(type="x", payload=payload)
        assert await output(server, instance) == [1, 2]
        await instance.restart({"name": "second", "type": "waitForEvent"})
        assert await output(server, instance) == [1, 2]
        await instance.restart({"name": "first", "type": "waitForEvent"})
        assert await output(server, instance) == [1, 2]

    async def test_a_kept_step_that_failed_stays_failed(self, server: Server) -> None:
        calls = Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            def fails() -> None:
                calls["fails"] += 1
                raise ValueError("no")

            failed = False
            try:
                await step.do("fails", {"retries": {"limit": 0, "delay": 0}}, fails)
            except Exception:
                failed = True
            return [failed, await step.do("after", lambda: 1)]

        instance = await server.start(run)
        assert await output(server, instance) == [True, 1]
        await instance.restart({"name": "after"})
        assert await output(server, instance) == [True, 1]
        assert calls["fails"] == 1

    async def test_lines_outside_steps_are_said_once_per_time_they_run(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            step.log("before a")
            await step.do("a", lambda: 1)
            step.log("before b")
            await step.do("b", lambda: 1)
            step.log("before the nap")
            await step.sleep("nap", 1000)
            step.log("at the end")

        async def lines() -> list[str]:
            return [entry["message"] for entry in await server.entries(instance, "log")]

        async def nap() -> None:
            await server.waiting(instance)
            await asyncio.sleep(0.01)
            await server.advance(10)
            await server.forgotten()
            await server.advance(1000)
            await server.ended(instance)

        instance = await server.start(run)
        await nap()
        once = ["before a", "before b", "before the nap", "at the end"]
        assert await lines() == once
        await instance.restart({"name": "b"})
        await nap()
        assert await lines() == [*once, "before the nap", "at the end"]
        await instance.restart({"name": "nap", "type": "sleep"})
        await nap()
        assert await lines() == [*once, "before the nap", "at the end", "at the end"]
        await instance.restart({"name": "a"})
        await nap()
        assert (await lines())[len(once) + 3 :] == once[1:]

    async def test_one_at_work_is_thrown_away_and_its_kept_attempt_made_again(self, server: Server) -> None:
        gate, calls = Gate(), Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            async def held() -> int:
                calls["held"] += 1
                if calls["held"] == 1:
                    await gate()
                return calls["held"]

            def quick() -> int:
                calls["quick"] += 1
                return calls["quick"]

            held_task = step.do("held", held)
            return [await step.do("quick", quick), await held_task]

        instance = await server.start(run)
        await gate.reached.wait()
        await server.seen(instance, "step_completed")
        await instance.restart({"name": "quick"})
        gate.opened.set()
        assert await output(server, instance) == [2, 2]

    @pytest.mark.parametrize(
        ("wanted", "message"),
        [
            ({"name": "unknown"}, "no step"),
            ({"name": "known", "count": 2}, "no step"),
            ({"name": "known", "type": "sleep"}, "no step"),
            ({"name": "known", "type": "rollback"}, "type must be one of"),
            ({"name": "known", "count": 0}, "count must be"),
            ({"name": "known", "count": 1.5}, "count must be"),
            ({"name": 5}, "name must be"),
            ({}, "name must be"),
            ({"name": "known", "other": 1}, "from must be"),
            ("known", "from must be"),
        ],
        ids=str,
    )
    async def test_an_unknown_step_is_refused_and_nothing_happens(
        self, server: Server, wanted: Any, message: str
    ) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            await step.do("known", lambda: 1)
            await step.do("held", gate)

        instance = await server.start(run)
        await gate.reached.wait()
        with pytest.raises(WorkflowError, match=rf"instance\.cannot_restart: .*{message}"):
            await instance.restart(wanted)
        gate.opened.set()
        await server.ended(instance)
        assert [entry["attempt"] for entry in await server.entries(instance, "attempt_started")] == [1, 1]
        assert "workflow_restarted" not in await server.types(instance)

    async def test_it_survives_a_crash_and_replays_alike(self, server: Server) -> None:
        calls = Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            def work(context: Any) -> str:
                calls[context.step.name] += 1
                return f"{context.step.name} {calls[context.step.name]}"

            first = [await step.do(name, work) for name in ("a", "b")]
            await step.sleep("nap", 1000)
            return [*first, await step.do("c", work)]

        instance = await server.start(run, id="one")
        await server.waiting(instance)
        await instance.restart({"name": "b"})
        await server.waiting(instance)
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find("one")
        await after.advance(1000)
        assert await output(after, found) == ["a 1", "b 2", "c 1"]


@pytest.mark.parametrize("count", [float("inf"), float("nan"), -float("inf"), 1.5, 0, True, "1"])
def test_a_count_is_a_whole_number(count: Any) -> None:
    with pytest.raises(WorkflowError, match=r"from\.count must be a whole number"):
        step_of({"name": "a", "count": count})
