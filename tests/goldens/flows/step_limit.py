"""More steps than an instance may have: the error is caught, and comes again. Sleeps and waits are free."""

from typing import Any

DRIVE = [["event", "go", 1]]
SETTINGS = {"step_limit": 4}


async def run(event: Any, step: Any) -> Any:
    for name in "abc":
        await step.do(name, lambda name=name: name)
    await step.sleep("nap", 300)
    taken = await step.wait_for_event("go", type="go")
    last = await step.do("last", lambda: taken["payload"])
    try:
        await step.do("caught", lambda: 1)
    except Exception as error:
        refused = f"{error}"
        await step.sleep("another nap", 300)
        await step.do("not caught", lambda: [last, refused])
