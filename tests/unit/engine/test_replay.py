"""Replay: what an execution is told again, in which order, and what is not done again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.codec import decode
from playground.core.errors import RemoteError
from playground.core.ports import StepContext
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server


async def replayed(server: Server, run: Any, instance: Any) -> Any:
    """What a second server makes of `instance`, whose last wait is a sleep of a second."""
    after = await server.crash(run)
    await after.engine.start()
    await server.clock.advance(1000)
    return await after.ended(await after.find(instance.id))


async def test_committed_steps_are_not_run_again(server: Server) -> None:
    ran: list[str] = []

    async def run(step: WorkflowStep) -> Any:
        def work(context: StepContext) -> int:
            ran.append(context.step.name)
            return 1

        first = await step.do("first", work)
        await step.sleep("nap", 1000)
        return first + await step.do("second", work)

    instance = await server.start(run)
    await server.waiting(instance)
    status = await replayed(server, run, instance)
    assert status.output.data == b"j2"
    assert ran == ["first", "second"]


async def test_a_failed_step_throws_the_same_error_again(server: Server) -> None:
    ran: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        def fail(context: StepContext) -> Any:
            ran.append(context.attempt)
            raise ValueError(f"no {len(ran)}")

        caught: list[str] = []
        try:
            await step.do("bad", {"retries": {"limit": 1, "delay": 0}}, fail)
        except RemoteError as error:
            caught = [error.name, error.message]
        await step.sleep("nap", 1000)
        return caught

    instance = await server.start(run)
    await server.waiting(instance)
    status = await replayed(server, run, instance)
    assert status.output.data == b'j["ValueError","no 2"]'
    assert ran == [1, 2]


async def test_the_order_of_completions_is_that_of_their_commits(server: Server) -> None:
    gates = {name: Gate() for name in "abc"}
    orders: list[list[str]] = []

    async def run(step: WorkflowStep) -> Any:
        order: list[str] = []
        orders.append(order)

        async def branch(name: str) -> None:
            await step.do(name, gates[name])
            order.append(name)
            await step.do(f"after {name}", lambda: 1)
            order.append(f"after {name}")

        await asyncio.gather(*(branch(name) for name in "abc"))
        await step.sleep("nap", 1000)
        return order

    instance = await server.start(run)
    for number, name in enumerate("cab", 1):
        await gates[name].reached.wait()
        gates[name].opened.set()
        await server.seen(instance, "step_completed", 2 * number)
    await server.waiting(instance)
    status = await replayed(server, run, instance)
    assert status.status == "complete"
    assert orders[0] == ["c", "after c", "a", "after a", "b", "after b"]
    assert orders[1] == orders[0]


@pytest.mark.parametrize("winner", [0, 1, 2])
async def test_a_race_has_the_same_winner_again(server: Server, winner: int) -> None:
    gates = [Gate() for _ in range(3)]
    winners: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        async def racer(number: int) -> int:
            await gates[number]()
            return number

        tasks = [step.do(f"racer {number}", lambda number=number: racer(number)) for number in range(3)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        winners.append(done.pop().result())
        await asyncio.wait(tasks)
        await step.sleep("nap", 1000)
        return winners[-1]

    instance = await server.start(run)
    for gate in gates:
        await gate.reached.wait()
    gates[winner].opened.set()
    await server.seen(instance, "step_completed")
    for gate in gates:
        gate.opened.set()
    await server.waiting(instance)
    await replayed(server, run, instance)
    assert winners == [winner, winner]


async def test_any_takes_the_first_that_succeeds_again(server: Server) -> None:
    gate = Gate()
    answers: list[Any] = []

    async def run(step: WorkflowStep) -> Any:
        def fail() -> Any:
            raise ValueError("first to end")

        async def slowly() -> Any:
            await gate()
            return "slow"

        config = {"retries": {"limit": 0, "delay": 0}}
        pending = {step.do("fails", config, fail), step.do("works", slowly)}
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            answers.extend(str(task.exception() or task.result()) for task in done)
        await step.sleep("nap", 1000)

    instance = await server.start(run)
    await server.seen(instance, "step_failed")
    gate.opened.set()
    await server.waiting(instance)
    await replayed(server, run, instance)
    assert answers == ["first to end", "slow"] * 2


async def test_steps_of_one_commit_are_delivered_one_after_the_other(server: Server) -> None:
    """Names that are asked for twice depend on who asks first."""
    gate = Gate()
    runs: list[list[str]] = []

    async def run(step: WorkflowStep) -> Any:
        asked: list[str] = []
        runs.append(asked)

        async def branch(name: str, hops: int) -> None:
            await step.do(name, gate.opened.wait)
            for _ in range(hops):
                await asyncio.sleep(0)
            asked.append(name)
            await step.do("shared", lambda: name)

        await asyncio.gather(branch("slow", 4), branch("quick", 0))
        await step.sleep("nap", 1000)

    instance = await server.start(run)
    await server.seen(instance, "attempt_started", 2)
    gate.opened.set()
    await server.waiting(instance)
    await replayed(server, run, instance)
    assert runs == [["slow", "quick"]] * 2


async def test_a_completion_that_nobody_asks_for_any_more_holds_nothing_up(server: Server) -> None:
    executions = 0

    async def run(step: WorkflowStep) -> Any:
        nonlocal executions
        executions += 1
        if executions == 1:
            await step.do("removed", lambda: 1)
        await step.do("kept", lambda: 2)
        await step.sleep("nap", 1000)
        return "went on"

    instance = await server.start(run)
    await server.waiting(instance)
    status = await replayed(server, run, instance)
    assert status.output.data == b'j"went on"'


async def test_the_first_configuration_wins(server: Server) -> None:
    limits = iter([3, 0])
    attempts: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        def fail(context: StepContext) -> Any:
            attempts.append(context.attempt)
            assert context.config["retries"]["limit"] == 3
            if context.attempt < 3:
                raise ValueError

        await step.do(
            "step", {"retries": {"limit": next(limits), "delay": 1000, "backoff": "constant"}}, fail
        )

    instance = await server.start(run)
    await server.waiting(instance)
    after = await server.crash(run)
    await after.engine.start()
    found = await after.find(instance.id)
    await server.clock.advance(1000)
    await after.seen(found, "workflow_waiting", 2)
    await server.clock.advance(1000)
    assert (await after.ended(found)).status == "complete"
    assert attempts == [1, 2, 3]


async def test_the_deadline_of_a_sleep_is_computed_once(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep("nap", 1000)

    instance = await server.start(run)
    await server.waiting(instance)
    await server.clock.advance(600)
    after = await server.crash(run)
    await after.engine.start()
    await server.clock.advance(399)
    found = await after.find(instance.id)
    assert (await found.status()).status == "waiting"
    await server.clock.advance(1)
    assert (await after.ended(found)).status == "complete"


async def test_lines_outside_steps_are_logged_once_and_those_of_attempts_each_time(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        step.log("one")
        await step.do("step", lambda: step.log("two"))
        await step.sleep("nap", 1000)
        step.log("three", "warn")

    instance = await server.start(run)
    await server.waiting(instance)
    after = await server.crash(run)
    await after.engine.start()
    await server.clock.advance(1000)
    found = await after.find(instance.id)
    await after.ended(found)
    lines = [(line["level"], line["message"]) for line in await after.entries(found, "log")]
    assert lines == [("log", "one"), ("log", "two"), ("warn", "three")]


async def test_a_line_of_an_attempt_names_step_and_attempt(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        async def callback(context: StepContext) -> Any:
            step.journaled.log("log", "info", "inside \ud800", context.step, context.attempt)
            step.journaled.log("exception", "error", "x" * 10_000)
            return 1

        await step.do("step", callback)

    instance = await server.start(run)
    await server.ended(instance)
    inside, outside = await server.entries(instance, "log")
    assert inside["step"] == {"kind": "do", "name": "step", "count": 1}
    assert (inside["attempt"], inside["message"], inside["kind"]) == (1, "inside \ufffd", "log")
    assert "step" not in outside
    assert len(outside["message"]) == 8192
    assert outside["kind"] == "exception"


async def test_the_time_outside_steps_is_that_of_the_last_completion(server: Server) -> None:
    times: list[list[int]] = []

    async def run(step: WorkflowStep) -> Any:
        seen = [step.journaled.time]
        times.append(seen)
        await step.sleep("first", 5)
        seen.append(step.journaled.time)
        await step.do("work", lambda: 1)
        seen.append(step.journaled.time)
        await step.sleep("second", 1000)

    start = server.clock.now()
    instance = await server.start(run)
    await server.seen(instance, "workflow_waiting", 1)
    await server.clock.advance(5)
    await server.seen(instance, "workflow_waiting", 2)
    await server.clock.advance(100)
    await replayed(server, run, instance)
    assert times[1] == times[0] == [start, start + 5, start + 5]


async def test_time_and_chance_repeat_outside_callbacks(server: Server) -> None:
    seen: list[list[Any]] = []

    async def run(step: WorkflowStep) -> Any:
        mine: list[Any] = [step.now(), step.random(), step.random()]
        seen.append(mine)
        await step.sleep("first", 5)
        mine.append(step.now())
        await step.do("draws", step.random)
        mine.append(step.random())
        await step.sleep("second", 1000)

    start = server.clock.now()
    instance = await server.start(run)
    await server.seen(instance, "workflow_waiting", 1)
    await server.clock.advance(5)
    await server.seen(instance, "workflow_waiting", 2)
    await server.clock.advance(100)
    await replayed(server, run, instance)
    first, again = seen
    assert first == again
    assert [time.timestamp() * 1000 for time in (first[0], first[3])] == [start, start + 5]
    assert len({first[1], first[2], first[4]}) == 3


async def test_time_and_chance_are_real_in_callbacks(server: Server) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        async def look() -> list[Any]:
            await gate()
            return [step.now().timestamp() * 1000, step.random()]

        return [await step.do("a", look), await step.do("b", look), step.random()]

    start = server.clock.now()
    instance = await server.start(run)
    await gate.reached.wait()
    await server.clock.advance(77)
    gate.opened.set()
    status = await server.ended(instance)
    assert status.output is not None
    (first, one), (second, two), three = decode(status.output)
    assert (first, second) == (start + 77, start + 77)
    assert len({one, two, three}) == 3


class TestSmallHorizon:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(hibernate_after_idle_ms=10, horizon_ms=1_000)

    async def test_a_deadline_beyond_the_horizon_is_found_in_storage(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("long", 5_000)

        instance = await server.start(run)
        await server.waiting(instance)
        await asyncio.sleep(0)
        await server.advance(10)
        await server.forgotten()
        for _ in range(12):
            await server.advance(499)
            await asyncio.sleep(0.01)
        assert (await server.ended(instance)).status == "complete"


class TestFloods:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(log_lines=3)

    async def test_lines_beyond_the_limit_are_dropped_and_the_last_one_says_so(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            for number in range(1000):
                step.log(f"line {number}")

        instance = await server.start(run)
        await server.ended(instance)
        lines = [(entry["kind"], entry["message"]) for entry in await server.entries(instance, "log")]
        assert lines[:2] == [("log", "line 0"), ("log", "line 1")]
        assert lines[2:] == [("notice", "Lines after this one were not kept: too many were logged")]
