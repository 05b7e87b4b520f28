"""Waits of the same type that are answered by name, the later one first."""

import asyncio
from typing import Any

DRIVE = [
    ["until", "wait_started", 2],
    ["answer", "second", {"approved": False}],
    ["until", "wait_completed", 1],
    ["event", "decision", {"approved": True}],
    ["until", "wait_started", 3],
    ["pause"],
    ["answer", "third", "while it is paused"],
    ["resume"],
]
FREE = True


async def run(event: Any, step: Any) -> Any:
    waits = [step.wait_for_event(name, type="decision", timeout="1 hour") for name in ("first", "second")]
    first, second = await asyncio.gather(*waits)
    third = await step.wait_for_event("third", type="decision")
    return [first["payload"], second["payload"], third["payload"]]
