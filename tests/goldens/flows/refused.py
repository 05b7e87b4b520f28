"""What the engine refuses: each error is caught, and what comes after it goes on."""

from datetime import timedelta
from typing import Any


async def run(event: Any, step: Any) -> Any:
    once = {"retries": {"limit": 0, "delay": 0}}

    async def nested() -> Any:
        await step.do("inner", lambda: 1)

    def hangs(_: Any) -> Any:
        raise KeyError("delay")

    def fails() -> Any:
        raise ValueError("no")

    asked: list[Any] = [
        lambda: step.do("x" * 257, lambda: 1),
        lambda: step.do("config", {"timeout": 0}, lambda: 1),
        lambda: step.do("nested", once, nested),
        lambda: step.do("no value", once, lambda: print),
        lambda: step.do("too large", once, lambda: "x" * (1 << 20)),
        lambda: step.do("delay", {"retries": {"limit": 2, "delay": hangs}}, fails),
        lambda: step.sleep("negative", -1),
        lambda: step.sleep("parsecs", "5 parsecs"),
        lambda: step.sleep_until("past", step.now() - timedelta(days=1)),
        lambda: step.wait_for_event("type", type="not a type"),
    ]
    refused = []
    for number, ask in enumerate(asked):
        try:
            await ask()
        except Exception as error:
            refused.append(f"{error}")
        await step.do(f"after {number}", lambda: None)
    return refused
