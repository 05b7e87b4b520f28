"""Rollback where storage fails, and where its replay could go astray."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import StorageError
from playground.engine.step import WorkflowStep
from playground.storage.journal import INLINE_BYTES, Journal
from tests.unit.engine.harness import Gate, Server
from tests.unit.engine.held import Held
from tests.unit.engine.undone import Undone, outcome

ONCE = {"retries": {"limit": 0, "delay": 0}}


async def test_one_that_could_not_be_begun_is_begun_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone = Undone()

    async def run(step: WorkflowStep) -> Any:
        await step.do("a", lambda: 1, rollback=undone)
        raise ValueError("no")

    commits = Held(monkeypatch, "event_received", refused="rollback_started")
    instance = await server.start(run)
    await commits.came(1)
    sending = asyncio.create_task(instance.send_event(type="late"))
    await commits.came(2)
    commits.tell()  # the disk is full; meanwhile the log has something under way
    for _ in range(50):
        await asyncio.sleep(0)
    commits.let_go()
    commits.tell()
    await sending
    async with asyncio.timeout(10):
        while server.engine.in_memory:
            await asyncio.sleep(0.001)
    await server.advance(1000)
    assert outcome(await server.ended(instance)) == ("errored", "complete")
    assert undone.names == ["a"]


async def test_a_step_whose_output_cannot_be_read_now_is_undone_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone, gate = Undone(), Gate()

    async def run(step: WorkflowStep) -> Any:
        await step.do("a", lambda: "x" * INLINE_BYTES, rollback=undone, rollback_config=ONCE)
        await step.do("in flight", gate)

    instance = await server.start(run)
    await gate.reached.wait()
    value = Journal.value
    failures = [StorageError("told to fail")]

    async def failing(journal: Journal, key: int, seq: int) -> bytes | None:
        if failures:
            raise failures.pop()
        return await value(journal, key, seq)

    monkeypatch.setattr(Journal, "value", failing)
    await instance.terminate(rollback=True)
    async with asyncio.timeout(10):
        while failures or server.engine.in_memory:
            await asyncio.sleep(0.001)
    assert undone.names == []
    await server.advance(1000)
    assert outcome(await server.ended(instance)) == ("terminated", "complete")
    assert [given.output for given in undone.given] == ["x" * INLINE_BYTES]


async def test_run_is_told_of_no_other_winner_once_it_has_brought_the_handlers(server: Server) -> None:
    undone, slow, held = Undone(), Gate(), Gate()
    winners: list[str] = []

    async def run(step: WorkflowStep) -> Any:
        tasks = {
            "slow": step.do("slow", slow, rollback=undone),
            "fast": step.do("fast", int, rollback=undone),
        }
        await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        winners.append(next(name for name, task in tasks.items() if task.done()))
        slow.opened.set()
        await tasks["slow"]
        await step.do("held", held)

    instance = await server.start(run)
    await held.reached.wait()
    await instance.terminate(rollback=True)
    assert outcome(await server.ended(instance)) == ("terminated", "complete")
    assert undone.names == ["fast", "slow"]
    assert winners == ["fast"]
