"""Branches together, some of which fail."""

import asyncio
from typing import Any

FREE = True


async def run(event: Any, step: Any) -> Any:
    def fails() -> Any:
        raise ValueError("no")

    once = {"retries": {"limit": 1, "delay": 100}}
    results = await asyncio.gather(
        step.do("one", lambda: 1),
        step.do("two", once, fails),
        step.do("same", lambda: 3),
        step.do("same", lambda: 4),
        step.sleep("nap", 200),
        return_exceptions=True,
    )
    return [str(result) for result in results]
