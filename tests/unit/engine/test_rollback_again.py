"""Rollback from outside, after crashes, between attempts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import WorkflowError
from playground.core.values import UNDEFINED
from playground.engine import rollback
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Gate, Server
from tests.unit.engine.undone import Undone, fail, outcome


class TestTermination:
    async def test_what_started_is_undone_and_then_the_instance_is_terminated(self, server: Server) -> None:
        undone, gate = Undone(), Gate()

        async def run(step: WorkflowStep) -> Any:
            await step.do("done", lambda: 1, rollback=undone)
            await step.do("in flight", gate, rollback=undone)
            await step.do("never", lambda: 1, rollback=undone)

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.terminate(rollback=True)
        status = await server.ended(instance)
        assert outcome(status) == ("terminated", "complete")
        assert undone.names == ["in flight", "done"]
        assert [given.output for given in undone.given] == [UNDEFINED, 1]
        assert {given.error.name for given in undone.given} == {"Terminated"}

    async def test_one_that_is_asleep_is_undone(self, server: Server) -> None:
        undone = Undone()

        async def run(step: WorkflowStep) -> Any:
            await step.do("a", lambda: 1, rollback=undone)
            await step.sleep("long", "1 day")
            await step.do("b", lambda: 1, rollback=undone)

        instance = await server.start(run)
        await server.waiting(instance)
        await server.advance(1000)
        await server.forgotten()
        await instance.terminate(rollback=True)
        assert outcome(await server.ended(instance)) == ("terminated", "complete")
        assert undone.names == ["a"]

    async def test_with_nothing_to_undo_it_is_over_at_once(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("long", "1 day")

        instance = await server.start(run)
        await instance.terminate(rollback=True)
        assert outcome(await server.ended(instance)) == ("terminated", "complete")

    async def test_it_is_refused_twice_and_for_what_has_finished(self, server: Server) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            await step.do("a", lambda: 1, rollback=gate)
            await step.sleep("long", "1 day")

        instance = await server.start(run)
        await server.waiting(instance)
        await instance.terminate(rollback=True)
        await gate.reached.wait()
        with pytest.raises(WorkflowError, match=r"instance\.cannot_terminate"):
            await instance.terminate(rollback=True)
        gate.opened.set()
        await server.ended(instance)
        with pytest.raises(WorkflowError, match=r"instance\.cannot_terminate"):
            await instance.terminate(rollback=True)
        assert (await server.types(instance)).count("rollback_started") == 1

    async def test_a_plain_terminate_ends_the_rollback(self, server: Server) -> None:
        gate, undone = Gate(), Undone()

        async def run(step: WorkflowStep) -> Any:
            await step.do("a", lambda: 1, rollback=undone)
            await step.do("b", lambda: 1, rollback=gate)
            fail()

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.terminate()
        assert outcome(await server.ended(instance)) == ("terminated", None)
        assert undone.names == []
        view = fold_run(await server.entries(instance))
        assert [step["state"] for step in view["steps"] if step["kind"] == "rollback"] == ["stopped"]


class TestRestart:
    async def test_an_instance_that_was_rolled_back_may_be_again(self, server: Server) -> None:
        undone, executions = Undone(), 0

        async def run(step: WorkflowStep) -> Any:
            nonlocal executions
            executions += 1
            await step.do("a", lambda: 1, rollback=undone)
            await step.do("b", lambda: 1, rollback=undone)
            fail()

        instance = await server.start(run)
        await server.ended(instance)
        for from_step in (None, {"name": "b"}):
            before = executions
            await instance.restart(from_step)
            while executions < before + 2:
                await asyncio.sleep(0)
            assert outcome(await server.ended(instance)) == ("errored", "complete")
        assert undone.names == ["b", "a"] * 3


class TestCrashes:
    async def test_handlers_that_have_succeeded_are_not_called_again(self, server: Server) -> None:
        undone, gate = Undone(), Gate()

        async def run(step: WorkflowStep) -> Any:
            for name in "abc":
                held = name == "b" and not gate.opened.is_set()
                await step.do(name, lambda: 1, rollback=gate if held else undone)
            fail("why")

        instance = await server.start(run)
        await gate.reached.wait()
        gate.opened.set()
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find(instance.id)
        status = await after.ended(found)
        assert outcome(status) == ("errored", "complete")
        assert status.error is not None
        assert status.error.message == "why"
        assert undone.names == ["c", "b", "a"]
        attempts = [
            (entry["step"]["name"], entry["attempt"])
            for entry in await after.entries(found, "attempt_started")
            if entry["step"]["kind"] == "rollback"
        ]
        assert attempts == [("c", 1), ("b", 1), ("b", 2), ("a", 1)]
        assert (await after.types(found)).count("rollback_started") == 1

    async def test_run_goes_no_further_than_its_history(self, server: Server) -> None:
        """Not even its uncaught failure is needed again, and nothing after it is."""
        undone, gate = Undone(), Gate()
        passed: list[str] = []

        async def run(step: WorkflowStep) -> Any:
            await step.do("a", lambda: 1, rollback=undone)
            passed.append("after a")
            waiting = step.wait_for_event("event", type="x")
            await step.do("b", gate, rollback=undone)
            passed.append("after b")
            await waiting

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.terminate(rollback=True)
        await server.ended(instance)
        assert undone.names == ["b", "a"]
        assert passed == ["after a", "after a"]

    async def test_a_step_that_run_does_not_ask_for_any_more_fails_the_rollback(self, server: Server) -> None:
        undone, gate = Undone(), Gate()
        executions = 0

        async def run(step: WorkflowStep) -> Any:
            nonlocal executions
            executions += 1
            await step.do("kept", lambda: 1, rollback=undone)
            if executions == 1:
                await step.do("gone", lambda: 1, rollback=undone)
            await step.do("held", gate, rollback=undone)

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.terminate(rollback=True)
        while not undone.names:
            await asyncio.sleep(0)
        for _ in range(100):
            await server.advance(1000)
            await asyncio.sleep(0.001)
            if (await instance.status()).status == "terminated":
                break
        status = await server.ended(instance)
        assert outcome(status) == ("terminated", "failed")
        assert status.rollback is not None
        assert status.rollback.error is not None
        assert status.rollback.error.name == "RollbackMissing"
        assert undone.names == ["held"]

    @pytest.mark.parametrize("nth", range(1, 14))
    async def test_every_commit_of_a_rollback_may_be_the_last_before_a_crash(
        self, server: Server, nth: int
    ) -> None:
        """The files as they are after each commit, taken over by another server."""
        calls: list[str] = []

        async def run(step: WorkflowStep) -> Any:
            for name in "abc":
                await step.do(name, lambda: 1, rollback=lambda given: calls.append(given.step_name))
            fail("why")

        instance = await server.start(run)
        await _committed(server, instance, "workflow_queued", nth + 5)
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find(instance.id)
        assert outcome(await after.ended(found)) == ("errored", "complete")
        types = await after.types(found)
        assert types.count("rollback_step_completed") == 3
        assert types.count("rollback_started") == types.count("workflow_errored") == 1
        # a callback may run again where its outcome was not committed; those that have one do not
        assert list(dict.fromkeys(calls)) == ["c", "b", "a"]
        assert len(calls) <= 4


async def _committed(server: Server, instance: Any, first: str, entries: int) -> None:
    async with server.engine.feed.subscribe(scope="", instance=instance.id) as wakes:
        while len(types := await server.types(instance)) < entries and types[-1] != "workflow_errored":
            await anext(wakes)


class TestManyHandlers:
    async def test_they_are_called_some_at_a_time(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rollback, "_MOST_HANDLERS", 3)
        undone, executions = Undone(), 0

        async def run(step: WorkflowStep) -> Any:
            nonlocal executions
            executions += 1
            for number in range(8):
                await step.do(f"step {number}", lambda: 1, rollback=undone)
            fail()

        assert outcome(await server.finish(run)) == ("errored", "complete")
        assert undone.names == [f"step {number}" for number in reversed(range(8))]
        assert executions == 4


class TestSmallSettings:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(hibernate_after_idle_ms=10)

    async def test_between_attempts_nothing_is_in_memory(self, server: Server) -> None:
        tries: list[int] = []

        def shaky() -> None:
            tries.append(1)
            if len(tries) == 1:
                fail("not yet")

        async def run(step: WorkflowStep) -> Any:
            config = {"retries": {"limit": 1, "delay": "1 hour"}}
            await step.do("a", lambda: 1, rollback=shaky, rollback_config=config)
            fail()

        instance = await server.start(run)
        await server.waiting(instance)
        await server.advance(10)
        await server.forgotten()
        await server.advance(3_600_000)
        assert outcome(await server.ended(instance)) == ("errored", "complete")
        assert len(tries) == 2

    async def test_a_rollback_may_be_paused(self, server: Server) -> None:
        undone, gate = Undone(), Gate()

        async def run(step: WorkflowStep) -> Any:
            await step.do("a", lambda: 1, rollback=undone)
            await step.do("b", lambda: 1, rollback=gate)
            fail()

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.pause()
        assert (await instance.status()).status == "waitingForPause"
        gate.opened.set()
        await server.status(instance, "paused")
        assert undone.names == []
        await instance.resume()
        assert outcome(await server.ended(instance)) == ("errored", "complete")
        assert undone.names == ["a"]
