"""Steps that nobody awaits: they end before the run does, and one that fails errors it."""

from typing import Any

FREE = True


async def run(event: Any, step: Any) -> Any:
    step.do("left", lambda: "left")
    await step.do("awaited", lambda: 1)
    step.do("left", lambda: "again")
    return "over"
