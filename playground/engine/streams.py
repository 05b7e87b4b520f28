"""Streams that steps give: drained into storage while the attempt runs, and read from there by `run`."""

from __future__ import annotations

import codecs
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final, NamedTuple

import msgspec

from playground.core import faults
from playground.core.errors import StorageError, WorkflowFatalError
from playground.core.streams import Stream
from playground.engine.instance_log import InstanceLog
from playground.engine.outputs import check_room
from playground.engine.settings import EngineSettings
from playground.storage.chunks import CHUNK_BYTES, Chunks

_CUT: Final = "…"
_BYTES_SHOWN: Final = 32


class StreamDeleted(StorageError):
    """It is not stored any more; to read it again is of no use."""


class StoredStream(NamedTuple):
    """A stream in storage: its number, and its length in bytes. The value of the entry that holds it."""

    number: int
    size: int

    def encoded(self) -> bytes:
        """What the entry stores."""
        return msgspec.json.encode(list(self))

    @classmethod
    def of(cls, value: bytes) -> StoredStream:
        return cls(*msgspec.json.decode(value, type=tuple[int, int]))


class Drained(NamedTuple):
    """What an attempt that gave a stream came to. `beginning` is what a preview is made of."""

    stored: StoredStream
    beginning: bytes

    def shown(self, limit: int) -> str:
        """The beginning of the text; of what is no text, the length and the first bytes."""
        size = self.stored.size
        text = self._text()
        if text is None:
            first = self.beginning[:_BYTES_SHOWN]
            more = _CUT if size > len(first) else ""
            return f"[ReadableStream({size} bytes): {first.hex(' ')}{more}]"
        return (
            text
            if len(text) <= limit and len(self.beginning) == size
            else (f"{text[:limit]}{_CUT} ({size} bytes)")
        )

    @property
    def is_text(self) -> bool:
        """Whether it begins as UTF-8 text does."""
        return self._text() is not None

    def _text(self) -> str | None:
        whole = len(self.beginning) == self.stored.size
        try:
            text = codecs.getincrementaldecoder("utf-8")().decode(self.beginning, final=whole)
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text


async def drain(
    stream: Stream, log: InstanceLog, chunks: Chunks, settings: EngineSettings, what: str
) -> Drained:
    """Store all that `stream` gives, a chunk at a time: the next piece is asked for when the last is stored.

    The result is to be committed, or discarded. What goes wrong, or a cancellation, removes what was
    stored. A stream that is locked, too large or not one of bytes raises `WorkflowFatalError`, which says
    what `what` is wrong with.
    """
    if stream.locked:
        raise WorkflowFatalError(f"{what} is a stream that is locked: somebody reads it, or has read it")
    drain = _Drain(log, chunks, settings, what, await chunks.begin(log.row.key))
    try:
        async with aclosing(aiter(stream)) as pieces:
            async for piece in pieces:
                await drain.take(piece)
        return await drain.end()
    except BaseException:
        # not waited for: an isolate that dies says so to its run right after it has said so here
        chunks.discard(drain.number)
        raise
    finally:
        log.draining -= drain.size


def stored_stream(key: int, stored: StoredStream, chunks: Chunks) -> Stream:
    """A new stream over what is stored for the instance `key`; a chunk is read when it is asked for."""
    return Stream(_pieces(key, stored, chunks))


async def _pieces(key: int, stored: StoredStream, chunks: Chunks) -> AsyncGenerator[bytes, None]:
    for number in range(-(-stored.size // CHUNK_BYTES)):
        data = await chunks.read(key, stored.number, number)
        if data is None:
            raise StreamDeleted("what the stream stands for was deleted")
        yield data


class _Drain:
    """One stream on its way into storage, cut into chunks."""

    def __init__(
        self, log: InstanceLog, chunks: Chunks, settings: EngineSettings, what: str, number: int
    ) -> None:
        self._log = log
        self._chunks = chunks
        self._settings = settings
        self._what = what
        self._held = bytearray()
        self._written = 0
        self._beginning = b""
        self.number = number
        self.size = 0

    async def take(self, piece: Any) -> None:
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            raise WorkflowFatalError(
                f"{self._what} is a stream that gave a {type(piece).__name__}; it must give bytes"
            )
        self._count(memoryview(piece).nbytes)
        self._held += piece
        while len(self._held) >= CHUNK_BYTES:
            await self._write(bytes(self._held[:CHUNK_BYTES]))
            del self._held[:CHUNK_BYTES]

    async def end(self) -> Drained:
        if self._held:
            await self._write(bytes(self._held))
        faults.point("stream_drained_not_committed")
        return Drained(StoredStream(self.number, self.size), self._beginning)

    def _count(self, more: int) -> None:
        limit = self._settings.stream_limit
        if self.size + more > limit:
            raise WorkflowFatalError(
                f"{self._what} is too large: the stream has more than {limit} bytes, which is the limit"
            )
        check_room(self._log, more, self._settings, self._what)
        self.size += more
        self._log.draining += more

    async def _write(self, data: bytes) -> None:
        if self._written == 0:
            self._beginning = data[: 4 * self._settings.preview_limit + 4]
        await self._chunks.append(self.number, self._written, data)
        self._written += 1
        faults.point("stream_chunk_stored")
