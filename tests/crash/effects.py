"""What steps have done outside: a receiver apart from the server, which writes a line for each effect.

The file is append-only, and a line is written before the effect is acknowledged, so it holds whatever a step
was told had happened, whoever was killed meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final, NamedTuple, Self, TextIO

SOCKET: Final = "PLAYGROUND_TEST_EFFECTS"
"""The variable that tells the server where the receiver listens."""


class Effect(NamedTuple):
    """One call from outside a step: which instance's, of which step, in which attempt."""

    instance: str
    kind: str
    step: str
    attempt: int


class Receiver:
    """Listens on a socket at `path` and appends to `file`. Use as an asynchronous context manager."""

    def __init__(self, path: Path, file: Path) -> None:
        self._path = path
        self._file_path = file
        self._file: TextIO
        self._server: asyncio.Server

    async def __aenter__(self) -> Self:
        self._file = self._file_path.open("a", buffering=1)
        self._server = await asyncio.start_unix_server(self._received, self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()
        self._file.close()

    async def _received(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            if line.endswith(b"\n"):
                self._file.write(line.decode())
                writer.write(b"done\n")
                await writer.drain()
        except OSError:
            return  # the server was killed in between: whether the effect counts is what the file says
        finally:
            writer.close()


def read(file: Path) -> list[Effect]:
    """The effects, in the order in which they came."""
    return [Effect(*json.loads(line)) for line in file.read_text().splitlines()]
