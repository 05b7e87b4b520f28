"""An instance that takes over another's past, from its log or from its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground.core.clock import ManualClock
from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.core.streams import Stream
from playground.engine.engine import EngineSettings, Instance
from playground.engine.entries import Lineage
from playground.engine.forking import Heir, Past
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server, output, status

CHARGE = StepKey("do", "charge", 1)
called = Counter[str]()


async def pieces() -> AsyncIterator[bytes]:
    yield b"one "
    yield b"two"


async def order(step: WorkflowStep) -> Any:
    def call(name: str, value: Any) -> Any:
        called[name] += 1
        return value

    price = await step.do("price", lambda: call("price", 12))
    step.log("priced")
    text = await step.do("report", lambda: call("report", Stream(pieces())))
    charged = await step.do("charge", lambda: call("charge", f"charged {price}"))
    got = await step.wait_for_event("decide", type="approval")
    read = b"".join([piece async for piece in text]).decode()
    return [charged, read, got["payload"]]


async def ordered(server: Server) -> Instance:
    """An order that waits for its approval."""
    called.clear()
    instance = await server.start(order, params={"sku": "a"})
    await server.waiting(instance)
    return instance


@pytest.fixture
async def waiting(server: Server) -> Instance:
    return await ordered(server)


async def heir(server: Server, past: Past, start: StepKey | None = None, why: Any = "fork") -> Instance:
    lineage = Lineage(past.id, why, start, server.clock.now())
    return await server.engine.workflow("test").take_over(
        past, Heir(f"heir-of-{past.id}", past.params, lineage)
    )


async def test_a_fork_goes_on_where_the_other_is(
    server: Server, waiting: Instance, clock: ManualClock
) -> None:
    await clock.advance(1000)
    before = await server.entries(waiting)
    fork = await heir(server, await waiting.past())
    await server.waiting(fork)
    await fork.send_event(type="approval", payload="yes")
    assert await output(server, fork) == ["charged 12", "one two", "yes"]
    assert called == {"price": 1, "report": 1, "charge": 1}, "what is taken over is not done again"
    assert await server.entries(waiting) == before
    assert await status(waiting) == "waiting"
    [queued, started, *_] = await server.entries(fork)
    assert queued["lineage"] == {"of": waiting.id, "why": "fork", "at": clock.now()}
    assert queued["time"] == before[0]["time"]
    assert (started["type"], started["time"]) == ("workflow_started", before[1]["time"])
    lines = [entry["message"] for entry in await server.entries(fork, "log")]
    assert lines == ["priced"], "neither lost nor repeated"


async def test_a_fork_from_a_step_does_it_and_all_that_follows_anew(
    server: Server, waiting: Instance
) -> None:
    await waiting.send_event(type="approval", payload="yes")
    await server.ended(waiting)
    fork = await heir(server, await waiting.past(), CHARGE)
    await server.waiting(fork)
    assert called == {"price": 1, "report": 1, "charge": 2}
    await fork.send_event(type="approval", payload="again")
    assert await output(server, fork) == ["charged 12", "one two", "again"]
    [queued] = await server.entries(fork, "workflow_queued")
    assert queued["lineage"]["from"] == {"kind": "do", "name": "charge", "count": 1}


async def test_a_fork_outlives_the_one_that_it_came_from(server: Server, waiting: Instance) -> None:
    fork = await heir(server, await waiting.past())
    await waiting.delete()
    await fork.send_event(type="approval", payload="yes")
    assert await output(server, fork) == ["charged 12", "one two", "yes"]


async def test_a_fork_survives_a_crash_right_after_it_was_made(server: Server, waiting: Instance) -> None:
    fork = await heir(server, await waiting.past())
    after = await server.crash(order)
    await after.engine.start()
    found = await after.find(fork.id)
    await found.send_event(type="approval", payload="yes")
    assert await output(after, found) == ["charged 12", "one two", "yes"]


async def test_what_was_in_flight_is_not_taken_over(server: Server) -> None:
    gate = Gate()

    async def slow(step: WorkflowStep) -> Any:
        return await step.do("charge", gate)

    instance = await server.start(slow)
    await gate.reached.wait()
    fork = await heir(server, await instance.past())
    await server.seen(fork, "attempt_started")
    assert await server.entries(fork, "attempt_failed") == []
    [attempt] = await server.entries(fork, "attempt_started")
    assert attempt["attempt"] == 1
    gate.opened.set()
    await server.ended(fork)


async def test_deadlines_are_as_pauses_have_moved_them(server: Server, clock: ManualClock) -> None:
    async def nap(step: WorkflowStep) -> Any:
        await step.sleep("nap", 1000)
        return "rested"

    instance = await server.start(nap)
    await server.waiting(instance)
    await instance.pause()
    await clock.advance(5000)
    await instance.resume()
    await server.waiting(instance)
    fork = await heir(server, await instance.past())
    await server.waiting(fork)
    [begun] = await server.entries(fork, "sleep_started")
    assert begun["until"] == clock.now() + 1000
    await clock.advance(1000)
    assert await output(server, fork) == "rested"


async def test_a_restart_left_nothing_behind_that_a_fork_takes(server: Server, waiting: Instance) -> None:
    await waiting.restart({"name": "charge"})
    await server.seen(waiting, "workflow_waiting", 2)
    past = await waiting.past()
    fork = await heir(server, past)
    await server.waiting(fork)
    assert len(await server.entries(fork, "step_completed")) == 3
    assert await server.entries(fork, "workflow_restarted") == []


async def test_there_is_no_fork_from_a_step_that_there_is_not(server: Server, waiting: Instance) -> None:
    past = await waiting.past()
    with pytest.raises(WorkflowError, match=r"instance\.no_step"):
        await heir(server, past, StepKey("do", "nobody", 1))
    assert len(await server.engine.list("")) == 1


async def test_too_much_to_take_over_is_refused(
    server: Server, waiting: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.engine.forking.MOST_BYTES", 10)
    with pytest.raises(WorkflowError, match=r"instance\.too_large"):
        await waiting.past()


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)
