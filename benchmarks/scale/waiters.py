"""Fifty thousand that wait: what they cost, how soon a server is back with them, and whether all wake."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from benchmarks.peers import tree
from benchmarks.scale.figure import Figure
from benchmarks.scale.server import Server, TooSlow, server

TIMEOUT_MS: Final = 570_000
"""Within ten minutes, so that every deadline is held in memory: the dearer case."""
_REST_S: Final = 3.0
_SAMPLE: Final = 1_000


async def waiting(folder: Path, count: int, idle_s: float, port: int) -> AsyncIterator[Figure]:
    """So many instances wait for an event. Memory of all of the server's processes, shared pages shared."""
    data = folder / "waiters"
    aim_mib = 300.0 if count >= 50_000 else None
    async with server(data, port):
        pass  # what is compiled at the first start is not memory of the second
    async with server(data, port) as found:
        await asyncio.sleep(_REST_S)
        unused_mib = tree.memory_mib(found.pid)
        await found.make(1, timeout=TIMEOUT_MS)
        await asyncio.sleep(_REST_S)
        idle_mib = tree.memory_mib(found.pid)
        began = time.perf_counter()
        await found.make(count, timeout=TIMEOUT_MS)
        took = time.perf_counter() - began
        await asyncio.sleep(_REST_S)
        more = tree.memory_mib(found.pid) - idle_mib
        before = tree.cpu_seconds(found.pid)
        await asyncio.sleep(idle_s)
        busy = (tree.cpu_seconds(found.pid) - before) / idle_s * 100
    yield Figure(f"{count:,} instances made and come to rest", round(count / took, 1), "/s")
    memory = f"memory of {count:,} waiting instances above idle"
    yield Figure(f"{memory}, after they were made", round(more, 1), "MiB", at_most=aim_mib)
    yield Figure(f"CPU with {count:,} waiting, of a core", round(busy, 2), "%", at_most=1)
    async with server(data, port) as found:
        await asyncio.sleep(_REST_S)
        more = tree.memory_mib(found.pid) - unused_mib
        still = found.count("waiting")
    if still != count + 1:
        raise TooSlow(f"{still:,} of {count + 1:,} instances still waited after the restart")
    yield Figure(f"restart to ready with {count:,} waiting", round(found.ready_s, 2), "s", at_most=10)
    yield Figure(f"{memory}, after a restart", round(more, 1), "MiB", at_most=aim_mib)


async def due_at_once(
    folder: Path, count: int, tenants: int, lead_s: float | None, port: int
) -> AsyncIterator[Figure]:
    """So many, of so many tenants, sleep until the same second; each must go on once, and not before.

    `lead_s` is the time to make them, before that second; None: as long as some that were made first say.
    """
    async with server(folder / "timers", port, tenants) as found:
        await found.make(1, timeout=TIMEOUT_MS)
        if lead_s is None:
            began = time.perf_counter()
            await found.make(min(_SAMPLE, count), timeout=TIMEOUT_MS)
            lead_s = 10 + (time.perf_counter() - began) * 2 * count / min(_SAMPLE, count)
        # a wall clock's time: that is what instances sleep until
        at = (time.time_ns() // 1_000_000 + round(lead_s * 1000)) // 1000 * 1000
        await found.make(count, at=at)
        if found.count("complete") or time.time_ns() // 1_000_000 >= at:
            raise TooSlow(f"making them took longer than {lead_s:.0f} s; give more time with --lead")
        await found.until(lambda: found.count("complete") + found.count("errored") >= count)
        await asyncio.sleep(1)
        late = check_fired_once(found, count, at)
    whose = f"of {tenants:,} tenant{'s' if tenants > 1 else ''}"
    yield Figure(f"{count:,} timers {whose} due in one second that fired once", count, "", at_least=count)
    yield Figure("from that second to the last instance's end", round(late, 2), "s")
    yield Figure("instances woken by a timer and ended", round(count / late, 1), "/s")


def check_fired_once(found: Server, count: int, at: int) -> float:
    """Read from the log that each slept, did its step and ended once, none early.

    Answers the seconds from `at` (epoch ms) to the last end.
    """
    if errored := found.count("errored"):
        why = found.read(
            "SELECT data, count(*) FROM entries WHERE type = 'workflow_errored' GROUP BY 1 ORDER BY 2 DESC"
        )
        raise AssertionError(
            f"{errored:,} of {count:,} instances ended in an error, most by {why[0][0][:200]}"
        )
    ended = at
    for type in ("sleep_completed", "step_completed", "workflow_completed"):
        rows, instances, first, ended = found.read(
            "SELECT count(*), count(DISTINCT instance_key), min(time), max(time) FROM entries WHERE type = ?",
            type,
        )[0]
        if (rows, instances) != (count, count):
            raise AssertionError(f"{rows:,} entries {type} of {instances:,} instances, not {count:,} of each")
        if first < at:
            raise AssertionError(f"{type} came {at - first} ms before its time")
    return max(1, int(ended) - at) / 1000
