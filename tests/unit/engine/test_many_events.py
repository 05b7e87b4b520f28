"""Many events to one instance: each is kept, in order, and taken once.

`PLAYGROUND_EVENTS` sets how many (2,000; nightly 100,000).
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from playground.core.codec import decode
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server

EVENTS = int(os.environ.get("PLAYGROUND_EVENTS", "2000"))


async def test_all_are_kept_and_the_waits_take_the_first_of_them(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.wait_for_event("start", type="start")
        taken = [(await step.wait_for_event("next", type="item"))["payload"] for _ in range(5)]
        await step.sleep("nap", 1000)
        return [*taken, (await step.wait_for_event("next", type="item"))["payload"]]

    instance = await server.start(run)
    for first in range(0, EVENTS, 500):
        sending = [instance.send_event(type="item", payload=number) for number in range(first, first + 500)]
        await asyncio.gather(*sending)
    await instance.send_event(type="start")
    await server.seen(instance, "sleep_started")
    after = await server.crash(run)
    await after.engine.start()
    found = await after.find(instance.id)
    await server.advance(1000)
    status = await after.ended(found)
    assert status.output is not None
    assert decode(status.output) == [0, 1, 2, 3, 4, 5]
    assert len(await after.entries(found, "event_received")) == EVENTS + 1
