"""An engine that ends in the midst of an attempt: the history holds an interruption."""

from typing import Any

from playground.core.clock import ManualClock

DRIVE = [["until", "attempt_started", 2], ["crash"]]
clock = ManualClock()


async def run(event: Any, step: Any) -> Any:
    async def slow() -> str:
        await clock.sleep_until(clock.now() + 200)
        return "slow"

    await step.do("first", lambda: 1)
    return await step.do("slow", slow)
