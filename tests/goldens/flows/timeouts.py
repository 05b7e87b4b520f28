"""Attempts that take too long, the last of them for good."""

from typing import Any

from playground.core.clock import ManualClock

clock = ManualClock()


async def run(event: Any, step: Any) -> Any:
    async def slow(context: Any) -> Any:
        if context.attempt < 3 or context.step.name == "never":
            await clock.sleep_until(clock.now() + 1_000)
        return "in time"

    config = {"retries": {"limit": 2, "delay": 100, "backoff": "linear"}, "timeout": 200}
    slept = await step.do("slow", config, slow)
    try:
        await step.do("never", {"retries": {"limit": 0, "delay": 0}, "timeout": 300}, slow)
    except Exception as error:
        return [slept, f"{error}"]
