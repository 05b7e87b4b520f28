"""An instance's history, replayed by other code without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from playground.core.clock import ManualClock
from playground.core.errors import LimitExceeded, WorkflowError
from playground.core.ports import StepKey
from playground.engine.engine import Instance
from playground.engine.moving import Move
from playground.engine.rehearsal import Rehearsal
from playground.engine.step import WorkflowStep
from playground.storage.moves import MovedRun
from playground.storage.rows import InstanceRow
from tests.unit.engine.harness import Gate, Server, output, status

Run = Callable[[WorkflowStep], Awaitable[Any]]
CHARGE = StepKey("do", "charge", 1)


async def order(step: WorkflowStep) -> Any:
    """The code that instances are started with."""
    price = await step.do("price", lambda: 12)
    await step.do("charge", lambda: f"charged {price}")
    got = await step.wait_for_event("decide", type="approval")
    return await step.do("ship", lambda: f"shipped for {got['payload']}")


def factory_of(run: Run) -> Callable[[], Any]:
    class Workflow:
        async def run(self, event: Any, step: WorkflowStep) -> Any:
            return await run(step)

    return Workflow


async def rehearsed(instance: Instance, run: Run) -> Rehearsal:
    return await instance.rehearse(factory_of(run))


def words(rehearsal: Rehearsal) -> list[str]:
    return [f"{step.verdict} {step.key.name}" for step in rehearsal.steps]


@pytest.fixture
async def waiting(server: Server) -> Instance:
    instance = await server.start(order)
    await server.waiting(instance)
    return instance


async def test_the_same_code_matches_to_where_the_run_waits(server: Server, waiting: Instance) -> None:
    rehearsal = await rehearsed(waiting, order)
    assert words(rehearsal) == ["match price", "match charge", "match decide"]
    assert [step.open for step in rehearsal.steps] == [False, False, True]
    assert (rehearsal.status, rehearsal.ends, rehearsal.error) == ("waiting", None, None)
    assert rehearsal.allows(None)


async def test_nothing_is_written_and_nobody_is_called(server: Server, waiting: Instance) -> None:
    called: list[str] = []

    async def other(step: WorkflowStep) -> Any:
        step.log("said in passing")
        await step.do("price", lambda: called.append("price"))
        await step.do("taxes", lambda: called.append("taxes"))

    before = list(await everything(server))
    rehearsal = await rehearsed(waiting, other)
    await asyncio.sleep(0.05)
    assert await everything(server) == before
    assert called == []
    assert rehearsal.lines == [("log", "said in passing")]
    await waiting.send_event(type="approval", payload="good")
    assert await output(server, waiting) == "shipped for good", "the run goes on as it would have"


async def everything(server: Server) -> list[tuple[Any, ...]]:
    """All that is stored of instances."""
    rows = await server.database.read("SELECT * FROM entries ORDER BY position", {})
    rows += await server.database.read("SELECT * FROM instances", {})
    rows += await server.database.read("SELECT * FROM chunks", {})
    return [tuple(row) for row in rows]


async def test_a_step_that_is_put_in_between_is_new_and_the_next_one_differs(
    server: Server, waiting: Instance
) -> None:
    async def other(step: WorkflowStep) -> Any:
        await step.do("price", lambda: 12)
        await step.do("taxes", lambda: 3)
        await step.do("charge", lambda: 15)

    rehearsal = await rehearsed(waiting, other)
    assert words(rehearsal) == ["match price", "new taxes", "differs charge", "missing decide"]
    difference = rehearsal.first_difference
    assert difference is not None
    assert difference.key == CHARGE
    assert (difference.expected, difference.found) == ('step.do "charge"', 'step.do "taxes"')
    assert not rehearsal.allows(None)
    assert rehearsal.allows(CHARGE)
    assert not rehearsal.allows(StepKey("wait", "decide", 1)), "what is before it would not be kept"
    assert not rehearsal.allows(StepKey("do", "taxes", 1)), "history does not hold it"


async def test_a_step_that_is_taken_out_is_missing(server: Server, waiting: Instance) -> None:
    async def other(step: WorkflowStep) -> Any:
        await step.do("price", lambda: 12)
        return "for nothing"

    rehearsal = await rehearsed(waiting, other)
    assert words(rehearsal) == ["match price", "missing charge", "missing decide"]
    assert rehearsal.ends is not None
    assert rehearsal.ends.error is None


async def reconfigured(step: WorkflowStep) -> Any:
    await step.do("price", lambda: 12, config={"retries": {"limit": 1, "delay": 5}})
    await step.do("charge", lambda: 15)
    await step.wait_for_event("decide", type="refusal")


async def test_what_a_step_came_to_stands_under_another_configuration_and_what_is_open_does_not(
    server: Server, waiting: Instance
) -> None:
    rehearsal = await rehearsed(waiting, reconfigured)
    assert words(rehearsal) == ["match price", "match charge", "differs decide"]
    assert rehearsal.steps[2].expected == 'step.waitForEvent "decide" with type approval'
    assert rehearsal.allows(StepKey("wait", "decide", 1))


async def test_where_replays_are_strict_another_configuration_differs(server: Server) -> None:
    class Workflow:
        async def run(self, event: Any, step: WorkflowStep) -> Any:
            return await order(step)

    server.engine.register("test", Workflow, strict=True)
    instance = await server.engine.workflow("test").create()
    await server.waiting(instance)
    assert words(await rehearsed(instance, reconfigured))[0] == "differs price"


async def test_branches_are_asked_for_as_they_were(server: Server) -> None:
    async def fan(step: WorkflowStep) -> Any:
        await asyncio.gather(*(step.do(f"part {number}", lambda: 1) for number in range(5)))
        await step.sleep("nap", "1 hour")

    async def wider(step: WorkflowStep) -> Any:
        await asyncio.gather(*(step.do(f"part {number}", lambda: 1) for number in range(6)))
        await step.sleep("nap", "1 hour")

    instance = await server.start(fan)
    await server.waiting(instance)
    assert (await rehearsed(instance, fan)).allows(None)
    rehearsal = await rehearsed(instance, wider)
    assert [step.verdict for step in rehearsal.steps].count("match") == 5
    assert [step.verdict for step in rehearsal.steps].count("new") == 1


async def test_a_finished_run_is_rehearsed_to_its_end(server: Server, waiting: Instance) -> None:
    await waiting.send_event(type="approval", payload="good")
    await server.ended(waiting)

    async def other(step: WorkflowStep) -> Any:
        await order(step)
        raise ValueError("after all that")

    rehearsal = await rehearsed(waiting, order)
    assert rehearsal.ends is not None
    assert decoded(rehearsal.ends.output) == "shipped for good"
    failing = await rehearsed(waiting, other)
    assert failing.allows(None)
    assert failing.ends is not None
    assert failing.ends.error is not None
    assert failing.ends.error.message == "after all that"


def decoded(shown: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(shown))


async def test_what_cannot_be_run_says_so(server: Server, waiting: Instance) -> None:
    async def other(step: WorkflowStep) -> Any:
        raise LimitExceeded("CPU_LIMIT", "used more than 1000 ms")

    rehearsal = await rehearsed(waiting, other)
    assert rehearsal.error is not None
    assert rehearsal.ends is None
    assert not rehearsal.allows(None)
    assert not rehearsal.allows(StepKey("do", "price", 1))


async def test_a_run_in_the_middle_of_a_callback_is_rehearsed_too(server: Server) -> None:
    gate = Gate()

    async def slow(step: WorkflowStep) -> Any:
        await step.do("price", lambda: 12)
        await step.do("charge", gate)

    instance = await server.start(slow)
    await gate.reached.wait()
    rehearsal = await rehearsed(instance, order)
    assert words(rehearsal) == ["match price", "match charge"]
    assert (rehearsal.steps[1].open, rehearsal.status) == (True, "running")
    gate.opened.set()
    await server.ended(instance)


# -- going on with other code


def moved(rehearsal: Rehearsal, *, start: StepKey | None = None) -> Callable[[InstanceRow], Move]:
    def move(row: InstanceRow) -> Move:
        along = MovedRun(row.key, "", row.id, "two", row.params)
        return Move(rehearsal.seq, "one", "two", row.params, along, start)

    return move


async def other_price(step: WorkflowStep) -> Any:
    await step.do("price", lambda: 99)
    await step.do("charge", lambda: "never called again")
    got = await step.wait_for_event("decide", type="approval")
    return await step.do("send", lambda: f"sent for {got['payload']}")


async def test_a_waiting_run_goes_on_with_other_code(server: Server, waiting: Instance) -> None:
    rehearsal = await rehearsed(waiting, other_price)
    server.register(other_price)
    await waiting.move(moved(rehearsal))
    await server.waiting(waiting)
    [changed] = await server.entries(waiting, "version_changed")
    assert (changed["from"], changed["to"]) == ("one", "two")
    await waiting.send_event(type="approval", payload="good")
    assert await output(server, waiting) == "sent for good"
    assert await server.entries(waiting, "nondeterminism_detected") == []
    assert len(await server.entries(waiting, "attempt_started")) == 3


async def test_a_run_that_went_on_is_not_moved(server: Server, waiting: Instance) -> None:
    rehearsal = await rehearsed(waiting, other_price)
    await waiting.send_event(type="approval", payload="good")
    await server.ended(waiting)
    with pytest.raises(WorkflowError, match="moved_on"):
        await waiting.move(moved(rehearsal))
    again = await rehearsed(waiting, order)
    with pytest.raises(WorkflowError, match="cannot_apply"):
        await waiting.move(moved(again))


async def test_a_run_goes_on_from_the_step_that_differs(server: Server, waiting: Instance) -> None:
    async def other(step: WorkflowStep) -> Any:
        await step.do("price", lambda: 99)
        return await step.do("charge", lambda: "charged anew", config={"timeout": 5})

    rehearsal = await rehearsed(waiting, other)
    assert rehearsal.allows(CHARGE)
    server.register(other)
    await waiting.move(moved(rehearsal, start=CHARGE))
    assert await output(server, waiting) == "charged anew"
    [restarted] = await server.entries(waiting, "workflow_restarted")
    assert restarted["from"] == {"kind": "do", "name": "charge", "count": 1}


async def test_a_paused_run_stays_paused(server: Server, waiting: Instance, clock: ManualClock) -> None:
    await waiting.pause()
    rehearsal = await rehearsed(waiting, other_price)
    server.register(other_price)
    await waiting.move(moved(rehearsal))
    assert await status(waiting) == "paused"
    await waiting.resume()
    await waiting.send_event(type="approval", payload="late")
    assert await output(server, waiting) == "sent for late"


async def test_a_run_that_is_moved_survives_a_crash(server: Server, waiting: Instance) -> None:
    rehearsal = await rehearsed(waiting, other_price)
    await waiting.move(moved(rehearsal))
    after = await server.crash(other_price)
    await after.engine.start()
    found = await after.find(waiting.id)
    await found.send_event(type="approval", payload="good")
    assert await output(after, found) == "sent for good"
    row = await after.database.read_one("SELECT params, value_bytes FROM instances", {})
    assert row is not None
    assert row["value_bytes"] > len(row["params"])


async def test_what_was_in_flight_is_tried_again_by_the_other_code(server: Server) -> None:
    gate = Gate()

    async def slow(step: WorkflowStep) -> Any:
        return await step.do("charge", gate)

    async def quick(step: WorkflowStep) -> Any:
        return await step.do("charge", lambda: "quick")

    instance = await server.start(slow)
    await gate.reached.wait()
    rehearsal = await rehearsed(instance, quick)
    server.register(quick)
    await instance.move(moved(rehearsal))
    assert await output(server, instance) == "quick"
    [failed] = await server.entries(instance, "attempt_failed")
    assert failed["interrupted"] is True
