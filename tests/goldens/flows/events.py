"""Events that come before anyone waits, while one waits, and never."""

from typing import Any

DRIVE = [
    ["event", "early", 1],
    ["event", "early", [2]],
    ["until", "wait_started", 3],
    ["event", "other", None],
    ["event", "late", {"three": 3}],
]


async def run(event: Any, step: Any) -> Any:
    first = await step.wait_for_event("first", type="early")
    second = await step.wait_for_event("second", type="early", timeout="1 hour")
    third = await step.wait_for_event("third", type="late")
    last = ""
    try:
        await step.wait_for_event("never", type="never", timeout=500)
    except Exception as error:
        last = str(error)
    return [first["payload"], second["payload"], third["payload"], last]
