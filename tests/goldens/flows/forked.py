"""A run that takes over another one's past up to a step, and goes on from there."""

from typing import Any

BEGIN = {"fork": {"drive": [["event", "go", 7], ["until", "step_completed", 3]], "from": "third"}}
PARAMS = "params"


async def run(event: Any, step: Any) -> Any:
    first = await step.do("first", {"sensitive": "output"}, lambda: 1)
    taken = await step.wait_for_event("go", type="go")
    await step.sleep("nap", 100)
    second = await step.do("second", lambda: 2)
    third = await step.do("third", lambda: 3)
    await step.sleep("last", 100)
    return [event.payload, first, taken["payload"], second, third]
