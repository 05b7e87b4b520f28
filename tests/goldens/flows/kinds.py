"""The same name for steps of each kind, and names that would run together if keys were texts."""

from typing import Any

DRIVE = [["event", "a", 1], ["event", "a", 2]]


async def run(event: Any, step: Any) -> Any:
    found: list[Any] = []
    for _ in range(2):
        found.append(await step.do("a", lambda: len(found)))
        await step.sleep("a", 100)
        found.append((await step.wait_for_event("a", type="a"))["payload"])
    found.append(await step.do("a-1", lambda: "a-1"))
    found.append(await step.do("a:1", lambda: "a:1"))
    await step.sleep("a-", 100)
    return found
