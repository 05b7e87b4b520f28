"""A server to kill, and a visitor of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.server import LiveServer, Visitor


@pytest.fixture(scope="session", autouse=True)
def _what_stays() -> None:
    """Have the collections of `visitor` look at what a test made, and not at all that was imported."""
    gc.collect()
    gc.freeze()


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
