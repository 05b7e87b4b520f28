"""A visitor in a process of its own: `python -m benchmarks.scale.listener PORT RUNS PAUSE_MS`.

It starts runs one after the other, reads its session's stream, and prints its session and when each entry
came: `[run, seq, monotonic ns]`, by the clock that the server's process reads as well.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import aclosing

from benchmarks.connection import Connection
from benchmarks.workload import Workload

END = "workflow_completed"


async def listen(port: int, runs: int, pause_s: float) -> tuple[str, list[tuple[str, int, int]]]:
    """Start the runs and hear of every entry until the last one's end."""
    connection = Connection("127.0.0.1", port)
    session = json.loads((await connection.request("POST", "/api/sessions", b"{}")).body)["id"]
    stream = Connection("127.0.0.1", port, connection.cookies)
    workload = Workload(same_source=True)
    came: list[tuple[str, int, int]] = []

    async def start() -> None:
        for _ in range(runs):
            response = await connection.request("POST", "/api/run", workload.job().body)
            if response.status != 200:
                raise SystemExit(f"POST /api/run answered {response.status}")
            await asyncio.sleep(pause_s)

    starting = asyncio.create_task(start())
    ended = 0
    async with aclosing(stream.events(f"/api/sessions/{session}/stream")) as events:
        async for event in events:
            now = time.monotonic_ns()
            entry = json.loads(event.data)
            came.append((entry["instance"], entry["seq"], now))
            ended += entry["type"] == END
            if ended == runs:
                break
    await starting
    await connection.close()
    return session, came


if __name__ == "__main__":
    port, runs, pause_ms = map(int, sys.argv[1:])
    print(json.dumps(asyncio.run(listen(port, runs, pause_ms / 1000))))
