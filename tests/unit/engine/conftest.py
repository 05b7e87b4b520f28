"""The engine under test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.core.clock import ManualClock
from playground.engine.engine import EngineSettings
from tests.unit.engine.harness import Server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings()


@pytest.fixture
async def server(tmp_path: Path, clock: ManualClock, settings: EngineSettings) -> AsyncIterator[Server]:
    server = Server(tmp_path, clock, settings)
    await server.open()
    await server.engine.start()
    await server.engine.recovered()
    yield server
    await server.close()
