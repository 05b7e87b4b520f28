"""Measure isolates without a server: how soon they are there, what a call costs, what memory they take.

    python benchmarks/isolates.py [--rounds 5] [--isolates 200] [--many 2000] [--json]

All calls go through a real worker process, as the server's do. Each figure is the median of several rounds
(its least and most stand beside it); a round's own figures are percentiles over many calls. Memory is what
the worker process has to itself: private pages that were written, `Private_Dirty` in
`/proc/<pid>/smaps_rollup`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import uvloop

from benchmarks.report import percentiles
from playground.core.clock import SystemClock
from playground.core.ports import StepCallback, StepContext, StepKey, WorkflowEvent
from playground.core.values import View
from playground.isolates.loader import Loader, WorkerCode, WorkerStub
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.isolates.process.template import Template
from playground.isolates.request import Request

REQUEST: Final = Request(
    "POST", "https://tenant.internal/start", {"content-type": "application/json"}, b'{"n": 1}'
)
EVENT: Final = WorkflowEvent({"n": 1}, datetime(2026, 1, 1, tzinfo=UTC), "instance", "flow")
CODE: Final = """
import { WorkflowEntrypoint, WorkerEntrypoint } from "cloudflare:workers";
let made = {};
const make = {
  text: () => "x".repeat(1 << 20),
  bytes: () => new Uint8Array(1 << 20).fill(7),
  keys: () => Object.fromEntries(Array.from({ length: 40000 }, (_, n) => [`key number ${n}`, n])),
};
export class Flow extends WorkflowEntrypoint {
  async run(event, step) {
    const one = await step.do("one", async () => event.payload.n + 1);
    const two = await step.do("two", async () => one + 1);
    return await step.do("three", async () => two + 1);
  }
}
export default class extends WorkerEntrypoint {
  async fetch(request) { return Response.json(await request.json()); }
  add(a, b) { return a + b; }
  take(value) { made = {}; }
  give(name) { return (made[name] ??= make[name]()); }
}
"""
FUNCTION: Final = """
export function work{n}(items{array}, factor{number}) {{
  const found = items.filter((item) => item % {n} === 0).map((item) => item * factor);
  if (found.length > {n}) throw new Error(`too many: ${{found.length}}`);
  return {{ found, sum: found.reduce((sum, item) => sum + item, 0), name: "work{n}" }};
}}
"""
MIB: Final = 1 << 20
VALUES: Final[dict[str, Any]] = {
    "text": "x" * MIB,
    "bytes": View("Uint8Array", b"\x07" * MIB),
    "keys": {f"key number {n}": n for n in range(40_000)},
}
"""Values of 1 MiB, the last an object of 40,000 keys; bytes travel as base64. The guest has the same ones."""

Figures = dict[str, float]


class Steps:
    """An engine's side of a run that keeps nothing."""

    time = 0
    rolling_back = False

    def __init__(self) -> None:
        self.journaled = self

    async def do(self, name: Any, config: Any, callback: StepCallback, rollback: Any = None) -> Any:
        return await callback(StepContext(StepKey("do", name, 1), 1, {}))

    def log(self, *line: object) -> None:
        raise AssertionError(f"nothing is logged here: {line}")

    def hold(self) -> None:
        pass

    def release(self) -> None:
        pass

    def used(self, *what: object) -> None:
        pass


