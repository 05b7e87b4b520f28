"""How large streams may be, and what is seen of them from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground import Stream
from playground.core import faults
from playground.core.codec import decode
from playground.core.errors import StorageError, TenantError, WorkflowError
from playground.core.values import Encoded
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.storage.chunks import CHUNK_BYTES
from tests.unit.engine.harness import Gate, Server, fails_with
from tests.unit.engine.streamed import gives, stored, value_bytes


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(stream_limit=20 * CHUNK_BYTES, instance_limit=30 * CHUNK_BYTES, preview_limit=100)


@pytest.fixture(autouse=True)
def disarmed() -> Any:
    yield
    faults.disarm()


# -- how much there may be


async def test_a_stream_may_be_as_long_as_the_limit_and_not_longer(server: Server) -> None:
    limit = server.settings.stream_limit

    async def run(step: WorkflowStep) -> Any:
        whole = await step.do("whole", gives(b"x" * limit))
        more = gives(b"x" * 5 * CHUNK_BYTES, b"x" * limit)
        return [len(await whole.read()), *await fails_with(step, "more", more)]

    assert await server.output(run) == [
        limit,
        "WorkflowFatalError",
        f'The result of step "more" is too large: the stream has more than {limit} bytes, which is the limit',
    ]
    assert await stored(server) == (1, 20)


async def test_an_instance_stores_no_more_than_its_limit(server: Server) -> None:
    half = server.settings.instance_limit // 2

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", gives(b"x" * half))
        name, message = await fails_with(step, "second", gives(b"x" * half))
        await step.do("third", gives(b"x" * (half - 1000)))
        value = await fails_with(step, "value", lambda: "x" * 2000)
        return [name, message, *value]

    instance = await server.start(run)
    await server.ended(instance)
    name, message, also, other = await instance.result()
    assert name == also == "WorkflowFatalError"
    assert message.startswith('The result of step "second" cannot be stored: the instance stores')
    assert message.endswith(f"the limit is {2 * half} bytes")
    assert other.startswith('The result of step "value" cannot be stored: the instance stores')
    assert await stored(server) == (2, 30)


async def test_two_streams_at_once_share_what_is_left(server: Server) -> None:
    half = server.settings.instance_limit // 2
    gate = Gate()

    async def first() -> AsyncIterator[bytes]:
        yield b"x" * half
        await gate()

    async def run(step: WorkflowStep) -> Any:
        slow = step.do("first", lambda: Stream(first()))
        await gate.reached.wait()
        name, _ = await fails_with(step, "second", gives(b"x" * half))
        gate.opened.set()
        await slow
        return name

    assert await server.output(run) == "WorkflowFatalError"


async def test_what_an_instance_stores_is_known_after_a_crash(server: Server) -> None:
    half = server.settings.instance_limit // 2

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", gives(b"x" * half))
        await step.sleep("a while", 60_000)
        return list(await fails_with(step, "second", gives(b"x" * half)))

    instance = await server.start(run)
    await server.waiting(instance)
    before = await value_bytes(server, instance)
    assert half < before < half + 200
    after = await server.crash(run)
    await after.engine.start()
    await after.advance(60_000)
    again = await after.find(instance.id)
    await after.ended(again)
    assert (await again.result())[0] == "WorkflowFatalError"


# -- how they are shown


@pytest.mark.parametrize(
    ("given", "kind", "shown"),
    [
        (b"", "text", ""),
        (b"a text", "text", "a text"),
        ("ä" * 100, "text", "ä" * 100),
        ("ä" * 300, "text", "ä" * 100 + "… (600 bytes)"),
        (b"\x89PNG\r\n\x1a\n", "binary", "[ReadableStream(8 bytes): 89 50 4e 47 0d 0a 1a 0a]"),
        (b"\0" * 40, "binary", f"[ReadableStream(40 bytes): {' '.join(['00'] * 32)}…]"),
        (b"cut \xc3", "binary", "[ReadableStream(5 bytes): 63 75 74 20 c3]"),
        ("€" * CHUNK_BYTES, "text", "€" * 100 + f"… ({3 * CHUNK_BYTES} bytes)"),
    ],
)
async def test_the_log_shows_the_beginning(server: Server, given: Any, kind: str, shown: str) -> None:
    data = given.encode() if isinstance(given, str) else given

    async def run(step: WorkflowStep) -> Any:
        await step.do("make", gives(data))

    instance = await server.start(run)
    await server.ended(instance)
    [entry] = await server.entries(instance, "step_completed")
    assert (entry["stream"], entry["output"], entry["size"]) == (kind, shown, len(data))


async def test_a_sensitive_stream_is_stored_and_not_shown(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        stream = await step.do("make", {"sensitive": "output"}, gives(b"a secret"))
        return len(await stream.read())

    instance = await server.start(run)
    await server.ended(instance)
    assert await instance.result() == 8
    [entry] = await server.entries(instance, "step_completed")
    assert entry["output"] == "[REDACTED]"
    assert "secret" not in str(await server.entries(instance))


async def test_reading_what_was_deleted_fails(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        stream = await step.do("make", gives(b"x"))
        await server.database.execute("DELETE FROM streams")
        try:
            await stream.read()
        except StorageError as error:
            return error.message
        except TenantError:
            return "no"

    assert await server.output(run) == "what the stream stands for was deleted"


# -- seen from outside


async def test_the_output_of_a_step_is_that_of_its_last_life(server: Server) -> None:
    lives = 0

    async def run(step: WorkflowStep) -> Any:
        await step.do("before", lambda: f"before {lives}")
        await step.do("make", gives(f"life {lives}".encode()))

    async def texts() -> list[Any]:
        before, made = await instance.step_output("before"), await instance.step_output("make")
        assert isinstance(before.value, Encoded)
        assert isinstance(made.value, Stream)
        assert (made.size, made.stream, made.sensitive) == (6, "text", False)
        return [decode(before.value), await made.value.text()]

    instance = await server.start(run)
    await server.ended(instance)
    assert await texts() == ["before 0", "life 0"]
    lives = 1
    await instance.restart(from_step={"name": "make"})
    await server.ended(instance)
    assert await texts() == ["before 0", "life 1"]
    lives = 2
    await instance.restart()
    await server.ended(instance)
    assert await texts() == ["before 2", "life 2"]
    for name, count in (("make", 2), ("other", 1)):
        with pytest.raises(WorkflowError, match=r"instance\.no_output"):
            await instance.step_output(name, count)


async def test_the_streams_of_an_earlier_life_are_removed(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.do("make", gives(b"x" * CHUNK_BYTES))

    instance = await server.start(run)
    await server.ended(instance)
    before = await value_bytes(server, instance)
    await instance.restart()
    await server.ended(instance)
    assert await value_bytes(server, instance) == before
    async with asyncio.timeout(10):
        while await stored(server) != (1, 1):
            await asyncio.sleep(0)


async def test_a_full_instance_takes_no_events(server: Server) -> None:
    limit = server.settings.instance_limit

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", gives(b"x" * (limit // 2)))
        await step.do("second", gives(b"x" * (limit // 2 - 1000)))
        return (await step.wait_for_event("go", type="go"))["payload"]

    instance = await server.start(run)
    await server.waiting(instance)
    with pytest.raises(WorkflowError, match="cannot_send_event: The event's payload cannot be stored"):
        await instance.send_event(type="go", payload="x" * 1000)
    await instance.send_event(type="go", payload="small")
    await server.ended(instance)
    assert await instance.result() == "small"


async def test_the_streams_of_an_earlier_life_are_removed_after_a_crash(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.do("make", gives(b"x" * CHUNK_BYTES))
        await step.sleep("nap", "1 day")

    instance = await server.start(run)
    await server.waiting(instance)
    monkeypatch.setattr(server.engine._retention, "sweep", lambda streams=(): None)
    await instance.restart()
    await server.seen(instance, "step_completed")
    after = await server.crash(run)
    assert await stored(after) == (2, 2)
    await after.engine.start()
    async with asyncio.timeout(10):
        while await stored(after) != (1, 1):
            await asyncio.sleep(0)
