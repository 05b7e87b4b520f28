"""From a commit to the message that tells a visitor of it.

The server runs in this process, so that the moment is known in which the writer's commit is told to the
engine's subscribers; the visitor is a process of its own (`listener`) and notes when the message came.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn

from benchmarks.machine import COMPILED
from benchmarks.peers.contest import ROOT
from benchmarks.peers.process import free_ports
from benchmarks.report import percentiles
from benchmarks.scale.figure import Figure
from playground.app import open_services
from playground.settings import Settings
from playground.web.app import create_app


async def commit_to_message(folder: Path, runs: int, pause_ms: int, port: int) -> AsyncIterator[Figure]:
    """Runs one after the other with a pause after each; every entry of theirs counts."""
    (port,) = free_ports(1, port)
    settings = Settings(data=folder / "stream", port=port, cache=COMPILED)
    told: list[tuple[str, int, int]] = []
    async with open_services(settings) as services:
        feed = services.engine.feed
        publish = feed.publish

        def noted(scope: str, instance: str, position: int, status: str) -> None:
            told.append((instance, position, time.monotonic_ns()))
            publish(scope, instance, position, status)

        feed.publish = noted  # type: ignore[method-assign]
        config = uvicorn.Config(create_app(services), port=port, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        try:
            session, came = await heard(port, runs, pause_ms)
            log = await services.engine.scope_history(session)
        finally:
            server.should_exit = True
            await serving
    positions = {(entry.instance, entry.seq): entry.position for entry in log}
    found = percentiles(delays(told, [(run, positions[run, seq], at) for run, seq, at in came]))
    yield Figure("commit → message of the event stream, p50", found["p50"], "ms", at_most=10)
    yield Figure("commit → message of the event stream, p99", found["p99"], "ms")


async def heard(port: int, runs: int, pause_ms: int) -> tuple[str, list[tuple[str, int, int]]]:
    """The visitor's session, and when which entries of its runs came."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        await asyncio.sleep(0.05)
    listener = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.scale.listener",
        *map(str, (port, runs, pause_ms)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await listener.communicate()
    if listener.returncode != 0:
        raise RuntimeError(f"the visitor ended with {listener.returncode}")
    session, came = json.loads(output)
    return session, came


def delays(told: Sequence[tuple[str, int, int]], came: Sequence[tuple[str, int, int]]) -> list[float]:
    """Seconds from the first telling of a commit that holds the entry to its message.

    Both are `(instance, position, monotonic ns)`; a commit is told of with the last of its positions.
    """
    by_instance: dict[str, list[tuple[int, int]]] = {}
    for instance, position, at in told:
        by_instance.setdefault(instance, []).append((position, at))
    found = []
    for instance, position, at in came:
        commits = by_instance[instance]
        committed = next(when for last, when in commits if last >= position)
        found.append((at - committed) / 1e9)
    return found
