"""A server to kill, and a visitor of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.server import LiveServer, Visitor


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    server = LiveServer(tmp_path / "data")
    yield server
    server.kill()


@pytest.fixture
def visitor(server: LiveServer) -> Iterator[Visitor]:
    visitor = server.client()
    yield visitor
    visitor.close()
    gc.collect()
