"""Several who wait for the same type: each event wakes the one that has waited longest; one has timed out."""

import asyncio
from typing import Any

DRIVE = [
    ["until", "wait_started", 3],
    ["until", "wait_timed_out", 1],
    ["event", "word", "one"],
    ["until", "wait_completed", 1],
    ["event", "word", "two"],
    ["event", "word", "three"],
]
FREE = True


async def run(event: Any, step: Any) -> Any:
    async def wait(name: str, most: Any) -> Any:
        try:
            return (await step.wait_for_event(name, type="word", timeout=most))["payload"]
        except Exception as error:
            return f"{error}"

    first = await asyncio.gather(wait("impatient", 300), wait("second", "1 hour"), wait("third", "2 hours"))
    return [first, await wait("fourth", "1 hour")]
