"""Values of all kinds, and a large one."""

from datetime import UTC, datetime
from typing import Any

from playground import UNDEFINED


async def run(event: Any, step: Any) -> Any:
    kinds = await step.do(
        "kinds",
        lambda: [
            UNDEFINED,
            None,
            True,
            -0.0,
            float("nan"),
            1.5,
            2**40,
            "\U0001f600 é",
            b"\x00\xff",
            datetime(2026, 1, 31, tzinfo=UTC),
            {"$": {"nested": [[]]}},
        ],
    )
    large = await step.do("large", lambda: "x" * 100_000)
    await step.sleep("nap", 100)
    return [len(kinds), len(large)]
