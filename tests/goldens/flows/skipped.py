"""Delays before attempts and sleeps that somebody ends: one by one, and all at once."""

import asyncio
from typing import Any

DRIVE = [
    ["until", "attempt_failed", 1],
    ["cuts"],
    ["skip", "do", "flaky"],
    ["until", "sleep_started", 2],
    ["skip all"],
    ["until", "sleep_started", 3],
    ["skip", "sleep", "last"],
]
FREE = True


async def run(event: Any, step: Any) -> Any:
    def flaky(context: Any) -> Any:
        if context.attempt < 2:
            raise ValueError("not yet")
        return "recovered"

    recovered = await step.do("flaky", {"retries": {"limit": 2, "delay": "1 day"}}, flaky)
    await asyncio.gather(step.sleep("one", "1 day"), step.sleep("two", "2 days"))
    await step.sleep("last", "1 year")
    return recovered
