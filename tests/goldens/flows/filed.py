"""A run that goes on from a step of the file of another one."""

from typing import Any

BEGIN = {"file": {"drive": [["event", "go", {"n": 7}], ["until", "sleep_started", 2]], "from": "third"}}
PARAMS = {"text": "é"}


async def run(event: Any, step: Any) -> Any:
    def fails() -> Any:
        raise ValueError("no")

    second = ""
    first = await step.do("first", lambda: b"\x00\xff")
    try:
        await step.do("second", {"retries": {"limit": 1, "delay": 50}}, fails)
    except Exception as error:
        second = f"{error}"
    taken = await step.wait_for_event("go", type="go")
    await step.sleep("nap", 100)
    third = await step.do("third", lambda: 3)
    await step.sleep("last", 100)
    return [event.payload, first, second, taken["payload"], third]
