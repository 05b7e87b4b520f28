"""A stream of the server's, as an isolate reads it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from playground.core.streams import Stream
from playground.core.values import UNDEFINED, Value, View
from playground.isolates.receiver import Receiver, not_implemented


class StreamReceiver(Receiver):
    """Answers `next()` with the next bytes, and with `undefined` after the last."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._pieces: AsyncGenerator[bytes, None] | None = None

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        if method != "next":
            raise not_implemented(method)
        if self._pieces is None:
            self._pieces = aiter(self._stream)
        piece = await anext(self._pieces, None)
        return UNDEFINED if piece is None else View("Uint8Array", piece)
