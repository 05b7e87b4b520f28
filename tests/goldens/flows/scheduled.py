"""An instance that a schedule has created."""

from typing import Any

BEGIN = {"schedule": "*/5 * * * *"}
PARAMS = {"n": 1}


async def run(event: Any, step: Any) -> Any:
    fired = await step.do("fired", lambda: event.schedule["cron"])
    await step.sleep("nap", 100)
    return [fired, event.schedule, event.payload, event.instance_id, event.timestamp]
