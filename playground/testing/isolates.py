"""The isolates of a bench."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import tempfile
from contextlib import AsyncExitStack
from functools import cache as remembered
from pathlib import Path

from playground.core.clock import SystemClock
from playground.isolates.loader import Loader
from playground.isolates.pool import PoolSettings, WorkerPool


async def isolates_of(stack: AsyncExitStack, cache: Path | None) -> tuple[WorkerPool, Loader]:
    """A worker process for isolates, which `stack` closes, and a loader. Nobody's use of the CPU is counted
    over time.
    """
    folder = cache if cache is not None else await asyncio.to_thread(default_cache)
    pool = WorkerPool(PoolSettings(cache_dir=folder, standby=False, tenant_cpu_ms=0, calls_per_second=0))
    stack.push_async_callback(pool.close)
    await pool.start()
    return pool, Loader(pool, SystemClock())


@remembered
def default_cache() -> Path:
    """The user's own cache folder; one that is gone with the process, where there is none to write to.

    Nobody else may write to either, since what lies in it is executed.
    """
    try:
        home = os.environ.get("XDG_CACHE_HOME")
        folder = (Path(home) if home else Path.home() / ".cache") / "dynamic-workflows-playground"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except (OSError, RuntimeError):
        pass
    folder = Path(tempfile.mkdtemp(prefix="playground-testing-cache-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