class Bench:
    """A pool with one worker process, which is not replaced, and code to load."""

    def __init__(self, cache: Path) -> None:
        settings = PoolSettings(
            cache_dir=cache, isolates=100_000, isolates_mib=1 << 20, idle_ms=3_600_000, standby=False,
            recycle_isolates=0, recycle_mib=0, calls_per_second=0, tenant_cpu_ms=0,
        )  # fmt: skip
        self.pool = WorkerPool(settings)
        self.loader = Loader(self.pool, SystemClock())
        self._made = 0

    def fresh(self, source: str = CODE, name: str = "index.js") -> WorkerStub:
        """Code that was never loaded."""
        self._made += 1
        return self.loader.load(WorkerCode(name, {name: f"{source}// {self._made}"}))

    async def cold(self, source: str = CODE, name: str = "index.js") -> WorkerStub:
        """Load it."""
        stub = self.fresh(source, name)
        async with stub.session():
            return stub

    async def worked(self) -> WorkerStub:
        """An isolate that has answered a request and run a workflow."""
        stub = self.fresh()
        response = await stub.get_entrypoint().fetch(REQUEST)
        assert response.status == 200
        await stub.get_entrypoint("Flow").run(EVENT, Steps())
        return stub


async def times(count: int, work: Callable[[], Awaitable[object]]) -> list[float]:
    """What each of so many calls takes, in s."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    return taken


async def rate(count: int, at_once: int, work: Callable[[], Awaitable[object]]) -> float:
    """Calls per second with so many in flight."""
    left = count

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await work()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return count / (time.perf_counter() - began)


def memory_kib(pid: int, what: str) -> int:
    """A sum over all of a process's memory, by the kernel's name for it."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1])
    raise LookupError(what)


def instantiation(runtime: Path, cache: Path, count: int) -> list[float]:
    """What making an instance of the template takes, in s, without its worker process."""
    template = Template(runtime.read_text(encoding="utf-8"), cache)
    taken, made = [], []
    for _ in range(count):
        began = time.perf_counter()
        made.append(template.instantiate(64 * MIB))
        taken.append(time.perf_counter() - began)
    for instance in made:
        instance.close()
    return taken


def large_module(language: str) -> str:
    """A module of 100 KB."""
    types = {"array": ": number[]", "number": ": number"} if language == "ts" else {"array": "", "number": ""}
    text, n = CODE, 1
    while len(text) < 100_000:
        text += FUNCTION.format(n=n, **types)
        n += 1
    return text


async def start_ms(cache: Path) -> float:
    """From nothing to a worker process that takes work."""
    pool = Bench(cache).pool
    began = time.perf_counter()
    await pool.start()
    took = time.perf_counter() - began
    await pool.close()
    return took * 1000


