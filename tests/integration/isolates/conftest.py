"""A real worker process for each test; the compiled template is shared by all."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.core.clock import SystemClock
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.loader import Loader, WorkerCode, WorkerStub
from playground.isolates.log_line import LogLine, TailEvent
from playground.isolates.pool import PoolSettings, WorkerPool
from tests.compiled import CACHE

CPU_MS = 200


class Isolates:
    """A pool and a loader, and code to load. `lines` are those logged outside runs."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self.loader = Loader(pool, SystemClock())
        self.lines: list[LogLine] = []
        self.other: Entrypoint
        self._ids = itertools.count()

    def code(self, source: str | Mapping[str, str], **env: Any) -> WorkerCode:
        """Code with the main module `index.js`."""
        modules = {"index.js": source} if isinstance(source, str) else source
        return WorkerCode("index.js", modules, env=env, tails=[self._heard])

    def _heard(self, event: TailEvent) -> None:
        if isinstance(event, LogLine) and event.instance is None:
            self.lines.append(event)

    def load(self, source: str | Mapping[str, str], **env: Any) -> WorkerStub:
        """An isolate of its own for this source."""
        code = self.code(source, **env)

        async def factory() -> WorkerCode:
            return code

        return self.loader.get(f"test/{next(self._ids)}", factory)


Open = Callable[..., Any]


@pytest.fixture(scope="session")
def template_cache() -> Path:
    return CACHE


@pytest.fixture
def settings(template_cache: Path) -> PoolSettings:
    return PoolSettings(cpu_ms=CPU_MS, memory_mib=64, cache_dir=template_cache, standby=False)


@pytest.fixture
def open_isolates(settings: PoolSettings) -> Open:
    """Open a pool with other settings."""

    @asynccontextmanager
    async def opened(**changes: Any) -> AsyncIterator[Isolates]:
        pool = WorkerPool(replace(settings, **changes))
        await pool.start()
        try:
            yield Isolates(pool)
        finally:
            await pool.close()

    return opened


@pytest.fixture
async def isolates(open_isolates: Open) -> AsyncIterator[Isolates]:
    async with open_isolates() as opened:
        yield opened
