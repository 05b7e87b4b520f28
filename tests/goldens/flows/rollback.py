"""A failure after steps that are undone, but for the first, whose handler fails for good."""

from typing import Any


async def run(event: Any, step: Any) -> Any:
    def undo(given: Any) -> None:
        if given.step_name == "a":
            raise ValueError(f"cannot undo {given.output} after {given.error.message}")

    for name in "abc":
        config = {"retries": {"limit": 1, "delay": 100}}
        await step.do(name, lambda name=name: name, rollback=undo, rollback_config=config)
    raise ValueError("the end")
