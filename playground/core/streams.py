"""Bytes that come in pieces, and are too many for one value."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from typing import Any, final

from playground.core.errors import PlaygroundError
from playground.core.values import Encoded


class StreamLocked(PlaygroundError):
    """The stream is read already; it can be read once."""


@final
class Stream:
    """A stream of bytes, to be read once: `async for piece in stream`, or `await stream.read()`.

    `source` is an iterable or async iterable of `bytes`, or all the bytes. A step's callback that returns a
    stream has it stored, and `step.do` answers a new one over what is stored. In JavaScript it is a
    `ReadableStream`.
    """

    def __init__(self, source: AsyncIterable[bytes] | Iterable[bytes] | bytes) -> None:
        pieces: Any = (source,) if isinstance(source, bytes) else source
        if isinstance(pieces, str) or not isinstance(pieces, (AsyncIterable, Iterable)):
            raise TypeError(f"a Stream is made of an iterable of bytes, not of a {type(source).__name__}")
        self._source: AsyncIterable[bytes] | Iterable[bytes] = pieces
        self._locked = False

    @property
    def locked(self) -> bool:
        """Whether somebody reads it, or has read it."""
        return self._locked

    def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """Its pieces, of any length. Raises `StreamLocked` the second time. What is not read to its end
        should be closed (`contextlib.aclosing`).
        """
        if self._locked:
            raise StreamLocked
        self._locked = True
        return self._pieces()

    async def read(self) -> bytes:
        """All bytes at once."""
        return b"".join([piece async for piece in self])

    async def text(self) -> str:
        """All of it as UTF-8 text, with U+FFFD for what is none."""
        return (await self.read()).decode("utf-8", "replace")

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        source = self._source
        if isinstance(source, AsyncIterable):
            pieces: AsyncIterator[bytes] = aiter(source)
            try:
                async for piece in pieces:
                    yield piece
            finally:
                if isinstance(pieces, AsyncGenerator):
                    await pieces.aclose()
        else:
            for piece in source:
                yield piece


StepValue = Encoded | Stream
"""What a step comes to: a value in wire form, or a stream."""
