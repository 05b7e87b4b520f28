"""An engine whose commits fail: nothing goes on from what is not durable, and it recovers by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from playground.core.codec import decode, encode
from playground.core.errors import DiskFull, SequenceConflict, StorageError
from playground.core.streams import Stream
from playground.engine.step import WorkflowStep
from playground.storage import writer
from playground.storage.journal import INLINE_BYTES
from tests.unit.engine.harness import Gate, Server


class FullDisk:
    """Makes every commit of the process fail while it is `on`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on = False
        self.failed = asyncio.Event()
        loop = asyncio.get_running_loop()
        commit_group = writer.commit_group

        def failing(connection: sqlite3.Connection, parts: Any) -> Any:
            if self.on:
                loop.call_soon_threadsafe(self.failed.set)
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return commit_group(connection, parts)

        monkeypatch.setattr(writer, "commit_group", failing)


@pytest.fixture
async def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


async def test_create_is_not_acknowledged(server: Server, disk: FullDisk) -> None:
    async def run(step: WorkflowStep) -> Any:
        raise AssertionError("ran without being stored")

    disk.on = True
    with pytest.raises(DiskFull):
        await server.start(run, id="a")
    disk.on = False
    assert await server.engine.list("") == []


async def test_a_step_whose_result_was_not_stored_is_not_told_to_run(server: Server, disk: FullDisk) -> None:
    gate = Gate()
    told: list[int] = []
    attempts: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        async def work(context: Any) -> Any:
            attempts.append(context.attempt)
            await gate()
            return context.attempt

        told.append(await step.do("work", work))
        return told[-1]

    instance = await server.start(run)
    await gate.reached.wait()
    disk.on = True
    gate.opened.set()
    await disk.failed.wait()
    await server.forgotten()
    assert told == []
    assert (await instance.status()).status == "running"
    disk.on = False
    await server.advance(1000)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b"j2"
    assert (attempts, told) == ([1, 2], [2])


async def test_it_is_tried_again_later_and_later(server: Server, disk: FullDisk) -> None:
    executions = 0

    async def run(step: WorkflowStep) -> Any:
        nonlocal executions
        executions += 1
        return await step.do("work", lambda: "done")

    gate = Gate()

    async def held(step: WorkflowStep) -> Any:
        await step.do("first", gate)
        return await run(step)

    instance = await server.start(held)
    await gate.reached.wait()
    disk.on = True
    gate.opened.set()
    for delay in (1000, 2000, 4000):
        disk.failed.clear()
        await disk.failed.wait()
        await server.forgotten()
        await server.advance(delay - 1)
        await asyncio.sleep(0.01)
        assert server.engine.in_memory == 0
        disk.failed.clear()
        await server.advance(1)
    disk.on = False
    await server.forgotten()
    await server.advance(30_000)
    assert (await server.ended(instance)).status == "complete"


async def test_send_event_and_terminate_are_not_acknowledged(server: Server, disk: FullDisk) -> None:
    async def run(step: WorkflowStep) -> Any:
        return (await step.wait_for_event("wait", type="x"))["payload"]

    instance = await server.start(run)
    await server.waiting(instance)
    disk.on = True
    with pytest.raises(StorageError):
        await instance.send_event(type="x", payload=1)
    with pytest.raises(StorageError):
        await instance.terminate()
    disk.on = False
    assert (await instance.status()).status == "waiting"
    await server.advance(60_000)
    await instance.send_event(type="x", payload=2)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b"j2"


async def test_an_instance_that_could_not_be_terminated_goes_on(server: Server, disk: FullDisk) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep("nap", 60_000)
        return "rested"

    instance = await server.start(run)
    await server.waiting(instance)
    disk.on = True
    with pytest.raises(StorageError):
        await instance.terminate()
    disk.on = False
    await server.advance(1000)
    await asyncio.sleep(0.05)
    await server.advance(60_000)
    assert (await server.ended(instance)).status == "complete"


