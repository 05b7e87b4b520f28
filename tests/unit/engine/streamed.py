"""What tests of streams look at, and what they give."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from playground import Stream
from playground.engine.engine import Instance
from tests.unit.engine.harness import Server


async def stored(server: Server) -> tuple[int, int]:
    """How many streams and chunks there are, when all that was queued is written."""
    for _ in range(4):
        await server.database.write(lambda connection: None)
    [row] = await server.database.read(
        "SELECT (SELECT count(*) FROM streams) AS streams, (SELECT count(*) FROM chunks) AS chunks"
    )
    return row["streams"], row["chunks"]


async def value_bytes(server: Server, instance: Instance) -> int:
    [row] = await server.database.read("SELECT value_bytes FROM instances WHERE id = ?", (instance.id,))
    found: int = row["value_bytes"]
    return found


async def pieces(*given: Any) -> AsyncGenerator[Any, None]:
    for piece in given:
        await asyncio.sleep(0)
        yield piece


def gives(*given: Any) -> Callable[[], Stream]:
    return lambda: Stream(pieces(*given))
