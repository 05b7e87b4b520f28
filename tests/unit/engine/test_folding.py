"""Long logs are folded where nobody is held up by it, wherever one is."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from playground.core.durations import DAY
from playground.core.errors import WorkflowError
from playground.engine import folding, looking
from playground.engine.engine import EngineSettings
from playground.engine.history import fold
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each fold, whether the event loop's thread did it; two entries are a long log."""
    found: list[bool] = []

    def noted(*given: Any) -> Any:
        found.append(threading.current_thread() is threading.main_thread())
        return fold(*given)

    monkeypatch.setattr(folding, "fold", noted)
    monkeypatch.setattr(folding, "_FEW", 1)
    return found


async def nap(step: WorkflowStep) -> Any:
    await step.do("greet", lambda: "hello")
    await step.sleep("nap", DAY)


async def test_whoever_looks_at_a_long_log_folds_it_elsewhere(server: Server, threads: list[bool]) -> None:
    instance = await server.start(nap)
    await server.hibernated(instance)
    assert (await instance.step_output("greet")).size > 0
    assert await instance.waits() == []
    with pytest.raises(WorkflowError, match="not_stopped"):
        await instance.go_on("run")
    assert await instance.skip_all() == 1
    assert (await server.ended(instance)).status == "complete"
    assert len(threads) == 5  # the last one to replay it
    assert not any(threads)


async def test_who_decides_looks_again_where_the_log_moved_on_meanwhile(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = await server.start(nap)
    await server.hibernated(instance)
    looks = 0

    async def moved(rows: Any) -> Any:
        nonlocal looks
        looks += 1
        if looks < 3:
            await instance.send_event(type="noise")
        return fold(rows)

    monkeypatch.setattr(looking, "folded", moved)
    with pytest.raises(WorkflowError, match="not_stopped"):
        await instance.go_on("run")
    assert looks == 3
