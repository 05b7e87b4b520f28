"""How fast tenants' workflows are from the binding to their completion: create → steps in an isolate →
complete.

    python benchmarks/tenants.py [-n RUNS] [-c IN_FLIGHT …] [--steps 100] [--resume 10000] [--data FOLDER]
    [--json]

Everything but HTTP is in the way: the binding and its envelope, the durable engine (an fsync per group of
commits), the worker process and a warm isolate in it. One tenant, whose limits of CPU time and calls are off.
Every run's output is checked. CPU time is `getrusage`'s for the server and `/proc`'s for the worker, without
what came before the runs. `--profile FILE` leaves the server's profile.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import uvloop

from benchmarks.machine import COMPILED
from benchmarks.report import percentiles
from playground.allocator import keep_freed_memory, settle_what_stays
from playground.bridge.binding import DynamicWorkflowBinding, wrap_workflow_binding
from playground.bridge.entrypoint import LoadRunnerContext, create_dynamic_workflow_entrypoint
from playground.core.ports import Runner
from playground.engine.engine import Engine
from playground.isolates.loader import WorkerCode
from playground.isolates.pool import PoolSettings
from playground.platform import Platform, open_platform

SOURCE: Final = """
import { WorkflowEntrypoint } from "cloudflare:workers";
export class Three extends WorkflowEntrypoint {
  async run(event, step) {
    const first = await step.do("first", async () => event.payload);
    const second = await step.do("second", async () => first + 1);
    return await step.do("third", async () => second + 1);
  }
}
export class InOrder extends WorkflowEntrypoint {
  async run(event, step) {
    let sum = 0;
    for (let i = 0; i < event.payload; i++) sum += await step.do(`step ${i}`, async () => i);
    return sum;
  }
}
export class AtOnce extends WorkflowEntrypoint {
  async run(event, step) {
    const parts = Array.from({ length: event.payload }, (_, i) => step.do(`step ${i}`, async () => i));
    return (await Promise.all(parts)).reduce((sum, part) => sum + part, 0);
  }
}
export class Resumed extends WorkflowEntrypoint {
  async run(event, step) {
    let sum = 0;
    for (let i = 0; i < event.payload; i++) sum += await step.do(`step ${i}`, async () => i);
    await step.waitForEvent("go", { type: "go" });
    return sum;
  }
}
export default {};
"""
TENANT: Final = {"tenant": "bench"}
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass
class Bench:
    """An open platform with one tenant's code in it."""

    platform: Platform

    def binding(self, name: str) -> DynamicWorkflowBinding:
        """`env.WORKFLOWS`, whose runs are of that class."""
        return wrap_workflow_binding(self.platform.engine.workflow("flow", name), {**TENANT, "class": name})

    @property
    def engine(self) -> Engine:
        return self.platform.engine

    @property
    def worker_cpu_s(self) -> float:
        """CPU time of the worker processes so far, all threads."""
        pids = [place.link.pid for place in self.platform.pool._places if place.link is not None]
        return sum(map(_cpu_of, pids))


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _server_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Bench]:
    """The platform over `folder`."""
    code = WorkerCode("index.js", {"index.js": SOURCE}, tenant=TENANT["tenant"])

    def workflows(platform: Platform) -> dict[str, Callable[[], Runner]]:
        async def factory() -> WorkerCode:
            return code

        def load_runner(context: LoadRunnerContext) -> Runner:
            made: Runner = platform.loader.get("bench", factory).get_entrypoint(context.metadata["class"])
            return made

        return {"flow": create_dynamic_workflow_entrypoint(load_runner)}

    settings = PoolSettings(
        cache_dir=COMPILED,
        calls_per_second=0,
        tenant_cpu_ms=0,
        attempt_cpu_ms=0,
        standby=False,
    )
    async with open_platform(folder, workflows, isolates=settings) as platform:
        settle_what_stays()  # as the server does
        yield Bench(platform)


async def measure(
    bench: Bench, name: str, runs: int, in_flight: int, payload: int | None, wanted: Any
) -> dict[str, Any]:
    """`runs` runs of the class `name`, `in_flight` at a time."""
    numbers = iter(range(runs))
    took: list[float] = []
    scopes = [f"{name}-{each}" for each in range(in_flight)]

    async def client(scope: str) -> None:
        workflow = bench.engine.workflow("flow", scope)
        binding = wrap_workflow_binding(workflow, {**TENANT, "class": name})
        async with bench.engine.feed.subscribe(scope=scope) as wakes:
            for number in numbers:
                given = number if payload is None else payload
                began = time.perf_counter()
                stub = await binding.create({"params": given})
                while (status := (await anext(wakes)).status) not in ("complete", "errored"):
                    pass
                took.append(time.perf_counter() - began)
                if status == "errored" or number % 97 == 0:
                    final = await stub.status()
                    assert final["status"] == "complete", final
                    assert final["output"] == wanted(given), final

    server, worker = _server_cpu_s(), bench.worker_cpu_s
    began = time.perf_counter()
    await asyncio.gather(*(client(scope) for scope in scopes))
    seconds = time.perf_counter() - began
    return {
        "class": name,
        "runs": runs,
        "in_flight": in_flight,
        "runs_per_second": round(runs / seconds, 1),
        "server_cpu_ms": round((_server_cpu_s() - server) / runs * 1000, 3),
        "worker_cpu_ms": round((bench.worker_cpu_s - worker) / runs * 1000, 3),
        "latency_ms": percentiles(took),
    }


