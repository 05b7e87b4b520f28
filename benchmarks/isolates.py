"""Measure isolates without a server: how soon they are there, what a turn costs, what memory they take.

python benchmarks/isolates.py python benchmarks/isolates.py --rounds 9 --isolates 500

Each figure is the median of several rounds; a round's own figures are medians too. The calls go through a
real worker process, as the server's do. Memory is what the worker process has to itself (private pages that
were written).
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playground.core.clock import SystemClock
from playground.core.ports import StepCallback, StepContext, StepKey, WorkflowEvent
from playground.core.values import Encoded
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.loader import Loader, WorkerCode
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.isolates.request import Request

REQUEST = Request("POST", "https://tenant.internal/start", {"content-type": "application/json"}, '{"n": 1}')
CODE = """
import { WorkflowEntrypoint } from "cloudflare:workers";
export class Flow extends WorkflowEntrypoint {
  async run(event, step) {
    const one = await step.do("one", async () => event.payload.n + 1);
    const two = await step.do("two", async () => one + 1);
    return await step.do("three", async () => two + 1);
  }
}
export default { async fetch(request) { return Response.json(await request.json()); } };
"""
EVENT = WorkflowEvent({"n": 1}, datetime(2026, 1, 1, tzinfo=UTC), "instance", "flow")

Figures = dict[str, float]


class Steps:
    """Steps that are kept nowhere."""

    def __init__(self) -> None:
        self.journaled = self

    async def do(self, name: Any, config: Any, callback: StepCallback, rollback: Any = None) -> Encoded:
        return await callback(StepContext(StepKey("do", name, 1), 1, {}))

    def hold(self) -> None:
        pass

    def release(self) -> None:
        pass


class Bench:
    """A pool with one worker process."""

    def __init__(self, cache: Path) -> None:
        self.pool = WorkerPool(PoolSettings(cache_dir=cache, isolates=100_000))
        self.loader = Loader(self.pool, SystemClock())
        self._loaded = 0

    def fresh(self) -> Entrypoint:
        """The default export of code that was never loaded."""
        self._loaded += 1
        code = WorkerCode("index.js", {"index.js": f"{CODE}// {self._loaded}"})

        async def factory() -> WorkerCode:
            return code

        return self.loader.get(str(self._loaded), factory).get_entrypoint()

    def fresh_flow(self) -> Entrypoint:
        """The workflow of code that was never loaded."""
        self.fresh()
        code = WorkerCode("index.js", {"index.js": f"{CODE}// {self._loaded}"})

        async def factory() -> WorkerCode:
            return code

        return self.loader.get(str(self._loaded), factory).get_entrypoint("Flow")


async def start_ms(cache: Path) -> float:
    """From nothing to a worker process that takes work."""
    began = time.perf_counter()
    pool = WorkerPool(PoolSettings(cache_dir=cache))
    await pool.start()
    took = time.perf_counter() - began
    await pool.close()
    return took * 1000


async def median_us(times: int, work: Callable[[], Awaitable[object]]) -> float:
    """The median of one call's time."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


async def rate(times: int, at_once: int, work: Callable[[], Awaitable[object]]) -> float:
    """Calls per second with so many in flight."""
    left = times

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await work()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return times / (time.perf_counter() - began)


def private_kib(pid: int) -> int:
    """Memory that a process has to itself."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1])
    return 0


async def one_round(cache: Path, isolates: int) -> Figures:
    """All figures once."""
    figures: Figures = {"start of a worker process, ms": await start_ms(cache)}
    bench = Bench(cache)
    await bench.pool.start()
    try:
        (pid,) = bench.pool.pids
        figures["new code to its first answer, µs"] = await median_us(
            50, lambda: bench.fresh().fetch(REQUEST)
        )
        warm = bench.fresh()
        await warm.fetch(REQUEST)
        figures["warm request, µs"] = await median_us(300, lambda: warm.fetch(REQUEST))
        flow = bench.fresh_flow()
        await flow.run(EVENT, Steps())
        figures["warm run of three steps, µs"] = await median_us(200, lambda: flow.run(EVENT, Steps()))
        figures["warm requests/s, 16 at once"] = await rate(1000, 16, lambda: warm.fetch(REQUEST))
        figures["warm runs/s, 16 at once"] = await rate(500, 16, lambda: flow.run(EVENT, Steps()))
        figures["runs of new code/s, 16 at once"] = await rate(
            200, 16, lambda: bench.fresh_flow().run(EVENT, Steps())
        )
        before = private_kib(pid)
        for _ in range(isolates):
            await bench.fresh().fetch(REQUEST)
        figures["memory of an isolate after a request, KiB"] = (private_kib(pid) - before) / isolates
    finally:
        await bench.pool.close()
    return figures


async def measure(rounds: int, isolates: int) -> list[Figures]:
    """All rounds. The first start, which compiles the template, is a figure of its own."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        first = await start_ms(cache)
        found = [await one_round(cache, isolates) for _ in range(rounds)]
    return [{"first start, which compiles the template, ms": first, **figures} for figures in found]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure isolates without a server.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--isolates", type=int, default=200, help="how many are made to weigh one")
    given = parser.parse_args(arguments)
    rounds = asyncio.run(measure(given.rounds, given.isolates))
    print(f"{'':44} {'median':>9} {'least':>9} {'most':>9}")
    for name in rounds[0]:
        values = [figures[name] for figures in rounds]
        print(f"{name:44} {statistics.median(values):9.1f} {min(values):9.1f} {max(values):9.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
