"""Answers: events that are sent only where something waits for them, and what is committed with them."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from playground.core.codec import decode
from playground.core.errors import WorkflowError
from playground.engine.engine import Instance
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server, quiet


async def one_wait(step: WorkflowStep) -> Any:
    got = await step.wait_for_event("decide", type="go", timeout="1 hour")
    return got["payload"]


async def two_waits(step: WorkflowStep) -> Any:
    first, second = await asyncio.gather(
        step.wait_for_event("first", type="go"), step.wait_for_event("second", type="go")
    )
    return [first["payload"], second["payload"]]


async def waiting(server: Server, run: Any) -> Instance:
    instance = await server.start(run)
    await server.waiting(instance)
    return instance


class Row:
    """A row of its own, written along with an event."""

    def __init__(self, key: int = 1) -> None:
        self.key = key

    def write(self, connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE IF NOT EXISTS rows (key INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO rows VALUES (?)", (self.key,))


async def test_an_answer_goes_to_what_waits(server: Server) -> None:
    instance = await waiting(server, one_wait)
    [wait] = await instance.waits()
    assert (wait.step.name, wait.type, wait.until - wait.started) == ("decide", "go", 3_600_000)
    assert (await instance.answer(type="go", payload=7)) == wait.step
    status = await server.ended(instance)
    assert status.output is not None
    assert decode(status.output) == 7
    [event] = await server.entries(instance, "event_received")
    assert event["to"] == {"kind": "wait", "name": "decide", "count": 1}


async def test_answer__no(server: Server) -> None:
    instance = await waiting(server, one_wait)
    [wait] = await instance.waits()
    for refused in ({"type": "stop"}, {"type": "go", "wait_seq": wait.seq + 1}):
        with pytest.raises(WorkflowError, match=r"instance\.not_waiting"):
            await instance.answer(**refused)
    assert await server.entries(instance, "event_received") == []
    await instance.answer(type="go")
    await server.ended(instance)
    with pytest.raises(WorkflowError, match=r"instance\.not_waiting"):
        await instance.answer(type="go")
    assert await instance.waits() == []


async def test_of_two_answers_at_once_one_is_sent(server: Server) -> None:
    instance = await waiting(server, one_wait)
    answers = await asyncio.gather(
        *(instance.answer(type="go", payload=n) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(answer, WorkflowError) for answer in answers) == 7
    assert len(await server.entries(instance, "event_received")) == 1


async def test_an_answer_goes_past_waits_that_began_before(server: Server) -> None:
    instance = await waiting(server, two_waits)
    first, second = await instance.waits()
    await instance.answer(type="go", payload="b", wait_seq=second.seq)
    assert [wait.seq for wait in await instance.waits()] == [first.seq]
    await server.seen(instance, "wait_completed")
    again = await server.crash(two_waits)
    await again.engine.start()
    assert [entry["step"]["name"] for entry in await again.entries(instance, "wait_completed")] == ["second"]
    there = await again.find(instance.id)
    await there.answer(type="go", payload="a")
    status = await again.ended(there)
    assert status.output is not None
    assert decode(status.output) == ["a", "b"]


async def test_an_answer_is_late_when_the_wait_s_time_is_over(server: Server) -> None:
    instance = await waiting(server, one_wait)
    await instance.pause()
    await server.advance(2 * 3_600_000)
    [wait] = await instance.waits()
    await instance.resume()
    await server.waiting(instance)
    [after] = await instance.waits()
    assert (after.seq, after.until - wait.until) == (wait.seq, 2 * 3_600_000)
    await server.advance(3_600_000)
    await server.ended(instance)
    with pytest.raises(WorkflowError, match=r"instance\.not_waiting"):
        await instance.answer(type="go")


async def test_a_wait_of_another_life_is_another_wait(server: Server) -> None:
    instance = await waiting(server, one_wait)
    [before] = await instance.waits()
    await instance.restart()
    await server.waiting(instance)
    [after] = await instance.waits()
    assert (before.step, before.seq) != (after.step, after.seq)
    with pytest.raises(WorkflowError, match=r"instance\.not_waiting"):
        await instance.answer(type="go", wait_seq=before.seq)


async def test_what_goes_along_is_committed_with_the_event(server: Server) -> None:
    instance = await waiting(server, one_wait)
    await instance.answer(type="go", payload=1, along=Row())
    assert await server.database.read("SELECT key FROM rows")
    await server.ended(instance)


async def test_what_cannot_go_along_undoes_the_event_and_nothing_else(server: Server) -> None:
    await server.database.write(Row().write)
    instance = await waiting(server, one_wait)
    with pytest.raises(sqlite3.IntegrityError):
        await instance.answer(type="go", payload=1, along=Row())
    assert await server.entries(instance, "event_received") == []
    await instance.answer(type="go", payload=2, along=Row(2))
    await quiet()
    await server.advance(60_000)  # the execution goes on, where the undone append has thrown it away
    status = await server.ended(instance)
    assert status.output is not None
    assert decode(status.output) == 2