async def test_a_log_that_moved_on_stops_the_execution_and_it_starts_anew(server: Server) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        await step.do("work", gate)
        return "done"

    instance = await server.start(run)
    await gate.reached.wait()
    moved = "UPDATE instances SET next_seq = next_seq + 1"
    await server.database.execute(moved)
    gate.opened.set()
    await server.forgotten()
    assert (await instance.status()).status == "running"
    await server.advance(1000)
    assert (await server.ended(instance)).status == "complete"
    assert issubclass(SequenceConflict, Exception)


async def test_a_value_that_cannot_be_read_is_read_again_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()

    async def run(step: WorkflowStep) -> Any:
        large = await step.do("large", lambda: "x" * (2 * INLINE_BYTES))
        await step.sleep("nap", "1 hour")
        return len(large)

    async def read(key: int, seq: int) -> bytes | None:
        failed.set()
        raise StorageError("the disk is tired")

    instance = await server.start(run)
    await server.waiting(instance)
    after = await server.crash(run)
    journal = after.engine._journal
    with monkeypatch.context() as patched:
        patched.setattr(journal, "value", read)
        await after.engine.start()
        await after.advance(3_600_000)
        async with asyncio.timeout(10):
            await failed.wait()
        await after.forgotten()
    found = await after.find(instance.id)
    assert (await found.status()).status not in ("errored", "complete")
    await after.advance(60_000)
    status = await after.ended(found)
    assert status.output is not None
    assert decode(status.output) == 2 * INLINE_BYTES


async def test_a_chunk_that_cannot_be_read_is_not_the_workflows_error(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()

    async def run(step: WorkflowStep) -> Any:
        stream = await step.do("large", lambda: Stream(b"x" * 10))
        try:
            return (await stream.read()).decode()
        except Exception as error:
            return f"caught {error}"

    async def read(key: int, stream: int, number: int) -> bytes | None:
        failed.set()
        raise StorageError("the disk is tired")

    with monkeypatch.context() as patched:
        patched.setattr(server.engine._journal.chunks, "read", read)
        instance = await server.start(run)
        async with asyncio.timeout(10):
            await failed.wait()
        await server.forgotten()
    assert (await instance.status()).status == "running"
    await server.advance(60_000)
    status = await server.ended(instance)
    assert status.output is not None
    assert decode(status.output) == "x" * 10


async def test_what_is_told_of_a_commit_and_raises_keeps_nobody_else_from_being_told(server: Server) -> None:
    def raising() -> None:
        raise LookupError("a bug")

    async def run(step: WorkflowStep) -> Any:
        ahead = step.journaled.ahead
        assert ahead is not None
        if not ahead.hand_over().rows:
            now = server.clock.now()
            ahead.complete(ahead.begin("work", 1, None, now), encode(1), now, None)
            ahead.when_durable(raising)
        return await step.do("more", lambda: "done")

    instance = await server.start(run)
    status = await server.ended(instance)
    assert status.status == "complete"
    assert await server.output(lambda step: step.do("other", lambda: "also done")) == "also done"


async def test_a_chunk_that_cannot_be_stored_is_no_failure_of_the_attempt(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()

    async def run(step: WorkflowStep) -> Any:
        config = {"retries": {"limit": 0, "delay": 0}}
        stream = await step.do("large", lambda: Stream(b"x" * 10), config=config)
        return (await stream.read()).decode()

    async def append(stream: int, number: int, data: bytes) -> None:
        failed.set()
        raise StorageError("the disk is tired")

    with monkeypatch.context() as patched:
        patched.setattr(server.engine._journal.chunks, "append", append)
        instance = await server.start(run)
        await failed.wait()
        await server.forgotten()
    await server.advance(60_000)
    status = await server.ended(instance)
    assert (status.status, status.output and decode(status.output)) == ("complete", "x" * 10)
