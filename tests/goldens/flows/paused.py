"""Pauses: while it sleeps, while it waits for an event that comes meanwhile, and while a callback runs."""

from typing import Any

from playground.core.clock import ManualClock

DRIVE = [
    ["until", "sleep_started", 1],
    ["pause"],
    ["resume"],
    ["until", "wait_started", 1],
    ["pause"],
    ["event", "go", "meanwhile"],
    ["resume"],
    ["until", "attempt_started", 2],
    ["pause"],
    ["until", "workflow_paused", 3],
    ["resume"],
]
clock = ManualClock()


async def run(event: Any, step: Any) -> Any:
    async def slow() -> str:
        await clock.sleep_until(clock.now() + 300)
        return "slow"

    await step.do("first", lambda: 1)
    await step.sleep("nap", 400)
    taken = await step.wait_for_event("go", type="go")
    return [taken["payload"], await step.do("slow", slow), await step.do("last", lambda: 2)]
