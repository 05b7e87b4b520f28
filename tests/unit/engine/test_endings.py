"""How instances ended is told from memory, and is what the database says."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from playground.core.errors import WorkflowError
from playground.engine import endings
from playground.engine.engine import Instance, InstanceStatus
from playground.engine.instance import status_of
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server


async def one(step: WorkflowStep) -> Any:
    return await step.do("one", lambda: 1)


async def both(server: Server, instance: Instance) -> InstanceStatus:
    """What the engine says, by the handle and by the name, where the database says the same."""
    workflow = server.engine.workflow("test")
    outcome = await server.engine._journal.outcome(instance._key)
    assert outcome is not None
    said = await instance.status()
    assert said == await workflow.status(instance.id) == status_of(outcome)
    return said


@pytest.fixture
def reads(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that the database is asked."""
    asked: list[str] = []
    read = server.database.read_one

    async def counted(sql: str, *arguments: Any) -> Any:
        asked.append(sql)
        return await read(sql, *arguments)

    monkeypatch.setattr(server.database, "read_one", counted)
    return asked


async def test_an_end_is_told_without_a_look_at_the_database(server: Server, reads: list[str]) -> None:
    instance = await server.start(one)
    await server.ended(instance)
    await server.forgotten()
    reads.clear()
    status = await instance.status()
    assert status == await server.engine.workflow("test").status(instance.id)
    assert (status.status, reads) == ("complete", [])
    assert await both(server, instance) == status


async def test_an_end_that_is_taken_back_is_not_told(server: Server) -> None:
    gate = Gate()
    gate.opened.set()

    async def run(step: WorkflowStep) -> Any:
        await gate()
        return await step.do("one", lambda: 1)

    instance = await server.start(run)
    await server.ended(instance)
    gate.opened.clear()
    await instance.restart()
    assert (await both(server, instance)).status in ("queued", "running")
    gate.opened.set()
    assert (await server.ended(instance)).status == "complete"
    await instance.restart({"name": "one"})
    await server.ended(instance)
    assert (await both(server, instance)).status == "complete"


async def test_an_end_and_what_takes_it_back_in_one_commit(server: Server) -> None:
    gate = Gate()
    instance = await server.start(lambda step: step.do("held", gate))
    await gate.reached.wait()
    ended, restarted = asyncio.create_task(instance.terminate()), asyncio.create_task(instance.restart())
    await asyncio.gather(ended, restarted)
    assert (await both(server, instance)).status != "terminated"


async def test_what_is_gone_is_not_told(server: Server) -> None:
    instance = await server.start(one)
    await server.ended(instance)
    await instance.delete()
    workflow = server.engine.workflow("test")
    for asked in (instance.status(), workflow.status(instance.id)):
        with pytest.raises(WorkflowError, match=r"instance\.not_found"):
            await asked
    again = await workflow.create(instance.id)
    assert (await server.ended(again)).status == "complete"
    assert (await both(server, again)).status == "complete"


async def test_what_expires_is_not_told(server: Server) -> None:
    server.register(one)
    instance = await server.engine.workflow("test").create("short", retention={"success_retention": 1000})
    await server.ended(instance)
    await server.advance(5_000)
    async with asyncio.timeout(5):
        while await server.database.read("SELECT 1 FROM instances WHERE id = 'short'"):
            await asyncio.sleep(0)
    with suppress(WorkflowError):
        async with asyncio.timeout(5):  # the reader may see the commit before the writer has said so
            while True:
                await instance.status()
    with pytest.raises(WorkflowError, match=r"instance\.not_found"):
        await instance.status()


async def test_only_the_latest_and_small_ones_are_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "_MOST", 2)

    async def large(step: WorkflowStep) -> Any:
        return "x" * 5_000

    found = [await server.start(one) for _ in range(4)]
    for instance in found:
        await server.ended(instance)
    known = server.engine._retention.endings
    assert [known.of(each._key) is not None for each in found] == [False, False, True, True]
    assert len(known._keys) == 2
    assert {(await both(server, each)).status for each in found} == {"complete"}
    largest = await server.start(large)
    await server.ended(largest)
    assert known.of(largest._key) is None
    assert (await both(server, largest)).status == "complete"
