"""Restarts from steps of other kinds, and from the second of a name: events are taken again."""

from typing import Any

DRIVE = [
    ["event", "go", 1],
    ["event", "go", 2],
    ["until", "workflow_completed", 1],
    ["restart", {"name": "go", "type": "waitForEvent", "count": 2}],
    ["until", "workflow_completed", 2],
    ["restart", {"name": "nap", "type": "sleep"}],
    ["until", "workflow_completed", 3],
    ["restart", {"name": "same", "count": 2}],
]


async def run(event: Any, step: Any) -> Any:
    same = await step.do("same", lambda: 1)
    first = await step.wait_for_event("go", type="go")
    await step.sleep("nap", 200)
    again = await step.do("same", lambda: 2)
    second = await step.wait_for_event("go", type="go")
    return [same, first["payload"], again, second["payload"]]
