"""How fast the engine is by itself: create → three trivial steps → complete, with a workflow written in
Python.

    python benchmarks/engine.py [-n RUNS] [-c IN_FLIGHT] [--data FOLDER] [--profile]

Prints runs per second and the latency's percentiles. Everything is durable (an fsync per group of commits),
so the figure depends on the disk that FOLDER (default: a temporary folder) is on.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import uvloop

from playground.core.clock import SystemClock
from playground.engine.engine import Engine
from playground.engine.step import WorkflowStep
from playground.storage.database import Database
from playground.storage.journal import Journal


class Trivial:
    """Three steps that compute nothing."""

    async def run(self, event: Any, step: WorkflowStep) -> Any:
        first = await step.do("first", lambda: event.payload)
        second = await step.do("second", lambda: first + 1)
        return await step.do("third", lambda: second + 1)


async def measure(folder: Path, runs: int, in_flight: int) -> list[float]:
    """Run `runs` instances, `in_flight` at a time; answers each one's seconds from create to complete."""
    database = await Database.open(folder / "bench.db")
    engine = Engine(Journal(database), SystemClock(), {"trivial": Trivial})
    await engine.start()
    numbers = iter(range(runs))
    took: list[float] = []

    async def client(scope: str) -> None:
        workflow = engine.workflow("trivial", scope)
        async with engine.feed.subscribe(scope=scope) as wakes:
            for number in numbers:
                began = time.perf_counter()
                instance = await workflow.create(params=number)
                while (await anext(wakes)).status != "complete":
                    pass
                took.append(time.perf_counter() - began)
                if number % 97 == 0:
                    status = await instance.status()
                    assert status.output is not None, status
                    assert status.output.data == b"j%d" % (number + 2), status

    cpu_began = time.thread_time()
    began = time.perf_counter()
    await asyncio.gather(*(client(f"tenant-{each}") for each in range(in_flight)))
    seconds = time.perf_counter() - began
    cpu = (time.thread_time() - cpu_began) / runs * 1e6
    print(f"{runs} runs, {in_flight} in flight: {runs / seconds:,.0f}/s, {cpu:.0f} µs of the event loop each")
    await engine.close()
    await database.close()
    return took


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-n", type=int, default=6000, metavar="RUNS")
    parser.add_argument("-c", type=int, default=64, metavar="IN_FLIGHT")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        profile = cProfile.Profile()
        if options.profile:
            profile.enable()
        took = uvloop.run(measure(Path(folder), options.n, options.c))
        profile.disable()
    took.sort()
    shares = ", ".join(f"p{share} {took[len(took) * share // 100] * 1000:.1f} ms" for share in (50, 90, 99))
    print(f"latency: {shares}")
    if options.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main()
