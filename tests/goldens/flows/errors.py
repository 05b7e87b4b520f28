"""A step that fails with a cause, and the run with it."""

from typing import Any


async def run(event: Any, step: Any) -> Any:
    def nested() -> Any:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise RuntimeError("outer") from error

    await step.do("before", lambda: 1)
    await step.do("nested", {"retries": {"limit": 0, "delay": 0}}, nested)
