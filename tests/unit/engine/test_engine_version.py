"""Instances that were created under later rules of replay than this engine knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from playground.core.codec import encode
from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.engine import Instance
from playground.engine.entries import fact_json
from playground.engine.settings import ENGINE_VERSION
from playground.engine.step import WorkflowStep
from playground.storage.rows import Append, InstanceRow, NewEntry, NewInstance
from tests.unit.engine.harness import Server


async def made(server: Server, version: int, status: str) -> tuple[Instance, InstanceRow]:
    """An instance in the journal, as a server of that version would leave it; due at once where it waits."""
    clock, journal = server.clock, server.engine._journal
    queued = facts.WorkflowQueued("test")
    entry = NewEntry(clock.now(), queued.type, fact_json(queued))
    new = NewInstance("", "test", f"{status}-{version}", clock.now(), encode(None).data, version, entry)
    ((key, _),) = await journal.create([new])
    wake_at = clock.now() if status == "waiting" else None
    started = NewEntry(clock.now(), "workflow_started", "{}")
    committed = asyncio.Event()
    journal.append(Append(key, "", 2, [started], (status, wake_at)), lambda _: committed.set())
    await committed.wait()
    instance = await server.find(new.id)
    row = await journal.by_key(key)
    assert row is not None
    return instance, row


async def run(step: WorkflowStep) -> str:
    await step.do("one", lambda: 1)
    return "done"


@pytest.mark.parametrize("status", ["queued", "running", "waiting", "waitingForPause", "paused"])
async def test_one_of_later_rules_is_left_alone(
    server: Server, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.register(run)
    instance, row = await made(server, ENGINE_VERSION + 1, status)
    ours, _ = await made(server, ENGINE_VERSION, "running")
    after = await server.crash(run)
    await after.engine.start()
    assert (await after.ended(await after.find(ours.id))).status == "complete"
    await after.advance(1_000)
    await after.forgotten()
    assert await after.engine._journal.by_key(row.key) == row
    theirs = f"version {ENGINE_VERSION + 1}, this server knows those up to {ENGINE_VERSION}"
    if status != "paused":
        assert theirs in caplog.text
    found = await after.find(instance.id)
    for change in (
        found.pause,
        found.resume,
        found.terminate,
        found.restart,
        lambda: found.send_event(type="go"),
        lambda: found.skip(StepKey("sleep", "nap", 1)),
    ):
        await refused(change, theirs)
    assert (await found.status()).status == status
    assert await after.engine._journal.by_key(row.key) == row
    await found.delete()


async def refused(change: Callable[[], Awaitable[None]], words: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        await change()
    assert str(caught.value).startswith("instance.newer: ")
    assert words in str(caught.value)


async def test_new_ones_have_this_version(server: Server) -> None:
    instance = await server.start(run)
    row = await server.engine._journal.by_key(instance._key)
    assert row is not None
    assert row.engine_version == ENGINE_VERSION
