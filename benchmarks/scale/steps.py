"""Long workflows and wide ones, and one that comes back after ten thousand steps."""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.scale.figure import Figure
from benchmarks.tenants import measure, opened, resume


def sum_below(count: int) -> int:
    """What the workflows of `benchmarks.tenants` give for so many steps."""
    return count * (count - 1) // 2


async def long_and_wide(folder: Path, steps: int, runs: int) -> AsyncIterator[Figure]:
    """So many steps one after the other, and at once: the middle run's time, one run in flight."""
    async with opened(folder / "steps") as bench:
        for name, title in (("InOrder", "in order"), ("AtOnce", "at once")):
            await measure(bench, name, max(1, runs // 5), 1, steps, sum_below)
            found = await measure(bench, name, runs, 1, steps, sum_below)
            middle = found["latency_ms"]["p50"]
            yield Figure(f"workflow of {steps:,} steps {title}, p50", middle, "ms")
            cpu = found["server_cpu_ms"] + found["worker_cpu_ms"]
            yield Figure(f"workflow of {steps:,} steps {title}, CPU", round(cpu, 2), "ms")


async def come_back(folder: Path, steps: int, rounds: int) -> AsyncIterator[Figure]:
    """An event for an instance that has done so many steps, after the platform was closed and opened."""
    found = [await resume(folder / f"resume-{number}", steps) for number in range(rounds)]
    seconds = statistics.median(one["seconds"] for one in found)
    aim = 1.0 if steps >= 10_000 else None
    yield Figure(f"resume of an instance of {steps:,} steps", seconds, "s", at_most=aim)
    cpu = statistics.median(one["server_cpu_ms"] + one["worker_cpu_ms"] for one in found) / 1000
    yield Figure(f"resume of an instance of {steps:,} steps, CPU", round(cpu, 2), "s")
