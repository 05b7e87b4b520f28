"""A strict workflow whose code asks for another step than history holds: it errors, and is rolled back."""

from typing import Any

DRIVE = [["until", "sleep_started", 1], ["change"]]
CHANGED = True
STRICT = True


async def run(event: Any, step: Any) -> Any:
    undo = {"rollback": lambda given: None}
    await step.do("first", lambda: 1, **undo)
    await step.do("new" if CHANGED else "old", lambda: 2, **undo)
    await step.sleep("nap", 300)
