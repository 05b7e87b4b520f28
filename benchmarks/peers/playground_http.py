"""This project's server, over HTTP: `python -m benchmarks.peers.playground_http FOLDER PORT [same]`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvloop

from benchmarks.machine import COMPILED
from benchmarks.peers.driver import answer
from benchmarks.peers.http_runs import http_client
from benchmarks.peers.process import free_ports, serving
from playground import __version__


async def main(folder: Path, first_port: int, *, same_source: bool) -> None:
    """A server with the settings that it has when nobody sets any, but for the folder of compiled code."""
    (port,) = free_ports(1, first_port)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "playground",
        "--port",
        str(port),
        "--data",
        folder / "data",
    ]
    cache = {"PLAYGROUND_CACHE": str(COMPILED)}
    async with serving(command, port, environment=cache):
        await asyncio.sleep(0.5)  # the socket listens a moment before requests are answered
        await answer(http_client(port, same_source=same_source), {"version": __version__})


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2]), same_source=sys.argv[3:] == ["same"]))
