"""A run that takes over another one's past as it is: in the midst of a sleep."""

from typing import Any

BEGIN = {"fork": {"drive": [["until", "sleep_started", 1]], "from": None}}


async def run(event: Any, step: Any) -> Any:
    first = await step.do("first", lambda: 1)
    await step.sleep("nap", 500)
    return [first, await step.do("second", lambda: 2)]
