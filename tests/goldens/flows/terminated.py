"""An instance that is terminated with rollback while it sleeps."""

from typing import Any

DRIVE = [["until", "sleep_started", 1], ["terminate", True]]


async def run(event: Any, step: Any) -> Any:
    for name in "ab":
        await step.do(name, lambda name=name: name, rollback=lambda: None)
    await step.sleep("nap", "1 day")
