"""A run that says how long it is kept, and is removed then."""

from typing import Any

RETENTION = {"success_retention": "1 minute", "error_retention": "1 hour"}


async def run(event: Any, step: Any) -> Any:
    await step.do("first", lambda: 1)
    await step.sleep("nap", 300)
