"""Schedules: each firing once, never early, whatever the clock and crashes do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from playground.bridge import create_dynamic_workflow_entrypoint, schedule_workflow
from playground.bridge.entrypoint import LoadRunnerContext
from playground.core import faults
from playground.core.codec import decode
from playground.core.durations import DAY, HOUR, MINUTE
from playground.core.errors import DiskFull, WorkflowError
from playground.core.values import UNDEFINED
from playground.engine.engine import Schedule
from playground.engine.workflow import Workflow
from tests.unit.engine.harness import PATIENCE_S, Server, quiet

Seen = list[tuple[str, Any, Any]]


class Recorder:
    """A workflow that tells what each firing was."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    async def run(self, event: Any, step: Any) -> Any:
        self._seen.append((event.instance_id, event.payload, event.schedule))


def record(server: Server, **options: Any) -> Seen:
    seen: Seen = []
    server.engine.register("test", lambda: Recorder(seen), **options)
    return seen


def workflow(server: Server, scope: str = "") -> Workflow:
    return server.engine.workflow("test", scope)


async def fired(server: Server, count: int, scope: str = "") -> list[str]:
    """The instances, once there are so many and all have ended."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await server.engine.list(scope)
            if len(found) >= count and all(one.status == "complete" for one in found):
                return [one.id for one in found]
            await asyncio.sleep(0.001)


def whole_minute(server: Server) -> int:
    """Set the clock to the beginning of an hour."""
    server.clock.set(server.clock.now() // HOUR * HOUR)
    return server.clock.now()


async def test_a_firing_is_an_instance_that_knows_why(server: Server) -> None:
    start = whole_minute(server)
    seen = record(server)
    made = await workflow(server).schedule("*/5 * * * *", {"n": 1}, "five")
    assert made == Schedule("five", "*/5 * * * *", start + 5 * MINUTE)
    await server.advance(5 * MINUTE - 1)
    await quiet()
    assert seen == []
    await server.advance(1)
    [id] = await fired(server, 1)
    assert id == f"five-{start + 5 * MINUTE}"
    about = {"cron": "*/5 * * * *", "scheduledTime": start + 5 * MINUTE}
    assert seen == [(id, {"n": 1}, about)]
    [queued] = await server.entries(await workflow(server).get(id), "workflow_queued")
    assert queued["schedule"] == about
    assert await workflow(server).schedules() == [Schedule("five", "*/5 * * * *", start + 10 * MINUTE)]


async def test_every_minute_of_an_hour_fires_once(server: Server) -> None:
    start = whole_minute(server)
    seen = record(server)
    await workflow(server).schedule("* * * * *", id="m")
    for count in range(1, 61):
        await server.advance(MINUTE)
        await fired(server, count)
    assert [one[2]["scheduledTime"] for one in seen] == [start + n * MINUTE for n in range(1, 61)]
    assert seen[0][1] is UNDEFINED


async def test_a_schedule_is_replaced_by_name_and_forgotten_by_name(server: Server) -> None:
    start = whole_minute(server)
    seen = record(server)
    handle = workflow(server)
    await handle.schedule("* * * * *", 1, "s")
    await handle.schedule("*/2 * * * *", 2, "s")
    assert [one.cron for one in await handle.schedules()] == ["*/2 * * * *"]
    await server.advance(2 * MINUTE)
    await fired(server, 1)
    assert [one[1] for one in seen] == [2]
    assert await handle.unschedule("s") is True
    assert await handle.unschedule("s") is False
    await server.advance(10 * MINUTE)
    await quiet()
    assert (len(seen), await handle.schedules()) == (1, [])
    assert start < server.clock.now()


async def test_one_that_is_replaced_by_its_like_keeps_its_next_firing(server: Server) -> None:
    whole_minute(server)
    record(server)
    handle = workflow(server)
    first = await handle.schedule("0 0 * * *", id="daily")
    await server.advance(HOUR)
    assert await handle.schedule("0  0 * * *", {"new": True}, "daily") == first


async def test_scopes_and_expressions_do_not_meet(server: Server) -> None:
    whole_minute(server)
    seen = record(server)
    for scope in ("a", "b"):
        await workflow(server, scope).schedule("* * * * *", scope)
        await workflow(server, scope).schedule("*/1 * * * *", scope)
    await server.advance(MINUTE)
    assert len(await fired(server, 2, "a")) == len(await fired(server, 2, "b")) == 2
    assert sorted(one[1] for one in seen) == ["a", "a", "b", "b"]
    assert len({one[0] for one in seen}) == 2, "ids are per scope"


@pytest.mark.parametrize("id", ["", "-x", "a b", "x" * 81, "é", 5])
async def test_an_id_has_a_form(server: Server, id: Any) -> None:
    record(server)
    with pytest.raises(WorkflowError, match="an id has"):
        await workflow(server).schedule("* * * * *", id=id)


async def test_what_is_no_expression_is_refused_also_at_registration(server: Server) -> None:
    with pytest.raises(WorkflowError, match="is no cron expression"):
        record(server, schedules=["nonsense"])
    record(server)
    with pytest.raises(WorkflowError, match="is no cron expression"):
        await workflow(server).schedule("* * * *")


async def reopen(server: Server, **options: Any) -> Seen:
    """Close the server and open another over the same files."""
    await server.engine.close()
    await server.database.close()
    await server.open()
    seen = record(server, **options)
    await server.engine.start()
    return seen


async def test_the_last_of_the_missed_firings_happens_once(server: Server) -> None:
    start = whole_minute(server)
    record(server)
    await workflow(server).schedule("0 * * * *", id="hourly")
    await server.engine.close()
    server.clock.set(start + 5 * HOUR + 20 * MINUTE)
    seen = await reopen(server)
    await fired(server, 1)
    await server.advance(39 * MINUTE)
    await quiet()
    assert [one[2]["scheduledTime"] for one in seen] == [start + 5 * HOUR]
    await server.advance(MINUTE)
    await fired(server, 2)
    assert seen[-1][2]["scheduledTime"] == start + 6 * HOUR


async def test_a_clock_that_jumps_repeats_nothing_and_is_never_early(server: Server) -> None:
    start = whole_minute(server)
    seen = record(server)
    await workflow(server).schedule("0 * * * *", id="hourly")
    await server.advance(HOUR)
    await fired(server, 1)
    server.clock.set(start - DAY)
    await server.advance(DAY + HOUR)
    await quiet()
    assert len(seen) == 1
    await server.advance(HOUR)
    await fired(server, 2)
    assert [one[2]["scheduledTime"] for one in seen] == [start + HOUR, start + 2 * HOUR]
    await server.advance(3 * DAY)
    await fired(server, 3)
    assert all(one[2]["scheduledTime"] <= server.clock.now() for one in seen)
    assert len({one[2]["scheduledTime"] for one in seen}) == len(seen)


async def test_declared_schedules_are_those_of_the_last_start(server: Server) -> None:
    start = whole_minute(server)
    await reopen(server, schedules=["* * * * *", "0 0 * * *"])
    await workflow(server).schedule("0 12 * * *", id="made")
    await server.advance(MINUTE)
    await fired(server, 1)
    seen = await reopen(server, schedules=["0 0 * * *"])
    assert [one.cron for one in await workflow(server).schedules()] == ["0 0 * * *", "0 12 * * *"]
    await server.advance(10 * MINUTE)
    await quiet()
    assert (seen, server.clock.now() - start) == ([], 11 * MINUTE)


@pytest.mark.parametrize("point", ["schedule_due_not_committed", "schedule_fired_not_launched"])
async def test_a_crash_in_a_firing_makes_neither_none_nor_two(server: Server, point: str) -> None:
    start = whole_minute(server)
    record(server)
    await workflow(server).schedule("* * * * *", id="m")
    reached = asyncio.Event()
    never = asyncio.get_running_loop().create_future()

    def die() -> None:
        reached.set()
        raise asyncio.CancelledError

    faults.arm(point, die)
    try:
        await server.advance(MINUTE)
        await asyncio.wait_for(reached.wait(), PATIENCE_S)
    finally:
        faults.disarm()
        never.cancel()

    async def run(step: Any) -> Any:
        return None

    after = await server.crash(run)
    await after.engine.start()
    assert await fired(after, 1) == [f"m-{start + MINUTE}"]
    await after.advance(MINUTE)
    assert await fired(after, 2) == [f"m-{start + MINUTE}", f"m-{start + 2 * MINUTE}"]


async def test_an_instance_that_is_there_already_is_not_made_twice(server: Server) -> None:
    start = whole_minute(server)
    seen = record(server)
    await workflow(server).create(f"m-{start + MINUTE}")
    await workflow(server).schedule("* * * * *", id="m")
    await server.advance(MINUTE)
    await quiet()
    await server.advance(MINUTE)
    await fired(server, 2)
    assert [one[0] for one in seen] == [f"m-{start + MINUTE}", f"m-{start + 2 * MINUTE}"]
    assert seen[0][2] is None


async def test_what_could_not_be_stored_fires_later(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    start = whole_minute(server)
    seen = record(server)
    await workflow(server).schedule("* * * * *", id="m")
    stored = server.engine._parts.journal.schedules
    fire: Callable[..., Any] = stored.fire

    async def full(*_: Any) -> Any:
        raise DiskFull

    monkeypatch.setattr(stored, "fire", full)
    await server.advance(MINUTE)
    await quiet()
    monkeypatch.setattr(stored, "fire", fire)
    await server.advance(1_000)
    await fired(server, 1)
    assert [one[2]["scheduledTime"] for one in seen] == [start + MINUTE]


async def test_a_restart_keeps_what_fired(server: Server) -> None:
    whole_minute(server)
    seen = record(server)
    await workflow(server).schedule("* * * * *", id="m")
    await server.advance(MINUTE)
    [id] = await fired(server, 1)
    await (await workflow(server).get(id)).restart()
    await fired(server, 1)
    assert seen[0] == seen[1]


async def test_ten_thousand_wait_behind_one_timer_and_fire_once_each(server: Server) -> None:
    whole_minute(server)
    record(server)
    handle = workflow(server, "many")
    for start in range(0, 10_000, 500):
        numbers = range(start, start + 500)
        await asyncio.gather(
            *(handle.schedule("0 0 1 1 *" if n % 100 else "* * * * *", id=f"s{n}") for n in numbers)
        )
    assert len(server.engine._timers) <= 3
    seen = await reopen(server)
    assert len(server.engine._timers) <= 3
    await server.advance(MINUTE)
    ids = await fired(server, 100, "many")
    assert len(ids) == len(set(ids)) == len(seen) == 100


async def test_a_tenant_s_firing_runs_the_tenant_s_code_without_the_envelope(server: Server) -> None:
    start = whole_minute(server)
    seen: Seen = []
    loaded: list[Any] = []

    def load_runner(context: LoadRunnerContext) -> Any:
        loaded.append(dict(context.metadata))
        return Recorder(seen)

    server.engine.register("test", create_dynamic_workflow_entrypoint(load_runner))
    handle = workflow(server, "ada")
    made = await schedule_workflow(handle, {"tenant": "ada"}, "0 * * * *", params={"x": 1}, id="h")
    assert made.next == start + HOUR
    await server.advance(HOUR)
    [id] = await fired(server, 1, "ada")
    assert loaded == [{"tenant": "ada"}]
    assert seen == [(id, {"x": 1}, {"cron": "0 * * * *", "scheduledTime": start + HOUR})]
    instance = await handle.get(id)
    assert decode(await instance.params())["__dispatcherMetadata"] == {"tenant": "ada"}
