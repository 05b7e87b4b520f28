"""Restarts: from the top while it sleeps, and from a step when it has ended."""

from typing import Any

DRIVE = [
    ["until", "sleep_started", 1],
    ["restart", None],
    ["until", "workflow_completed", 1],
    ["restart", {"name": "second"}],
]


async def run(event: Any, step: Any) -> Any:
    first = await step.do("first", lambda: 1)
    await step.sleep("nap", 200)
    second = await step.do("second", lambda: 2)
    return [first, second, await step.do("third", lambda: 3)]
