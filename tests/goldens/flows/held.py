"""Pauses that move deadlines: of a delay before an attempt, and of a wait; that of a `sleep_until` stays."""

from datetime import timedelta
from typing import Any

DRIVE = [
    ["until", "attempt_failed", 1],
    ["pause"],
    ["resume"],
    ["until", "wait_started", 1],
    ["pause"],
    ["resume"],
    ["until", "sleep_started", 1],
    ["pause"],
    ["resume"],
]


async def run(event: Any, step: Any) -> Any:
    def flaky(context: Any) -> Any:
        if context.attempt < 2:
            raise ValueError("not yet")
        return "recovered"

    recovered = await step.do("flaky", {"retries": {"limit": 1, "delay": 500}}, flaky)
    try:
        await step.wait_for_event("never", type="never", timeout=500)
    except Exception as error:
        await step.sleep_until("until", step.now() + timedelta(milliseconds=500))
        return [recovered, f"{error}"]
