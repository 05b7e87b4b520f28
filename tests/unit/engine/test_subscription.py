"""Subscriptions: entries from a cursor on, live, without a gap or a repeat."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine.engine import Instance
from playground.engine.step import WorkflowStep
from playground.engine.subscription import BATCH, Entries
from tests.unit.engine.harness import PATIENCE_S, Server


async def steps(step: WorkflowStep) -> Any:
    for number in range(BATCH // 3):
        await step.do("work", lambda number=number: number)


async def short(step: WorkflowStep) -> Any:
    await step.do("work", lambda: 1)
    await step.wait_for_event("reply", type="go")


async def read(entries: Entries) -> list[int]:
    async with asyncio.timeout(PATIENCE_S):
        return [entry.seq async for entry in entries]


async def whole(server: Server, instance: Instance) -> list[int]:
    return [entry.seq for entry in await server.engine.history("", instance.id)]


async def test_history_and_what_follows_up_to_the_end(server: Server) -> None:
    instance = await server.start(steps)
    reading = [asyncio.create_task(read(instance.entries(cursor))) for cursor in (0, 5)]
    await server.ended(instance)
    late = await read(await server.engine.subscribe("", instance.id))
    log = await whole(server, instance)
    assert len(log) > BATCH
    assert [await reading[0], await reading[1], late] == [log, log[5:], log]


async def test_it_follows_whoever_is_slow(server: Server) -> None:
    instance = await server.start(steps)
    found = []
    async with asyncio.timeout(PATIENCE_S):
        async for entry in instance.entries():
            found.append(entry.seq)
            await asyncio.sleep(0.0001)
    assert found == await whole(server, instance)


async def test_types_and_steps_are_filtered_and_the_end_comes_all_the_same(server: Server) -> None:
    instance = await server.start(short)
    await server.waiting(instance)
    of_step = await server.engine.subscribe("", instance.id, step=StepKey("do", "work", 1))
    of_type = await server.engine.subscribe("", instance.id, types=["step_completed", "wait_completed"])
    nothing = await server.engine.subscribe("", instance.id, types=["rollback_failed"])
    await instance.send_event(type="go")
    entries = {entry["seq"]: entry["type"] for entry in await server.entries(instance)}
    assert [entries[seq] for seq in await read(of_step)] == [
        "step_started",
        "attempt_started",
        "attempt_completed",
        "step_completed",
    ]
    assert len(await read(of_type)) == 2
    assert await read(nothing) == []


async def test_a_cursor_at_or_beyond_the_end_ends_at_once(server: Server) -> None:
    instance = await server.start(short)
    await server.waiting(instance)
    await instance.terminate()
    last = (await whole(server, instance))[-1]
    assert await read(instance.entries(last)) == []
    assert await read(instance.entries(last + 1000)) == []


async def test_a_deletion_ends_it_and_says_so_also_where_the_id_is_used_again(server: Server) -> None:
    instance = await server.start(short)
    await server.waiting(instance)
    entries = instance.entries((await whole(server, instance))[-1])
    reading = asyncio.create_task(read(entries))
    await asyncio.sleep(0.01)
    await instance.delete()
    await server.engine.workflow("test").create(instance.id)
    assert await reading == []
    assert entries.deleted


async def test_a_restart_goes_on_in_the_same_subscription(server: Server) -> None:
    instance = await server.start(short)
    await server.waiting(instance)
    reading = asyncio.create_task(read(instance.entries()))
    await asyncio.sleep(0.01)
    await instance.restart()
    await server.seen(instance, "wait_started")
    await instance.terminate()
    found = await reading
    assert found == list(range(1, found[-1] + 1))


async def test_all_of_a_scope_by_position(server: Server) -> None:
    server.register(short)
    made = await server.engine.workflow("test", "s").create_batch([{}, {}])
    await server.engine.workflow("test", "other").create()
    found: list[tuple[str, int]] = []
    entries = await server.engine.subscribe("s")
    async with asyncio.timeout(PATIENCE_S), aclosing(aiter(entries)) as following:
        for instance in made:
            await instance.send_event(type="go")
        async for entry in following:
            found.append((entry.instance, entry.seq))
            if sum(1 for one in found if one[1] == 1) == 2 and entry.type == "workflow_completed":
                break
    cursor = entries.cursor
    assert cursor > 0
    assert {id for id, _ in found} == {instance.id for instance in made}
    assert len(found) == len(set(found))


async def test_nothing_stays_subscribed(server: Server) -> None:
    instance = await server.start(short)
    await server.waiting(instance)
    reading = asyncio.create_task(read(instance.entries()))
    await asyncio.sleep(0.01)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await asyncio.sleep(0)
    assert not server.engine.feed._by_scope


async def test_an_unknown_instance_and_an_unknown_type_are_refused(server: Server) -> None:
    with pytest.raises(WorkflowError, match="not_found"):
        await server.engine.subscribe("", "nobody")
    with pytest.raises(ValueError, match="no entry has the type"):
        await server.engine.subscribe("", types=["nonsense"])
