"""How long finished instances are kept."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from playground.core.durations import DAY, HOUR, MINUTE
from playground.core.errors import WorkflowError
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.storage.queries import load
from tests.unit.engine.harness import PATIENCE_S, Server, quiet


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10, success_retention_ms=HOUR, error_retention_ms=2 * HOUR)


async def succeeds(step: WorkflowStep) -> Any:
    return 1


async def fails(step: WorkflowStep) -> Any:
    raise ValueError("no")


async def left(server: Server) -> list[str]:
    return [summary.id for summary in await server.engine.list("")]


async def until_left(server: Server, *ids: str) -> None:
    """Return when these are left; what is due goes at most a second after its time."""
    await server.advance(1000)
    async with asyncio.timeout(PATIENCE_S):
        while await left(server) != list(ids):
            await asyncio.sleep(0.005)
            await server.advance(100)


async def create(server: Server, run: Any, id: str, retention: Any = None) -> None:
    server.register(run)
    instance = await server.engine.workflow("test").create(id, retention=retention)
    await server.ended(instance)


async def test_success_and_error_have_times_of_their_own(server: Server) -> None:
    await create(server, succeeds, "good")
    await create(server, fails, "bad")
    await server.advance(HOUR - 1)
    await quiet()
    assert await left(server) == ["good", "bad"]
    await server.advance(1)
    await until_left(server, "bad")
    await server.advance(HOUR)
    await until_left(server)
    async with asyncio.timeout(PATIENCE_S):
        while await server.database.read("SELECT 1 FROM entries"):
            await asyncio.sleep(0.005)


async def test_a_terminated_one_counts_as_an_error(server: Server) -> None:
    async def waits(step: WorkflowStep) -> Any:
        await step.sleep("long", "30 days")

    instance = await server.start(waits, id="stopped")
    await server.waiting(instance)
    await instance.terminate()
    await server.advance(HOUR)
    await quiet()
    assert await left(server) == ["stopped"]
    await server.advance(HOUR)
    await until_left(server)


async def test_an_instance_may_say_so_itself(server: Server) -> None:
    await create(server, succeeds, "short", {"success_retention": "1 minute"})
    await create(server, succeeds, "long", {"success_retention": 3 * HOUR, "error_retention": 0})
    await create(server, fails, "gone", {"error_retention": 0})
    await server.advance(1000)
    await until_left(server, "short", "long")
    await server.advance(MINUTE)
    await until_left(server, "long")
    await server.advance(2 * HOUR)
    await quiet()
    assert await left(server) == ["long"]
    await server.advance(HOUR)
    await until_left(server)


@pytest.mark.parametrize(
    ("retention", "message"),
    [
        ({"success_retention": "soon"}, "success_retention"),
        ({"error_retention": -1}, "error_retention"),
        ({"successes": 1}, "not a known key"),
        ("1 day", "must be"),
    ],
    ids=str,
)
async def test_nonsense_is_refused(server: Server, retention: Any, message: str) -> None:
    server.register(succeeds)
    with pytest.raises(WorkflowError, match=f"retention.*{message}"):
        await server.engine.workflow("test").create("x", retention=retention)
    with pytest.raises(WorkflowError, match=f"retention.*{message}"):
        await server.engine.workflow("test").create_batch([{"id": "y"}, {"id": "x", "retention": retention}])
    assert await left(server) == []


async def test_unfinished_ones_stay(server: Server) -> None:
    async def waits(step: WorkflowStep) -> Any:
        await step.sleep("long", "30 days")

    instance = await server.start(waits, id="asleep")
    await server.waiting(instance)
    await instance.pause()
    await server.advance(DAY)
    await quiet()
    assert await left(server) == ["asleep"]


async def test_a_restart_begins_it_anew(server: Server) -> None:
    await create(server, succeeds, "one")
    await server.advance(HOUR - 1)
    found = await server.find("one")
    await found.restart()
    await server.ended(found)
    await server.advance(HOUR - 1)
    await quiet()
    assert await left(server) == ["one"]
    await server.advance(1)
    await until_left(server)


async def test_a_restart_at_the_very_moment_wins_or_finds_nothing(server: Server) -> None:
    for turns in range(15):
        await create(server, succeeds, "one")
        found = await server.find("one")
        server.clock.set(server.clock.now() + HOUR)
        server.engine._retention.sweep()
        for _ in range(turns):
            await asyncio.sleep(0)
        outcome = (await asyncio.gather(found.restart(), return_exceptions=True))[0]
        if outcome is None:
            assert (await server.ended(found)).status == "complete"
            await found.delete()
        else:
            assert "instance.not_found" in str(outcome)
            await until_left(server)


async def test_it_goes_on_after_a_restart_of_the_server(server: Server) -> None:
    await create(server, succeeds, "due")
    await server.advance(HOUR // 2)
    await create(server, succeeds, "later")
    after = await server.crash(succeeds)
    await after.advance(HOUR // 2)
    await after.engine.start()
    await until_left(after, "later")
    await after.advance(HOUR // 2)
    await until_left(after)


async def test_a_thousand_at_once_do_not_hold_up_a_commit(server: Server) -> None:
    server.register(succeeds)
    workflow = server.engine.workflow("test")
    for _ in range(10):
        for instance in await workflow.create_batch([{} for _ in range(100)]):
            await server.ended(instance)
    await server.advance(HOUR)
    await create(server, succeeds, "meanwhile")
    await until_left(server, "meanwhile")


async def test_looking_for_what_is_due_uses_an_index(server: Server) -> None:
    for name in ("expired", "next_expiry", "to_purge"):
        plan = await server.database.read(
            "EXPLAIN QUERY PLAN " + load("instances")[name], {"now": 1, "limit": 1}
        )
        text = " ".join(row["detail"] for row in plan)
        assert re.search(r"USING( COVERING)? INDEX instances_(by_expiry|to_purge)", text), (name, text)
