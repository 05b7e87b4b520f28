"""Replays that go another way: what the log says of them, and what they come to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from playground.core.errors import RemoteError
from playground.engine.engine import EngineSettings, Instance
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server
from tests.unit.engine.undone import Undone

Body = Callable[[WorkflowStep], Awaitable[Any]]
WARNING = "nondeterminism_detected"


async def one() -> int:
    return 1


async def replayed(
    server: Server, first: Body, then: Body, *, strict: bool | None = None
) -> tuple[Server, Instance]:
    """`first` up to its wait for an event; then `then` is what runs, on another server, to its end."""
    instance = await server.start(first)
    await server.waiting(instance)
    after = await server.crash(then)
    if strict is not None:
        after.engine.register(
            "test", type("W", (), {"run": lambda self, event, step: then(step)}), strict=strict
        )
    await after.engine.start()
    found = await after.find(instance.id)
    await found.send_event(type="go")
    return after, found


def steps(*names: str, wait: str = "wait", then: str | None = "after") -> Body:
    async def run(step: WorkflowStep) -> Any:
        for name in names:
            await step.do(name, one)
        await step.wait_for_event(wait, type="go")
        return await step.do(then, one) if then is not None else None

    return run


async def found_in(server: Server, instance: Instance) -> list[tuple[str, str]]:
    return [(entry["expected"], entry["found"]) for entry in await server.entries(instance, WARNING)]


CHANGES: dict[str, tuple[Body, list[tuple[str, str]]]] = {
    "nothing": (steps("a", "b"), []),
    "renamed": (steps("z", "b"), [('step.do "a"', 'step.do "z"')]),
    "renamed later": (steps("a", "z"), [('step.do "b"', 'step.do "z"')]),
    "inserted": (steps("a", "new", "b"), [('step.do "b"', 'step.do "new"')]),
    "removed": (steps("b"), [('step.do "a"', 'step.do "b"')]),
    "swapped": (steps("b", "a"), [('step.do "a"', 'step.do "b"')]),
    "wait renamed": (
        steps("a", "b", wait="other"),
        [('step.waitForEvent "wait"', 'step.waitForEvent "other"')],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_told_once_and_the_run_goes_on(server: Server, change: str) -> None:
    then, expected = CHANGES[change]
    after, instance = await replayed(server, steps("a", "b"), then)
    if change == "wait renamed":  # the first event is for the wait that nobody asks for any more
        await after.seen(instance, "wait_started", 2)
        await instance.send_event(type="go")
    assert (await after.ended(instance)).status == "complete"
    assert await found_in(after, instance) == expected


async def test_a_step_that_is_not_asked_for_before_the_end(server: Server) -> None:
    async def first(step: WorkflowStep) -> Any:
        step.sleep("open", "1 hour")
        await step.wait_for_event("wait", type="go")

    after, instance = await replayed(server, first, steps(then=None))
    assert (await after.ended(instance)).status == "complete"
    assert await found_in(after, instance) == [('step.sleep "open"', 'step.waitForEvent "wait"')]


async def test_an_end_that_comes_before_what_history_holds(server: Server) -> None:
    async def early(step: WorkflowStep) -> Any:
        await step.do("a", one)

    after, instance = await replayed(server, steps("a", "b"), early)
    assert (await after.ended(instance)).status == "complete"
    assert await found_in(after, instance) == [
        ('step.do "b"', "the end of run()"),
        ('step.waitForEvent "wait"', "the end of run()"),
    ]


async def test_another_kind_under_the_same_name(server: Server) -> None:
    async def then(step: WorkflowStep) -> Any:
        await step.sleep("a", 0)
        await step.wait_for_event("wait", type="go")

    after, instance = await replayed(server, steps("a"), then)
    await after.ended(instance)
    assert await found_in(after, instance) == [('step.do "a"', 'step.sleep "a"')]


async def test_another_configuration_under_the_same_name(server: Server) -> None:
    def configured(limit: int) -> Body:
        async def run(step: WorkflowStep) -> Any:
            await step.do("a", {"retries": {"limit": limit, "delay": 5}}, one)
            await step.wait_for_event("wait", type="go")

        return run

    after, instance = await replayed(server, configured(3), configured(4))
    assert (await after.ended(instance)).status == "complete"
    rest = "delay 5, exponential, timeout 600000"
    assert await found_in(after, instance) == [
        (f'step.do "a" with limit 3, {rest}', f'step.do "a" with limit 4, {rest}')
    ]


async def test_another_type_of_event_under_the_same_name(server: Server) -> None:
    def waiting_for(type: str) -> Body:
        async def run(step: WorkflowStep) -> Any:
            return (await step.wait_for_event("wait", type=type))["type"]

        return run

    after, instance = await replayed(server, waiting_for("go"), waiting_for("other"))
    status = await after.ended(instance)
    assert status.output is not None
    assert status.output.data == b'j"go"'
    assert await found_in(after, instance) == [
        ('step.waitForEvent "wait" with type go', 'step.waitForEvent "wait" with type other')
    ]


class TestEachReplay:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(hibernate_after_idle_ms=10)

    async def test_a_place_is_told_of_once_however_often_it_is_replayed(self, server: Server) -> None:
        executions = itertools.count(1)

        async def run(step: WorkflowStep) -> Any:
            name = "first" if next(executions) == 1 else "later"
            await step.do(name, one)
            for night in range(4):
                await step.sleep(f"night {night}", 1000)

        instance = await server.start(run)
        for night in range(1, 5):
            await server.seen(instance, "workflow_waiting", night)
            await server.advance(10)
            await server.forgotten()
            await server.advance(990)
        await server.ended(instance)
        assert next(executions) == 6
        assert await found_in(server, instance) == [('step.do "first"', 'step.do "later"')]

    async def test_a_random_name_is_told_of_each_time(self, server: Server) -> None:
        executions = itertools.count(1)

        async def run(step: WorkflowStep) -> Any:
            await step.do(f"at {next(executions)}", one)
            await step.sleep("night", 1000)
            await step.sleep("another", 1000)

        instance = await server.start(run)
        for night in (1, 2):
            await server.seen(instance, "workflow_waiting", night)
            await server.advance(10)
            await server.forgotten()
            await server.advance(990)
        await server.ended(instance)
        assert await found_in(server, instance) == [
            ('step.do "at 1"', 'step.do "at 2"'),
            ('step.do "at 2"', 'step.do "at 3"'),
        ]


class TestNoFalseAlarm:
    async def test_parallel_steps_that_ended_in_another_order(self, server: Server) -> None:
        gates = {name: Gate() for name in "abc"}

        async def run(step: WorkflowStep) -> Any:
            async def branch(name: str) -> None:
                await step.do(name, gates[name])
                await step.do(f"after {name}", one)

            await asyncio.gather(*(branch(name) for name in "abc"))
            await step.wait_for_event("wait", type="go")

        instance = await server.start(run)
        for number, name in enumerate("cab", 1):
            await gates[name].reached.wait()
            gates[name].opened.set()
            await server.seen(instance, "step_completed", 2 * number)
        await server.waiting(instance)
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find(instance.id)
        await found.send_event(type="go")
        assert (await after.ended(found)).status == "complete"
        assert await found_in(after, found) == []

    async def test_steps_that_were_not_awaited_and_a_race(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            step.do("alone", one)
            nap = step.sleep("nap", "1 day")
            await asyncio.wait([nap, step.do("quick", one)], return_when=asyncio.FIRST_COMPLETED)
            await step.wait_for_event("wait", type="go")
            step.do("alone again", one)

        after, instance = await replayed(server, run, run)
        assert (await after.ended(instance)).status == "complete"
        assert await found_in(after, instance) == []

    async def test_a_crash_between_two_starts(self, server: Server) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            await asyncio.gather(step.do("held", gate), *(step.do(f"s{n}", one) for n in range(5)))

        instance = await server.start(run)
        await server.seen(instance, "step_completed", 5)
        after = await server.crash(run)
        gate.opened.set()
        await after.engine.start()
        found = await after.find(instance.id)
        assert (await after.ended(found)).status == "complete"
        assert await found_in(after, found) == []


class TestStrict:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(strict=True)

    @pytest.mark.parametrize("change", CHANGES)
    async def test_the_instance_errors_at_the_first_change(self, server: Server, change: str) -> None:
        then, expected = CHANGES[change]
        after, instance = await replayed(server, steps("a", "b"), then)
        status = await after.ended(instance)
        if not expected:
            assert status.status == "complete"
            return
        assert status.status == "errored"
        assert status.error is not None
        assert status.error.name == "NonDeterminismError"
        first = expected[0]
        assert status.error.message == f"The replay went another way: expected {first[0]}, found {first[1]}."
        assert await found_in(after, instance) == [first]

    async def test_no_new_step_runs_and_nothing_can_be_caught(self, server: Server) -> None:
        ran: list[str] = []

        async def then(step: WorkflowStep) -> Any:
            try:
                await step.do("new", lambda: ran.append("new"))
            except BaseException:
                ran.append("caught")
                raise

        after, instance = await replayed(server, steps("a"), then)
        status = await after.ended(instance)
        assert status.error is not None
        assert status.error.name == "NonDeterminismError"
        assert ran in ([], ["caught"])
        assert [entry["step"]["name"] for entry in await after.entries(instance, "step_started")] == ["a"]

    async def test_a_workflow_may_be_registered_as_lenient(self, server: Server) -> None:
        after, instance = await replayed(server, steps("a"), steps("z"), strict=False)
        assert (await after.ended(instance)).status == "complete"
        assert len(await found_in(after, instance)) == 1

    async def test_what_it_started_is_undone(self, server: Server) -> None:
        undone = Undone()

        def named(name: str) -> Body:
            async def run(step: WorkflowStep) -> Any:
                await step.do("kept", one, rollback=undone)
                await step.do(name, one)
                await step.wait_for_event("wait", type="go")

            return run

        after, instance = await replayed(server, named("a"), named("z"))
        status = await after.ended(instance)
        assert status.status == "errored"
        assert status.rollback is not None
        assert (status.rollback.outcome, undone.names) == ("complete", ["kept"])


async def test_a_workflow_may_be_registered_as_strict(server: Server) -> None:
    after, instance = await replayed(server, steps("a"), steps("z"), strict=True)
    status = await after.ended(instance)
    assert status.error is not None
    assert status.error.name == "NonDeterminismError"


async def test_a_sleep_that_is_refused_each_time_is_the_same_way(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        refused = []
        for name in ("a", "b"):
            try:
                await step.sleep_until(name, 1)
            except RemoteError as error:
                refused.append(error.message[:30])
            await step.do(f"after {name}", one)
        await step.wait_for_event("wait", type="go")
        return refused

    after, instance = await replayed(server, run, run, strict=True)
    assert (await after.ended(instance)).status == "complete"
    assert await found_in(after, instance) == []
