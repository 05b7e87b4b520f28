"""What tests of live servers have in common: a server for each module, and a visitor of it; for the batteries
of attacks one that bears them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.arena import Arena, attacks_of
from tests.live.server import LiveServer, Visitor


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with what the module's `ENVIRONMENT` sets, where it has one."""
    name = request.module.__name__.rpartition("_")[2]
    with LiveServer(tmp_path_factory.mktemp(name), **getattr(request.module, "ENVIRONMENT", {})) as server:
        yield server


@pytest.fixture
def visitor(server: LiveServer) -> Iterator[Visitor]:
    visitor = server.client()
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def arena(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """A server whose limit of a turn is the module's `CPU_MS`, where the module's attacks are begun."""
    name = request.module.__name__.rpartition("_")[2]
    with Arena(tmp_path_factory.mktemp(name), request.module.CPU_MS) as arena:
        arena.expect(attacks_of(request))
        yield arena
