"""Streams as the results of steps: stored while they are read, read from storage by `run`."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from playground import Stream
from playground.core import faults
from playground.core.errors import IsolateLost
from playground.core.streams import StreamLocked
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.storage.chunks import CHUNK_BYTES
from tests.unit.engine.harness import Gate, Server, fails_with
from tests.unit.engine.streamed import gives, pieces, stored, value_bytes


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(stream_limit=20 * CHUNK_BYTES, instance_limit=30 * CHUNK_BYTES, preview_limit=100)


@pytest.fixture(autouse=True)
def disarmed() -> Any:
    yield
    faults.disarm()


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]
)
async def test_what_run_reads_is_what_the_callback_gave(server: Server, size: int) -> None:
    whole = (bytes(range(251)) * (size // 251 + 1))[:size]
    given = [whole[at : at + 70_001] for at in range(0, size, 70_001)]

    async def run(step: WorkflowStep) -> Any:
        stream = await step.do("make", gives(*given))
        return [await stream.read() == whole, stream.locked]

    assert await server.output(run) == [True, True]
    assert await stored(server) == (1, -(-size // CHUNK_BYTES))


@pytest.mark.parametrize("source", [b"all of it", [b"all ", bytearray(b"of"), memoryview(b" it")]])
async def test_a_stream_is_made_of_bytes_or_of_any_iterable(server: Server, source: Any) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await (await step.do("make", lambda: Stream(source))).text()

    assert await server.output(run) == "all of it"


def test_a_stream_of_something_else_is_refused() -> None:
    for source in ("text", 5, None):
        with pytest.raises(TypeError, match="iterable of bytes"):
            Stream(source)  # type: ignore[arg-type]


async def test_a_replay_reads_what_is_stored_and_calls_nobody(server: Server) -> None:
    calls = 0

    async def run(step: WorkflowStep) -> Any:
        def make() -> Stream:
            nonlocal calls
            calls += 1
            return Stream([b"x" * CHUNK_BYTES, b"the end"])

        stream = await step.do("make", make)
        first = len(await stream.read())
        await step.sleep("a while", 60_000)
        again = await step.do("make", make)
        return [first, len(await again.read()), calls]

    instance = await server.start(run)
    await server.waiting(instance)
    after = await server.crash(run)
    calls = 0
    await after.engine.start()
    await after.advance(60_000)
    await after.ended(await after.find(instance.id))
    status = await (await after.find(instance.id)).result()
    assert status == [CHUNK_BYTES + 7, CHUNK_BYTES + 7, 1]


async def test_a_stream_is_read_once_and_can_be_left_in_the_middle(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        stream = await step.do("make", gives(b"x" * 3 * CHUNK_BYTES))
        async with aclosing(aiter(stream)) as some:
            first = len(await anext(some))
        with pytest.raises(StreamLocked):
            await stream.read()
        return first

    assert await server.output(run) == CHUNK_BYTES


async def test_a_result_that_is_a_stream_can_be_the_result_of_a_later_step(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        first = await step.do("first", gives(b"one ", b"two"))
        second = await step.do("second", lambda: first)
        return [await second.text(), first.locked]

    assert await server.output(run) == ["one two", True]
    assert await stored(server) == (2, 2)


async def test_a_chunk_is_asked_for_when_the_one_before_is_stored(server: Server) -> None:
    written: list[int] = []
    ahead: list[int] = []

    async def many() -> AsyncIterator[bytes]:
        for number in range(6):
            ahead.append(number - len(written))
            yield b"x" * CHUNK_BYTES

    faults.arm("stream_chunk_stored", lambda: written.append(1))

    async def run(step: WorkflowStep) -> Any:
        await step.do("make", lambda: Stream(many()))

    await server.output(run)
    assert ahead == [0] * 6


async def test_memory_is_bounded_by_a_few_chunks(server: Server) -> None:
    count = 19

    async def many() -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * CHUNK_BYTES

    async def run(step: WorkflowStep) -> Any:
        stream = await step.do("make", lambda: Stream(many()))
        return sum([len(piece) async for piece in stream])

    tracemalloc.start()
    try:
        assert await server.output(run) == count * CHUNK_BYTES
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * CHUNK_BYTES


# -- what is no stream of bytes


@pytest.mark.parametrize(
    ("piece", "kind"), [("text", "str"), (5, "int"), (None, "NoneType"), ([b"x"], "list")]
)
async def test_pieces_that_are_no_bytes_fail_the_step_at_once(server: Server, piece: Any, kind: str) -> None:
    calls = 0

    async def run(step: WorkflowStep) -> Any:
        def make() -> Stream:
            nonlocal calls
            calls += 1
            return Stream(pieces(b"x" * CHUNK_BYTES, piece))

        return list(await fails_with(step, "make", make))

    assert await server.output(run) == [
        "WorkflowFatalError",
        f'The result of step "make" is a stream that gave a {kind}; it must give bytes',
    ]
    assert calls == 1
    assert await stored(server) == (0, 0)


async def test_a_locked_stream_fails_the_step_at_once(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        stream = Stream([b"x"])
        aiter(stream)
        return list(await fails_with(step, "make", lambda: stream))

    assert await server.output(run) == [
        "WorkflowFatalError",
        'The result of step "make" is a stream that is locked: somebody reads it, or has read it',
    ]


async def test_a_stream_inside_of_a_value_is_no_value(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return list(await fails_with(step, "make", lambda: {"a": [Stream([b"x"])]}))

    name, message = await server.output(run)
    assert name == "WorkflowFatalError"
    assert "$.a[0]: a Stream cannot be stored" in message


# -- attempts that fail


async def test_what_a_failed_attempt_stored_is_removed_and_the_next_begins_anew(server: Server) -> None:
    attempts = 0

    async def breaks() -> AsyncIterator[bytes]:
        yield b"x" * 3 * CHUNK_BYTES
        if attempts < 3:
            raise ValueError("the source broke")
        yield b"end"

    async def run(step: WorkflowStep) -> Any:
        def make() -> Stream:
            nonlocal attempts
            attempts += 1
            return Stream(breaks())

        config = {"retries": {"limit": 5, "delay": 0}}
        return len(await (await step.do("make", config, make)).read())

    assert await server.output(run) == 3 * CHUNK_BYTES + 3
    assert attempts == 3
    assert await stored(server) == (1, 4)


async def test_the_timeout_is_for_the_whole_stream(server: Server) -> None:
    gate = Gate()
    closed: list[bool] = []

    async def slow() -> AsyncIterator[bytes]:
        try:
            yield b"x" * CHUNK_BYTES
            await gate()
            yield b"never"
        finally:
            closed.append(True)

    async def run(step: WorkflowStep) -> Any:
        config = {"timeout": 1000, "retries": {"limit": 0, "delay": 0}}
        return list(await fails_with(step, "make", config, lambda: Stream(slow())))

    instance = await server.start(run)
    await gate.reached.wait()
    assert await stored(server) == (1, 1)
    await server.advance(1000)
    await server.ended(instance)
    assert await instance.result() == ["WorkflowTimeoutError", "Execution timed out after 1000ms"]
    assert closed == [True]
    assert await stored(server) == (0, 0)


async def test_a_stream_of_an_instance_that_is_terminated_is_removed(server: Server) -> None:
    gate = Gate()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * CHUNK_BYTES
        await gate()

    async def run(step: WorkflowStep) -> Any:
        await step.do("make", lambda: Stream(slow()))

    instance = await server.start(run)
    await gate.reached.wait()
    await instance.terminate()
    await server.forgotten()
    assert await stored(server) == (0, 0)
    assert await value_bytes(server, instance) < 100


async def test_what_was_being_drained_when_the_server_was_killed_is_removed_at_the_next_start(
    server: Server,
) -> None:
    gate = Gate()
    calls = 0

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 3 * CHUNK_BYTES
        if calls == 1:
            await gate()

    async def run(step: WorkflowStep) -> Any:
        def make() -> Stream:
            nonlocal calls
            calls += 1
            return Stream(slow())

        return len(await (await step.do("make", make)).read())

    instance = await server.start(run)
    await gate.reached.wait()
    after = await server.crash(run)
    assert await stored(after) == (1, 3)
    await after.engine.start()
    await after.ended(await after.find(instance.id))
    assert await (await after.find(instance.id)).result() == 3 * CHUNK_BYTES
    assert await stored(after) == (1, 3)


async def test_an_isolate_that_is_lost_in_the_middle_costs_an_attempt(server: Server) -> None:
    lost = False

    async def breaks() -> AsyncIterator[bytes]:
        nonlocal lost
        yield b"x" * CHUNK_BYTES
        if not lost:
            lost = True
            raise IsolateLost("gone")

    async def run(step: WorkflowStep) -> Any:
        return len(await (await step.do("make", lambda: Stream(breaks()))).read())

    assert await server.output(run) == CHUNK_BYTES
    assert await stored(server) == (1, 1)
