"""Schedules whose firings run JavaScript."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.core.codec import decode
from playground.core.durations import MINUTE
from tests.integration.isolates.conftest import Isolates
from tests.integration.isolates.flows import Flows, opened
from tests.unit.engine.harness import PATIENCE_S


@pytest.fixture
async def flows(isolates: Isolates, tmp_path: Path) -> AsyncIterator[Flows]:
    async with opened(isolates, tmp_path, pace_ms=1_000) as flows:
        yield flows


async def test_the_event_says_what_fired_also_on_replay_and_is_frozen(flows: Flows) -> None:
    flows.use("""
        const before = structuredClone(event.schedule);
        await step.sleep('nap', '10 minutes');
        let wrote = 'yes';
        try { event.schedule.cron = 'mine'; } catch (error) { wrote = error.name; }
        return [before, event.schedule, Object.keys(event.schedule), event.payload, wrote];
    """)
    made = await flows.server.engine.workflow("flow").schedule("* * * * *", {"n": 1}, "m")
    async with asyncio.timeout(PATIENCE_S):
        while not (fired := await flows.server.engine.list("")):
            await asyncio.sleep(0.005)
    instance = await flows.server.engine.workflow("flow").get(fired[0].id)
    status = await flows.server.ended(instance)
    assert made.next is not None
    about = {"cron": "* * * * *", "scheduledTime": made.next}
    assert status.output is not None, status
    expected = [about, about, ["cron", "scheduledTime"], {"n": 1}, "TypeError"]
    assert decode(status.output) == expected
    assert fired[0].created >= made.next
    assert fired[0].created - made.next < 5 * MINUTE


async def test_other_instances_have_none(flows: Flows) -> None:
    assert await flows.output("return [event.schedule === undefined, 'schedule' in event]") == [True, False]
