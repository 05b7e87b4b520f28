"""What an isolate's turns use and say belongs to one run, also where several share the isolate."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, cast

import msgspec
import pytest

from playground.core.clock import ManualClock
from playground.core.codec import decode
from playground.core.values import Encoded
from playground.isolates.code import WorkerCode
from playground.isolates.link import WorkerLink
from playground.isolates.log_line import LogLine, TailEvent
from playground.isolates.run import Run
from playground.isolates.session import IsolateSession
from playground.isolates.settings import PoolSettings
from playground.isolates.wire import Out
from tests.integration.isolates.journal import FakeStep
from tests.unit.isolates.fake_link import FakeGuest, FakeLink

STEP_STUBS = 1
"""The number of the first run's `step`: the code has no bindings."""


class TwoRuns:
    """A session with two runs in it, and its turns ended by hand."""

    def __init__(self) -> None:
        self.link = FakeLink()
        self.clock = ManualClock()
        self.tail: list[TailEvent] = []
        code = WorkerCode("index.js", {"index.js": ""}, tails=[self.tail.append])
        self.session = IsolateSession(cast(WorkerLink, self.link), code, self.clock, PoolSettings())
        self.steps = (FakeStep(time=1000), FakeStep(time=2000))
        self.tasks: list[asyncio.Task[Encoded]] = []
        self._ended = 0

    async def begin(self) -> None:
        loading = asyncio.create_task(self.session.load())
        await asyncio.sleep(0)
        FakeGuest(self.link, self.session).loaded("Flow")
        await loading
        for step in self.steps:
            call = self.session.call("Flow", "run", [], run=Run(step, "seed"))
            self.tasks.append(asyncio.create_task(call))
        await settled()

    async def ends(self, cpu_us: int, heap_bytes: int, *messages: dict[str, Any]) -> dict[str, Any]:
        """End the oldest turn that was not ended yet; answers what it was."""
        turn = self.link.turns[self._ended]
        self._ended += 1
        said = msgspec.json.encode(messages).decode()
        self.session.received(Out(1, turn.turn, said, cpu_us, 1 << 20, heap_bytes))
        await settled()
        return cast("dict[str, Any]", msgspec.json.decode(turn.message))


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def two() -> TwoRuns:
    two = TwoRuns()
    await two.begin()
    return two


def line(owner: int, text: str, kind: str = "log") -> dict[str, Any]:
    return {"t": "log", "owner": owner, "kind": kind, "level": "log", "message": text, "time": 1}


def do(id: int, owner: int, step: int, name: str) -> dict[str, Any]:
    args = msgspec.json.encode([name, {"$undefined": 0}, {"$fn": id}]).decode()
    return {"t": "ask", "id": id, "owner": owner, "target": step, "method": "do", "args": f"t{args}"}


async def test_cpu_and_memory_are_those_of_the_turns_owner(two: TwoRuns) -> None:
    first, second = two.steps
    await two.ends(100, 1000, do(1, 1, STEP_STUBS, "a"))
    await two.ends(200, 2000, do(2, 2, STEP_STUBS + 1, "b"))
    await two.ends(1000, 5000, {"t": "result", "id": 3, "ok": "j1"})  # the callback of a
    await two.ends(3000, 4500, {"t": "result", "id": 4, "ok": "j2"})  # the callback of b
    await two.ends(7, 4500, {"t": "result", "id": 1, "ok": "j3"})
    await two.ends(8, 4100, {"t": "result", "id": 2, "ok": "j4"})
    assert [decode(await task) for task in two.tasks] == [3, 4]
    assert first.cpu_us == {(None, None): 107, ("a", 1): 1000}
    assert second.cpu_us == {(None, None): 208, ("b", 1): 3000}
    assert (first.grown, second.grown) == (1000 + 3000, 1000 - 500 - 400)


async def test_lines_and_exceptions_are_their_owners_whoever_s_turn_it_is(two: TwoRuns) -> None:
    first, second = two.steps
    await two.ends(1, 1, do(1, 1, STEP_STUBS, "a"), line(2, "of the second"))
    await two.ends(1, 1, line(1, "of the first"), line(2, "Uncaught Error: x", "exception"))
    await two.ends(1, 1, line(3, "of a"))
    assert first.lines == [("log", "of the first", None), ("log", "of a", "a")]
    assert second.lines == [("log", "of the second", None), ("log", "Uncaught Error: x", None)]
    heard = [event.message for event in two.tail if isinstance(event, LogLine)]
    assert heard == ["of the second", "of the first", "Uncaught Error: x", "of a"], "in order"
    for task in two.tasks:
        task.cancel()


async def test_run_is_told_its_time_with_every_message_that_goes_on_with_it(two: TwoRuns) -> None:
    first, _ = two.steps
    begun = await two.ends(1, 1, do(1, 1, STEP_STUBS, "a"))
    assert (begun["run"], begun["time"]) == ("seed", 1000)
    assert (await two.ends(1, 1))["time"] == 2000
    first.time = 1500
    callback = await two.ends(1, 1, {"t": "result", "id": 3, "ok": "j1"})
    assert callback["t"] == "invoke"
    assert "time" not in callback
    answer = await two.ends(1, 1)
    assert (answer["t"], answer["time"]) == ("answer", 1500)
    for task in two.tasks:
        task.cancel()


async def test_what_a_callback_asked_for_is_answered_in_real_time(two: TwoRuns) -> None:
    await two.ends(1, 1, do(1, 1, STEP_STUBS, "a"))
    await two.ends(1, 1)
    of_callback = {"t": "ask", "id": 9, "owner": 3, "target": 77, "method": "m", "args": "j[]"}
    assert (await two.ends(1, 1, of_callback))["t"] == "invoke"
    answer = await two.ends(1, 1)
    assert (answer["t"], answer["id"]) == ("answer", 9)
    assert "time" not in answer
    for task in two.tasks:
        task.cancel()


async def test_a_run_that_logs_too_much_drops_its_own_lines_and_says_how_many(two: TwoRuns) -> None:
    first, second = two.steps
    flood = [line(1, "x")] * 1200
    await two.ends(1, 1, *flood, line(2, "of the second"))
    await two.ends(1, 1, line(2, "again"))
    two.tasks[0].cancel()
    two.tasks[1].cancel()
    assert [message for _, message, _ in first.lines] == ["x"] * 1000
    assert [message for _, message, _ in second.lines] == ["of the second", "again"]


async def test_the_callbacks_of_a_run_share_what_they_may_log(two: TwoRuns) -> None:
    first, _ = two.steps
    await two.ends(1, 1, do(1, 1, STEP_STUBS, "a"), do(2, 1, STEP_STUBS, "b"))
    await two.ends(1, 1)
    await two.ends(1, 1, *[line(3, "of a")] * 3700)
    await two.ends(1, 1, *[line(4, "of b")] * 3700)
    assert Counter(message for _, message, _ in first.lines) == {"of a": 3700, "of b": 1300}
    for task in two.tasks:
        task.cancel()


async def test_lines_outside_runs_share_a_rate(two: TwoRuns) -> None:
    await two.ends(1, 1, *[{**line(1, "x"), "owner": None}] * 5100)
    await two.clock.advance(1000)
    await two.ends(1, 1, {**line(1, "later"), "owner": None})
    said = [(event.kind, event.message) for event in two.tail if isinstance(event, LogLine)]
    assert said[:5000] == [("log", "x")] * 5000
    assert said[5000:] == [("notice", "100 lines were not kept: too many were logged"), ("log", "later")]
    for task in two.tasks:
        task.cancel()