async def resume(folder: Path, steps: int) -> dict[str, Any]:
    """Run `steps` steps, close the platform, open it again; how long until a run that goes on is complete."""
    async with opened(folder) as bench:
        binding = bench.binding("Resumed")
        began = time.perf_counter()
        stub = await binding.create({"params": steps, "id": "resumed"})
        async with bench.engine.feed.subscribe(scope="Resumed") as wakes:
            while (await stub.status())["status"] != "waiting":
                await anext(wakes)
        first = time.perf_counter() - began
    async with opened(folder) as bench:
        # the isolate is warm, as that of a tenant whose instance only slept
        warm = await bench.binding("Three").create({"params": 1})
        async with bench.engine.feed.subscribe(scope="Three") as wakes:
            while (await warm.status())["status"] != "complete":
                await anext(wakes)
        stub = await bench.binding("Resumed").get("resumed")
        server, worker = _server_cpu_s(), bench.worker_cpu_s
        began = time.perf_counter()
        async with bench.engine.feed.subscribe(scope="Resumed") as wakes:
            await stub.send_event({"type": "go", "payload": None})
            while (await anext(wakes)).status not in ("complete", "errored"):
                pass
        seconds = time.perf_counter() - began
        status = await stub.status()
        assert status["output"] == steps * (steps - 1) // 2, status
        return {
            "resumed_steps": steps,
            "first_run_s": round(first, 3),
            "seconds": round(seconds, 3),
            "server_cpu_ms": round((_server_cpu_s() - server) * 1000, 1),
            "worker_cpu_ms": round((bench.worker_cpu_s - worker) * 1000, 1),
        }


async def run(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """All that was asked for, one after the other."""
    figures: list[dict[str, Any]] = []

    def say(figure: dict[str, Any]) -> None:
        figures.append(figure)
        print(json.dumps(figure) if options.json else _line(figure), flush=True)

    async with opened(folder / "runs") as bench:
        await measure(bench, "Three", 200, 16, None, lambda given: given + 2)
        profile = cProfile.Profile()
        if options.profile:
            profile.enable()
        for in_flight in options.c:
            rounds = [
                await measure(bench, "Three", options.n, in_flight, None, lambda given: given + 2)
                for _ in range(options.rounds)
            ]
            rounds.sort(key=lambda one: one["runs_per_second"])
            say(rounds[len(rounds) // 2])
        profile.disable()
        if options.profile:
            profile.dump_stats(options.profile)
        if options.steps:
            for name in ("InOrder", "AtOnce"):
                runs = max(1, options.n // options.steps)
                say(await measure(bench, name, runs, 1, options.steps, lambda n: n * (n - 1) // 2))
    if options.resume:
        say(await resume(folder / "resume", options.resume))
    return figures


def _line(figure: dict[str, Any]) -> str:
    cpu = f"server {figure['server_cpu_ms']} ms, worker {figure['worker_cpu_ms']} ms"
    if "resumed_steps" in figure:
        first = f"first run {figure['first_run_s']} s"
        return f"resume of {figure['resumed_steps']} steps: {figure['seconds']} s ({first}; CPU: {cpu})"
    latency = ", ".join(f"{name} {ms}" for name, ms in figure["latency_ms"].items())
    rate = f"{figure['runs_per_second']}/s at {figure['in_flight']} in flight"
    return f"{figure['class']}: {rate}; CPU per run: {cpu}; latency in ms: {latency}"


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-n", type=int, default=3000, metavar="RUNS")
    parser.add_argument("-c", type=int, nargs="+", default=[1, 16, 64], metavar="IN_FLIGHT")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--steps", type=int, default=100, help="of the longer workflows; 0 leaves them out")
    parser.add_argument(
        "--resume", type=int, default=10_000, help="steps of what is resumed; 0 leaves it out"
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", metavar="FILE")
    options = parser.parse_args()
    keep_freed_memory()
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        uvloop.run(run(options, Path(folder)))


if __name__ == "__main__":
    main()
