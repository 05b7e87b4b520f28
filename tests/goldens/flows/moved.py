"""A run that goes on with other code while it waits."""

from typing import Any

DRIVE = [["until", "sleep_started", 1], ["move"]]
CHANGED = True


async def run(event: Any, step: Any) -> Any:
    first = await step.do("first", lambda: 1)
    await step.sleep("nap", 300)
    return [first, await step.do("new" if CHANGED else "old", lambda: 2)]
