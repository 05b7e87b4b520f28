"""A result that nobody is shown."""

from typing import Any


async def run(event: Any, step: Any) -> Any:
    secret = await step.do("secret", {"sensitive": "output"}, lambda: "sesame")
    await step.sleep("nap", 100)
    return len(secret)
