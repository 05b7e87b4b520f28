"""Code that says other delays, deadlines and limits than it did when its steps began: the first ones hold."""

import asyncio
from typing import Any

DRIVE = [["until", "attempt_failed", 1], ["change"]]
CHANGED = True
FREE = True


async def run(event: Any, step: Any) -> Any:
    def fails(context: Any) -> Any:
        raise ValueError(f"{context.config['retries']['limit']} times")

    retries = {"limit": 1, "delay": "1 year"} if CHANGED else {"limit": 2, "delay": 300, "backoff": "linear"}
    return [
        str(result)
        for result in await asyncio.gather(
            step.sleep("nap", "1 year" if CHANGED else 500),
            step.wait_for_event("never", type="never", timeout="1 year" if CHANGED else 600),
            step.do("fails", {"retries": retries}, fails),
            return_exceptions=True,
        )
    ]
