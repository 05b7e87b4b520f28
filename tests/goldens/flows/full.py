"""An instance that stores as much as it may: what is too much is refused, and what is small goes on."""

from typing import Any

SETTINGS = {"instance_limit": 10_000}


async def run(event: Any, step: Any) -> Any:
    once = {"retries": {"limit": 0, "delay": 0}}
    refused = ""
    await step.do("first", lambda: "x" * 6_000)
    try:
        await step.do("second", once, lambda: "y" * 6_000)
    except Exception as error:
        refused = f"{error}"
    await step.sleep("nap", 300)
    return [refused, await step.do("small", lambda: 1)]
