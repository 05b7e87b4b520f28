"""Short and long sleeps, one until a date, and one that somebody ends."""

from datetime import timedelta
from typing import Any

DRIVE = [["until", "sleep_started", 4], ["skip", "sleep", "skipped"]]


async def run(event: Any, step: Any) -> Any:
    await step.sleep("short", 100)
    await step.do("between", lambda: 1)
    await step.sleep("long", 900)
    await step.sleep_until("until", step.now() + timedelta(milliseconds=300))
    await step.sleep("skipped", "1 day")
    return "awake"
