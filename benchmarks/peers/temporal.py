"""Temporal's development server: `python -m benchmarks.peers.temporal FOLDER PORT PROGRAM activities|local`.

The server keeps everything in one SQLite file, with the journal and the synchronisation asked for here (a
write-ahead log, an fsync per commit). Worker and client are in this process, with the SDK's own settings.
"""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import version
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from benchmarks.peers.driver import answer, each_alone, expect
from benchmarks.peers.process import free_ports, serving
from benchmarks.peers.temporal_workflows import Activities, LocalActivities, add_one, first

QUEUE = "benchmark"
FULL = ("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2")


async def main(folder: Path, first_port: int, program: Path, kind: str) -> None:
    """Serve, connect, work."""
    port, ports_http, metrics = free_ports(3, first_port)
    file = ("--db-filename", folder / "temporal.sqlite")
    ports = ("--ip", "127.0.0.1", "--port", str(port), "--http-port", str(ports_http))
    quiet = ("--headless", "--metrics-port", str(metrics), "--log-level", "error")
    command: list[str | Path] = [program, "server", "start-dev", *file, *ports, *quiet, *FULL]
    flow = Activities if kind == "activities" else LocalActivities
    async with serving(command, port):
        client = await connected(f"127.0.0.1:{port}")

        async def run(number: int) -> None:
            expect(
                await client.execute_workflow(flow.run, number, id=f"{kind}-{number}", task_queue=QUEUE),
                number,
            )

        activities = [first, add_one]
        async with Worker(client, task_queue=QUEUE, workflows=[flow], activities=activities):
            await answer(each_alone(run), {"version": version("temporalio")})


async def connected(address: str) -> Client:
    """A client, once the namespace is there."""
    for _ in range(100):
        try:
            return await Client.connect(address)
        except RuntimeError:
            await asyncio.sleep(0.2)
    return await Client.connect(address)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(folder, int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))
