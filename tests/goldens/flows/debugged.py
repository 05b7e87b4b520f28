"""A clock that skips waits, a fault, a pinned output, and stops before steps, set while the run waits."""

import asyncio
from typing import Any

DRIVE = [
    ["until", "wait_started", 1],
    [
        "debug",
        {
            "pace": "skip",
            "breakpoints": ["pay", "nap"],
            "faults": [
                {"kind": "fail", "step": "pay", "message": "declined"},
                {"kind": "timeout", "step": "c"},
            ],
            "pins": {"ship": {"box": 1}},
        },
    ],
    ["event", "go", None],
    ["until", "breakpoint_reached", 1],
    ["continue", "run"],
    ["until", "breakpoint_reached", 2],
    ["continue", "step"],
    ["until", "breakpoint_reached", 4],
    ["continue", "run"],
]


async def run(event: Any, step: Any) -> Any:
    await step.wait_for_event("go", type="go")
    paid = await step.do("pay", {"retries": {"limit": 1, "delay": "1 hour"}}, lambda: "paid")
    await step.sleep("nap", "1 day")
    sides = await asyncio.gather(step.do("a", lambda: "a"), step.do("c", lambda: "c"))
    return [paid, sides, await step.do("ship", lambda: "for real")]
