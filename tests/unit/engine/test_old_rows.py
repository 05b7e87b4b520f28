"""A row that was read before somebody else appended to the instance says nothing about it any more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.engine.step import WorkflowStep
from playground.storage.journal import Journal
from playground.storage.rows import InstanceRow
from tests.unit.engine.harness import Server


async def test_a_resume_that_looked_before_the_pause_does_not_miss_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep("nap", 60_000)
        return "rested"

    instance = await server.start(run)
    await server.waiting(instance)
    await server.advance(1000)
    await server.forgotten()

    by_key = Journal.by_key
    looked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(journal: Journal, key: int) -> InstanceRow | None:
        row = await by_key(journal, key)
        if not looked.is_set():
            looked.set()
            await go_on.wait()
        return row

    monkeypatch.setattr(Journal, "by_key", slow)
    resuming = asyncio.create_task(instance.resume())
    await looked.wait()
    await instance.pause()
    assert (await instance.status()).status == "paused"
    go_on.set()
    await resuming
    assert (await instance.status()).status != "paused"
    await server.advance(60_000)
    assert (await server.ended(instance)).status == "complete"
