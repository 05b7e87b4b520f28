"""An output that is too large."""

from typing import Any


async def run(event: Any, step: Any) -> Any:
    await step.do("before", lambda: 1)
    await step.sleep("nap", 300)
    return "x" * (1 << 20)