async def speed(bench: Bench, count: int) -> Figures:
    """How long things take, in ms, and how many there are in a second."""
    found: Figures = {}
    cold = percentiles(await times(count, bench.cold))
    found["cold start, ms p50"], found["cold start, ms p99"] = cold["p50"], cold["p99"]
    first = await times(count // 2, lambda: bench.fresh().get_entrypoint().fetch(REQUEST))
    found["new code to its first answer, ms p50"] = percentiles(first)["p50"]
    found["cold starts/s, 16 in flight"] = await rate(500, 16, bench.cold)
    entry = (await bench.worked()).get_entrypoint()
    add = percentiles(await times(count * 2, lambda: entry.call("add", 1, 2)))
    fetch = percentiles(await times(count * 2, lambda: entry.fetch(REQUEST)))
    found["warm method, ms p50"], found["warm method, ms p99"] = add["p50"], add["p99"]
    found["warm fetch, ms p50"] = fetch["p50"]
    for at_once in (1, 16):
        calls = await rate(count * 8, at_once, lambda: entry.call("add", 1, 2))
        found[f"warm methods/s, {at_once} in flight"] = calls
        found[f"warm fetches/s, {at_once} in flight"] = await rate(
            count * 4, at_once, lambda: entry.fetch(REQUEST)
        )
    flow = (await bench.worked()).get_entrypoint("Flow")
    found["warm run of three steps, ms p50"] = percentiles(
        await times(count, lambda: flow.run(EVENT, Steps()))
    )["p50"]
    for language in ("js", "ts"):
        source, name = large_module(language), f"index.{language}"
        taken = percentiles(await times(20, lambda s=source, n=name: bench.cold(s, n)))  # type: ignore[misc]
        found[f"module of 100 KB, {language}, ms p50"] = taken["p50"]
    for name, value in VALUES.items():
        taken = percentiles(await times(20, lambda v=value: entry.call("take", v)))  # type: ignore[misc]
        found[f"1 MiB in, {name}, ms p50"] = taken["p50"]
        assert await entry.call("give", name) == value
        taken = percentiles(await times(20, lambda n=name: entry.call("give", n)))  # type: ignore[misc]
        found[f"1 MiB out, {name}, ms p50"] = taken["p50"]
    return found


async def weight(bench: Bench, isolates: int) -> Figures:
    """What an isolate weighs that has worked, in KiB."""
    (pid,) = bench.pool.pids
    await bench.worked()
    before = memory_kib(pid, "Private_Dirty")
    for _ in range(isolates):
        await bench.worked()
    return {"private memory of an isolate, KiB": (memory_kib(pid, "Private_Dirty") - before) / isolates}


async def crowd(bench: Bench, many: int) -> Figures:
    """So many isolates alive at once, all of which have worked and answer again."""
    (pid,) = bench.pool.pids
    began = time.perf_counter()
    stubs = [await bench.worked() for _ in range(many)]
    took = time.perf_counter() - began
    loads = bench.loader.loads
    for stub in stubs:
        assert await stub.get_entrypoint().call("add", 1, 2) == 3
    assert bench.loader.loads == loads, "some were gone"
    return {
        f"{many:,} isolates made, s": took,
        f"{many:,} isolates, worker's RSS, MiB": memory_kib(pid, "Rss") / 1024,
        f"{many:,} isolates, worker's PSS, MiB": memory_kib(pid, "Pss") / 1024,
    }


async def one_round(cache: Path, count: int, isolates: int, many: int) -> Figures:
    """All figures once."""
    found: Figures = {"start of a worker process, ms": await start_ms(cache)}
    parts: list[Callable[[Bench], Awaitable[Figures]]] = [
        lambda bench: speed(bench, count),
        lambda bench: weight(bench, isolates),
    ]
    if many:
        parts.append(lambda bench: crowd(bench, many))
    for part in parts:  # each in a process of its own, so that none bears another's traces
        bench = Bench(cache)
        await bench.pool.start()
        try:
            found |= await part(bench)
        finally:
            await bench.pool.close()
    made = percentiles(instantiation(PoolSettings().runtime, cache, count))
    found["of it instantiation, ms p50"] = made["p50"]
    return found


async def measure(rounds: int, count: int, isolates: int, many: int) -> list[Figures]:
    """All rounds. The first start, which compiles the template, is a figure of its own."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        first = await start_ms(cache)
        found = [await one_round(cache, count, isolates, many) for _ in range(rounds)]
    return [{"first start, which compiles the template, ms": first, **figures} for figures in found]


def machine() -> dict[str, Any]:
    """Where it was measured, and how busy that was."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-n", type=int, default=200, metavar="CALLS", help="calls for each figure")
    parser.add_argument("--isolates", type=int, default=200, help="how many are made to weigh one")
    parser.add_argument("--many", type=int, default=2000, help="how many live at once; 0: leave that out")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    given = parse(arguments)
    before = machine()
    rounds = uvloop.run(measure(given.rounds, given.n, given.isolates, given.many))
    found = {
        name: {"median": statistics.median(values), "least": min(values), "most": max(values)}
        for name in rounds[0]
        for values in [[figures[name] for figures in rounds]]
    }
    if given.json:
        print(json.dumps({"machine": before, "load_after": machine()["load"], "figures": found}, indent=2))
        return 0
    print(f"{'':48} {'median':>9} {'least':>9} {'most':>9}")
    for name, shown in found.items():
        print(f"{name:48} {shown['median']:9,.2f} {shown['least']:9,.2f} {shown['most']:9,.2f}")
    print(
        ", ".join(f"{name} {value}" for name, value in before.items()), "before,", machine()["load"], "after"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
