"""A run that fails, and is removed when it says."""

from typing import Any

RETENTION = {"success_retention": "1 hour", "error_retention": 90_000}


async def run(event: Any, step: Any) -> Any:
    await step.sleep("nap", 300)
    raise ValueError("the end")
