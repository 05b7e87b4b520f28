"""Coming into memory: few at once, in a fair order, and nobody is kept out for good."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.engine.admission import AT_ONCE, HOLD_S, Admission
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server


async def test_so_many_at_once_and_the_next_when_one_leaves() -> None:
    admission = Admission(at_once=2)
    inside: list[tuple[str, int]] = []
    for name in "abcd":
        admission.ask("s", lambda place, name=name: inside.append((name, place)))  # type: ignore[misc]
    assert [name for name, _ in inside] == ["a", "b"]
    assert admission.waiting == 2
    admission.leave(inside[1][1])
    admission.leave(inside[1][1])
    assert [name for name, _ in inside] == ["a", "b", "c"]
    admission.close()
    admission.leave(inside[0][1])
    assert admission.waiting == 1, "nobody is let in any more"


async def test_a_scope_that_begins_much_does_not_keep_out_one_that_begins_little() -> None:
    admission = Admission(at_once=1)
    order: list[str] = []

    def begin(scope: str) -> None:
        def start(place: int) -> None:
            order.append(scope)
            asyncio.get_running_loop().call_soon(admission.leave, place)

        admission.ask(scope, start)

    for _ in range(100):
        begin("storm")
    begin("quiet")
    while admission.waiting:
        await asyncio.sleep(0)
    assert order.index("quiet") < 5


async def test_who_stays_long_keeps_nobody_out() -> None:
    admission = Admission(at_once=2)
    inside: list[int] = []
    for _ in range(6):
        admission.ask("s", inside.append)
    assert len(inside) == 2
    async with asyncio.timeout(20 * HOLD_S):
        while len(inside) < 6:
            await asyncio.sleep(HOLD_S / 5)
    admission.close()


async def test_many_that_leave_at_once_do_not_nest() -> None:
    admission = Admission(at_once=1)
    left = 0

    def start(place: int) -> None:
        nonlocal left
        left += 1
        admission.leave(place)

    first: list[int] = []
    admission.ask("s", first.append)
    for _ in range(5000):
        admission.ask("s", start)
    admission.leave(first[0])
    assert left == 5000


async def test_many_that_are_due_in_the_same_moment_come_a_few_at_a_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = most = replays = 0

    async def run(step: WorkflowStep) -> None:
        nonlocal here, most, replays
        here += 1
        most = max(most, here)
        try:
            await step.sleep("until all are due", 60_000)
            replays += 1
            await step.do("work", lambda: None)
        finally:
            here -= 1

    server.register(run)
    workflow = server.engine.workflow("test")
    count = 3 * AT_ONCE
    instances = []
    for start in range(0, count, 64):
        instances += await workflow.create_batch([{}] * min(64, count - start))
    for instance in instances:
        await server.waiting(instance)
    await server.advance(server.settings.hibernate_after_idle_ms)
    await server.forgotten()
    # on a busy machine they take longer than a place is held
    monkeypatch.setattr("playground.engine.admission.HOLD_S", 60.0)
    most = 0
    await server.advance(60_000)
    for instance in instances:
        assert (await server.ended(instance)).status == "complete"
    assert replays == count
    assert most <= AT_ONCE


async def test_what_befalls_an_instance_that_waits_for_its_first_turn_is_not_forgotten(
    server: Server,
) -> None:
    ran: list[str] = []

    async def run(step: WorkflowStep) -> Any:
        ran.append("run")
        return (await step.wait_for_event("go", type="go"))["payload"]

    admission = server.engine._executions._admission
    admission._at_once = 0
    told, undone = await server.start(run, id="told"), await server.start(run, id="undone")
    assert admission.waiting == 2
    await told.send_event(type="go", payload="early")
    await undone.terminate(rollback=True)
    admission._at_once = AT_ONCE
    admission._fill()
    await server.ended(told)
    assert await told.result() == "early"
    assert (await server.ended(undone)).status == "terminated"
    assert ran == ["run"]
