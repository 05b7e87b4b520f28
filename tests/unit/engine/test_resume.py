"""Resuming: what becomes of deadlines and events; crashes and storms of pauses."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from playground.core.durations import DAY, HOUR
from playground.core.errors import RemoteError
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Gate, Server, quiet, status, turns


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


class TestResume:
    async def test_nothing_to_do_for_one_that_is_not_paused(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", "1 hour")

        instance = await server.start(run)
        await instance.resume()
        await server.waiting(instance)
        await instance.resume()
        assert "workflow_resumed" not in await server.types(instance)

    async def test_it_calls_a_pending_pause_off(self, server: Server) -> None:
        gate, other = Gate(), Gate()

        async def run(step: WorkflowStep) -> Any:
            async def chain() -> Any:
                await step.do("quick", other)
                return await step.do("held", lambda: "went on")

            held = asyncio.ensure_future(chain())
            await step.do("work", gate)
            return await held

        instance = await server.start(run)
        await gate.reached.wait()
        await other.reached.wait()
        await instance.pause()
        other.opened.set()
        await server.seen(instance, "step_completed")
        await quiet()
        assert len(await server.entries(instance, "step_started")) == 2
        await instance.resume()
        await server.seen(instance, "step_completed", 2)
        assert await status(instance) == "running"
        gate.opened.set()
        assert (await server.ended(instance)).status == "complete"
        assert "workflow_paused" not in await server.types(instance)
        assert [each["attempt"] for each in await server.entries(instance, "attempt_started")] == [1, 1, 1]

    async def test_deadlines_move_by_the_length_of_the_pause_but_for_sleep_until(
        self, server: Server
    ) -> None:
        ends: dict[str, int] = {}
        start = server.clock.now()

        async def run(step: WorkflowStep) -> Any:
            async def slept() -> None:
                await step.sleep("relative", "2 hours")
                ends["relative"] = step.journaled.time - start

            async def until() -> None:
                await step.sleep_until("absolute", start + 2 * HOUR)
                ends["absolute"] = step.journaled.time - start

            async def waited() -> str:
                try:
                    await step.wait_for_event("reply", type="x", timeout="2 hours")
                except RemoteError as error:
                    ends["reply"] = step.journaled.time - start
                    return str(error)
                return "an event"

            _, _, message = await asyncio.gather(slept(), until(), waited())
            return message

        instance = await server.start(run)
        await server.waiting(instance)
        await server.advance(HOUR)
        await instance.pause()
        await server.advance(HOUR // 2)
        await instance.resume()
        await server.waiting(instance)
        for _ in range(4):
            await server.advance(HOUR // 2)
            await quiet()
        ended = await server.ended(instance)
        assert ends == {"relative": 5 * HOUR // 2, "absolute": 2 * HOUR, "reply": 5 * HOUR // 2}
        assert ended.output is not None
        assert ended.output.data == f'j"Execution timed out after {2 * HOUR}ms"'.encode()

    async def test_what_was_due_when_the_pause_began_is_due_when_it_ends(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", 1000)

        instance = await server.start(run)
        await server.waiting(instance)
        server.clock.set(server.clock.now() + 2000)
        await instance.pause()
        await server.advance(HOUR)
        await instance.resume()
        assert (await server.ended(instance)).status == "complete"

    async def test_a_clock_that_was_set_back_meanwhile_moves_no_deadline(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", 1000)

        instance = await server.start(run)
        await server.waiting(instance)
        await instance.pause()
        server.clock.set(server.clock.now() - HOUR)
        await instance.resume()
        assert [entry["pausedMs"] for entry in await server.entries(instance, "workflow_resumed")] == [0]

    async def test_replays_after_several_pauses_repeat_the_deadlines(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", "10 hours")
            return step.journaled.time

        start = server.clock.now()
        instance = await server.start(run, id="often")
        for _ in range(3):
            await server.waiting(instance)
            await server.advance(HOUR)
            await instance.pause()
            await server.advance(DAY)
            await instance.resume()
        await server.waiting(instance)
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find("often")
        await after.advance(7 * HOUR - 1)
        await quiet()
        assert await status(found) == "waiting"
        await after.advance(1)
        ended = await after.ended(found)
        assert ended.output is not None
        assert ended.output.data == f"j{start + 10 * HOUR + 3 * DAY}".encode()

    async def test_events_that_come_while_it_is_paused_are_taken_after(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            first = await step.wait_for_event("one", type="x")
            return [first["payload"], (await step.wait_for_event("two", type="x"))["payload"]]

        instance = await server.start(run)
        await server.waiting(instance)
        await instance.pause()
        await instance.send_event(type="x", payload=1)
        await instance.send_event(type="x", payload=2)
        await quiet()
        assert await status(instance) == "paused"
        assert server.engine.in_memory == 0
        await instance.resume()
        ended = await server.ended(instance)
        assert ended.output is not None
        assert ended.output.data == b"j[1,2]"

    async def test_an_event_that_came_in_the_pause_beats_the_timeout_that_the_pause_moved(
        self, server: Server
    ) -> None:
        async def run(step: WorkflowStep) -> Any:
            return (await step.wait_for_event("one", type="x", timeout="1 hour"))["payload"]

        instance = await server.start(run)
        await server.waiting(instance)
        await instance.pause()
        await server.advance(DAY)
        await instance.send_event(type="x", payload="late")
        await server.advance(DAY)
        await instance.resume()
        ended = await server.ended(instance)
        assert ended.output is not None
        assert ended.output.data == b'j"late"'


class TestCrashes:
    async def test_a_paused_one_stays_paused(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            await step.sleep("nap", "1 hour")

        instance = await server.start(run, id="one")
        await server.waiting(instance)
        await instance.pause()
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find("one")
        await after.advance(DAY)
        await quiet()
        assert (await status(found), after.engine.in_memory) == ("paused", 0)
        await found.resume()
        await after.waiting(found)
        await after.advance(HOUR)
        assert (await after.ended(found)).status == "complete"

    async def test_a_pending_pause_comes_at_the_next_start_and_the_lost_attempt_is_made_again(
        self, server: Server
    ) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            return await step.do("work", gate)

        instance = await server.start(run, id="one")
        await gate.reached.wait()
        await instance.pause()
        after = await server.crash(run)
        await after.engine.start()
        found = await after.find("one")
        await after.status(found, "paused")
        gate.opened.set()
        await found.resume()
        assert (await after.ended(found)).status == "complete"
        assert [each["attempt"] for each in await after.entries(found, "attempt_started")] == [1, 2]

    async def test_one_that_was_resumed_goes_on_at_the_next_start(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            return await step.do("work", lambda: 1)

        instance = await server.start(run, id="one")
        await instance.pause()
        await server.forgotten()
        await instance.resume()
        after = await server.crash(run)
        await after.engine.start()
        assert (await after.ended(await after.find("one"))).status == "complete"


class TestStorms:
    async def test_pauses_and_resumes_at_once_leave_it_whole(self, server: Server) -> None:
        calls = Counter[str]()

        async def run(step: WorkflowStep) -> Any:
            async def work(context: Any) -> Any:
                calls[context.step.name] += 1
                await asyncio.sleep(0)
                return context.step.name

            results = [await step.do(f"step {number}", work) for number in range(20)]
            await step.sleep("nap", 10)
            return results

        instance = await server.start(run)

        async def pause_and_resume(number: int) -> None:
            await turns(number)
            await instance.pause()
            await turns(number % 3)
            await instance.resume()

        await asyncio.gather(*(pause_and_resume(number) for number in range(60)))
        await instance.resume()
        await server.status(instance, "waiting", "complete")
        await server.advance(HOUR)
        ended = await server.ended(instance)
        assert ended.status == "complete"
        assert calls == {f"step {number}": 1 for number in range(20)}
        completed = [each["step"]["name"] for each in await server.entries(instance, "step_completed")]
        assert completed == [f"step {number}" for number in range(20)]
        view = fold_run(await server.entries(instance))
        assert view["status"] == "complete"

    async def test_a_pause_that_races_the_end(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            return await step.do("work", lambda: 1)

        outcomes = Counter[str]()
        for delay in range(30):
            instance = await server.start(run)
            await turns(delay)
            await instance.pause()
            await server.status(instance, "paused", "complete")
            outcomes[await status(instance)] += 1
            await instance.resume()
            assert (await server.ended(instance)).status == "complete"
            types = await server.types(instance)
            assert types.count("workflow_completed") == types.count("step_completed") == 1
        assert outcomes["paused"] > 0

    async def test_terminate_and_pause_at_once(self, server: Server) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            await step.do("work", gate)

        for _ in range(10):
            instance = await server.start(run)
            await turns(5)
            await asyncio.gather(instance.pause(), instance.terminate(), instance.resume())
            assert await status(instance) == "terminated"
            assert (await server.types(instance))[-1] == "workflow_terminated"
        gate.opened.set()
        await server.forgotten()
