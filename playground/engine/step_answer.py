"""What a step that history holds answers, when it is its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

from playground.core.codec import decode, encode
from playground.core.errors import ErrorRecord, RemoteError, StorageError
from playground.core.streams import StepValue, Stream
from playground.core.values import UNDEFINED, Encoded
from playground.engine.history import Completion
from playground.engine.runner import Execution
from playground.engine.streams import StoredStream, StreamDeleted, stored_stream


async def result_of(execution: Execution, completion: Completion) -> StepValue:
    """What a `do` came to: as `answer_of`, or a new stream over what is stored."""
    value = await answer_of(execution, completion)
    if not completion.stream:
        return value
    return answered_stream(execution, StoredStream.of(value.data))


def answered_stream(execution: Execution, stored: StoredStream) -> Stream:
    """A new stream over what is stored. A chunk that cannot be read is, as with `stored_value`, not the
    workflow's error.
    """
    return Stream(_pieces(execution, stored))


async def _pieces(execution: Execution, stored: StoredStream) -> AsyncGenerator[bytes, None]:
    stream = stored_stream(execution.log.row.key, stored, execution.services.journal.chunks)
    try:
        async with aclosing(aiter(stream)) as pieces:
            async for piece in pieces:
                yield piece
    except StreamDeleted:
        raise
    except StorageError as error:
        execution.stop("failed")
        raise asyncio.CancelledError from error


async def answer_of(execution: Execution, completion: Completion) -> Encoded:
    """The stored result, or `RemoteError` with the stored error. Waits for the completion's turn."""
    value = completion.value
    if value is None:
        value = await stored_value(execution, completion.seq)
    await execution.deliver(completion.seq, completion.time)
    completion.value = None
    if completion.failed:
        raise memoised_error(value)
    return Encoded(value)


async def stored_value(execution: Execution, seq: int) -> bytes:
    """The value of the entry `seq`; `undefined` where it has none. What cannot be read is not the workflow's
    error: the execution is thrown away, and another one tries again.
    """
    try:
        value = await execution.services.journal.value(execution.log.row.key, seq)
    except StorageError as error:
        execution.stop("failed")
        raise asyncio.CancelledError from error
    return value if value is not None else encode(UNDEFINED).data


def memoised_error(value: bytes) -> RemoteError:
    """The error that was stored, to be raised."""
    record = decode(Encoded(value))
    assert isinstance(record, ErrorRecord)
    return RemoteError(record)


def event_value(payload: bytes, type: str, time: int) -> Encoded:
    """What `waitForEvent` answers: `{payload, type, timestamp}`, the timestamp a Date of when the event
    came.
    """
    timestamp = datetime.fromtimestamp(time / 1000, UTC)
    return encode({"payload": decode(Encoded(payload)), "type": type, "timestamp": timestamp})
