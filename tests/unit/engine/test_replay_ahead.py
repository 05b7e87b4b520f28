"""Replays of runs that answer by themselves what history holds."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.codec import encode
from playground.engine.ahead import BadStep
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server


async def test_a_step_of_history_is_asked_for_once(server: Server) -> None:
    lies: list[list[int]] = [[0, 1, 0, 1], [0, 2], [1, 1], [-1, 1], [0, 0], [0, -1]]
    refused: list[list[int]] = []

    async def run(step: WorkflowStep) -> Any:
        ahead = step.journaled.ahead
        assert ahead is not None
        if not ahead.hand_over().rows:
            now = server.clock.now()
            ahead.complete(ahead.begin("work", 1, None, now), encode(1), now, None)
            ahead.flush()
            await Gate()()
        for order in lies:
            ahead.asked.clear()
            with pytest.raises(BadStep):
                ahead.replayed(order)
            refused.append(order)

    instance = await server.start(run)
    await server.seen(instance, "step_completed")
    after = await server.crash(run)
    await after.engine.start()
    await after.ended(await after.find(instance.id))
    assert refused == lies
