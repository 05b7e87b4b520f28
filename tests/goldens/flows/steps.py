"""Three steps in a row, the last two of the same name."""

from typing import Any

PARAMS = {"n": 1}


async def run(event: Any, step: Any) -> Any:
    a = await step.do("a", lambda: event.payload["n"])
    b = await step.do("b", lambda: a + 1)
    c = await step.do("b", lambda: {"sum": a + b, "none": None})
    return [a, b, c]
