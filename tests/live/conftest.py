"""What the batteries of attacks have in common: one server for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.arena import Arena, attacks_of


@pytest.fixture(scope="module")
def arena(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """A server whose limit of a turn is the module's `CPU_MS`, where the module's attacks are begun."""
    name = request.module.__name__.rpartition("_")[2]
    with Arena(tmp_path_factory.mktemp(name), request.module.CPU_MS) as arena:
        arena.expect(attacks_of(request))
        yield arena
