"""Code that asks for another step than history holds, which is told of, and goes on."""

from typing import Any

DRIVE = [["until", "sleep_started", 1], ["change"]]
CHANGED = True


async def run(event: Any, step: Any) -> Any:
    first = await step.do("new" if CHANGED else "old", lambda: 1)
    await step.sleep("nap", 300)
    return [first, await step.do("last", lambda: 2)]
