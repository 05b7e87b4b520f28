"""A whole platform in one place: database, engine and isolates, opened bottom-up and closed top-down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playground.core.clock import Clock, SystemClock
from playground.engine.engine import Engine, EngineSettings, RunnerFactory
from playground.isolates.loader import Loader
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.storage.database import Database
from playground.storage.journal import Journal


@dataclass(slots=True)
class Platform:
    """What a platform is built from. `engine` runs workflows, `loader` loads tenants' code into isolates."""

    clock: Clock
    database: Database
    engine: Engine
    pool: WorkerPool
    loader: Loader


Workflows = Callable[[Platform], Mapping[str, RunnerFactory]]


@asynccontextmanager
async def open_platform(
    data: str | Path,
    workflows: Workflows,
    *,
    clock: Clock | None = None,
    isolates: PoolSettings | None = None,
    engine: EngineSettings | None = None,
) -> AsyncIterator[Platform]:
    """Open the platform whose database lies in the folder `data` (made if missing).

    `workflows(platform)` names the workflows that the engine may run, each a class or function of no
    arguments that gives an object with `async run(event, step)`. Instances that were unfinished when the
    last process ended go on at once. Raises `StorageError` where another process has the folder open.
    """
    folder = Path(data)
    time = clock or SystemClock()
    async with AsyncExitStack() as stack:
        database = await Database.open(folder / "playground.db")
        stack.push_async_callback(database.close)
        pool = WorkerPool(isolates or PoolSettings(cache_dir=folder / "cache"))
        loader = Loader(pool, time)
        running = Engine(Journal(database), time, {}, engine)
        platform = Platform(time, database, running, pool, loader)
        await pool.start()
        stack.push_async_callback(pool.close)
        for name, factory in workflows(platform).items():
            running.register(name, factory)
        await running.start()
        stack.push_async_callback(running.close)
        yield platform
