"""Faults of every kind and a clock that runs faster, set before it begins, a stop before every step, and
other settings while it is stopped.
"""

from typing import Any

BEGIN = {
    "debug": {
        "pace": 3600,
        "everyStep": True,
        "faults": [
            {"kind": "crawl", "step": "slow", "delayMs": 100},
            {"kind": "timeout", "times": 2, "step": "timed"},
            {"kind": "fail", "step": "last", "times": 3, "name": "Declined", "message": "no"},
        ],
    }
}
DRIVE = [
    ["until", "breakpoint_reached", 1],
    ["continue", "step"],
    ["until", "breakpoint_reached", 2],
    ["debug", {"everyStep": False, "breakpoints": ["nap"], "pins": {"pinned": [1]}}],
    ["continue", "run"],
    ["until", "breakpoint_reached", 3],
    ["debug", {"breakpoints": []}],
    ["continue", "run"],
]


async def run(event: Any, step: Any) -> Any:
    config = {"retries": {"limit": 4, "delay": "1 minute", "backoff": "constant"}, "timeout": 5_000}
    slow = await step.do("slow", config, lambda: "slow")
    await step.do("timed", config, lambda: "timed")
    await step.sleep("nap", "10 minutes")
    pinned = await step.do("pinned", lambda: "for real")
    try:
        last = await step.do("last", {"retries": {"limit": 0, "delay": 0}}, lambda: "last")
    except Exception as error:
        last = f"{error}"
    return [slow, pinned, last]
