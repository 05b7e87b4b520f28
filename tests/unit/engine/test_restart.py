"""Restart from the top: the history is wiped, the id and the seqs go on."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Gate, Server, output, quiet


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


class TestFromTheTop:
    @pytest.mark.parametrize("way", ["complete", "errored", "terminated"])
    async def test_a_finished_one_runs_again_with_its_params(self, server: Server, way: str) -> None:
        runs: list[Any] = []

        class Workflow:
            async def run(self, event: Any, step: WorkflowStep) -> Any:
                runs.append(event.payload)
                number = await step.do("count", lambda: len(runs))
                if way == "errored" and number == 1:
                    raise ValueError("the first time")
                if way == "terminated" and number == 1:
                    await step.sleep("long", "1 day")
                return number

        server.engine.register("test", Workflow)
        instance = await server.engine.workflow("test").create("again", {"a": 1})
        if way == "terminated":
            await server.waiting(instance)
            await instance.terminate()
        assert (await server.ended(instance)).status == way
        await instance.restart()
        assert await output(server, instance) == 2
        assert runs == [{"a": 1}] * 2

    async def test_its_history_is_wiped_and_its_seq_grows_on(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            step.log("line")
            return await step.do("work", lambda: 1)

        instance = await server.start(run, id="one", params=[1])
        await server.ended(instance)
        before = (await server.entries(instance))[-1]["seq"]
        await instance.restart()
        await server.ended(instance)
        entries = await server.entries(instance)
        assert entries[0]["seq"] == before + 1
        assert [entry["seq"] for entry in entries] == list(range(before + 1, before + 1 + len(entries)))
        assert [entry["type"] for entry in entries] == [
            "workflow_restarted",
            "workflow_started",
            "log",
            "step_started",
            "attempt_started",
            "attempt_completed",
            "step_completed",
            "workflow_completed",
        ]
        view = fold_run(entries)
        assert (view["workflow"], view["params"]) == ("test", [1])
        assert (view["created"], view["status"]) == (server.clock.now(), "complete")
        assert len(await server.engine.scope_history("")) == len(entries)

    async def test_one_at_work_is_thrown_away_first(self, server: Server) -> None:
        gate, calls = Gate(), Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            async def work() -> str:
                calls["work"] += 1
                if calls["work"] == 1:
                    await gate()
                return f"call {calls['work']}"

            return await step.do("work", work)

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.restart()
        gate.opened.set()
        assert await output(server, instance) == "call 2"
        types = await server.types(instance)
        assert types.count("step_completed") == types.count("workflow_completed") == 1
        assert [entry["attempt"] for entry in await server.entries(instance, "attempt_started")] == [1]

    async def test_a_paused_one_goes_on(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            return await step.do("work", lambda: 1)

        instance = await server.start(run)
        await instance.pause()
        await instance.restart()
        assert await output(server, instance) == 1

    async def test_one_that_sleeps_begins_its_sleep_anew(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", 1000)
            return step.journaled.time

        start = server.clock.now()
        instance = await server.start(run)
        await server.waiting(instance)
        await server.advance(600)
        await instance.restart()
        await server.waiting(instance)
        await server.advance(999)
        await quiet()
        assert (await instance.status()).status == "waiting"
        await server.advance(1)
        assert await output(server, instance) == start + 1600

    async def test_events_of_before_are_gone(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            return (await step.wait_for_event("reply", type="x"))["payload"]

        instance = await server.start(run)
        await instance.send_event(type="x", payload="first")
        assert await output(server, instance) == "first"
        await instance.restart()
        await server.waiting(instance)
        await instance.send_event(type="x", payload="second")
        assert await output(server, instance) == "second"

    async def test_it_survives_a_crash(self, server: Server) -> None:
        runs = Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            async def work() -> int:
                runs["work"] += 1
                return runs["work"]

            return await step.do("work", work)

        instance = await server.start(run, id="one")
        assert await output(server, instance) == 1
        await instance.restart()
        after = await server.crash(run)
        await after.engine.start()
        assert await output(after, await after.find("one")) in (2, 3)
        assert "workflow_restarted" in await after.types(await after.find("one"))

    async def test_again_and_again_at_once(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            return [await step.do(f"step {number}", lambda: "done") for number in range(3)]

        instance = await server.start(run)

        async def restart(turns: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            await instance.restart()

        await asyncio.gather(*(restart(number) for number in range(40)))
        assert await output(server, instance) == ["done"] * 3
        assert (await server.types(instance)).count("workflow_completed") == 1
        assert fold_run(await server.entries(instance))["status"] == "complete"

    async def test_restart_races_terminate_pause_and_events(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.do("work", lambda: 1)
            await step.sleep("nap", "1 hour")

        for turns in range(10):
            instance = await server.start(run)
            for _ in range(turns):
                await asyncio.sleep(0)
            await asyncio.gather(
                instance.restart(),
                instance.pause(),
                instance.send_event(type="x"),
                instance.terminate(),
                return_exceptions=True,
            )
            await instance.restart()
            await server.waiting(instance)
            assert fold_run(await server.entries(instance))["status"] == "waiting"
            await instance.terminate()

    async def test_what_it_stores_is_counted_anew(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.do("large", lambda: "x" * 10_000)

        instance = await server.start(run)
        await server.ended(instance)
        sizes = []
        for _ in range(3):
            await instance.restart()
            await server.ended(instance)
            rows = await server.database.read("SELECT value_bytes FROM instances")
            sizes.append(rows[0]["value_bytes"])
        assert sizes[0] == sizes[1] == sizes[2]
        await quiet()
        rows = await server.database.read("SELECT min(seq) AS first FROM entries")
        assert rows[0]["first"] == (await server.entries(instance))[0]["seq"]
