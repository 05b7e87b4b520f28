"""What a worker process writes to its standard error: of use where it crashed, and not to be trusted."""

from __future__ import annotations

from asyncio import StreamReader
from collections.abc import Callable
from typing import Final

_KEPT_BYTES: Final = 4096
_MOST_BYTES: Final = 1 << 20


async def last_words(stream: StreamReader, too_much: Callable[[], None]) -> str:
    """Read until the process is gone; the end of what it wrote, in printable characters of one line.

    `too_much` is called, once, when it writes more than a process that crashes has to say.
    """
    kept, size = b"", 0
    while data := await stream.read(_KEPT_BYTES):
        if size <= _MOST_BYTES < size + len(data):
            too_much()
        size += len(data)
        kept = (kept + data)[-_KEPT_BYTES:]
    lines = kept.decode("utf-8", "replace").splitlines()
    return " | ".join(filter(None, (_printable(line).strip() for line in lines)))


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else " " for character in line)
