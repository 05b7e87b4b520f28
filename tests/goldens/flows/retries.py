"""Attempts that fail: each kind of delay, a dynamic one, none left, and an error that ends the step."""

from typing import Any

from playground import NonRetryableError


async def run(event: Any, step: Any) -> Any:
    def flaky(context: Any) -> Any:
        if context.attempt < 3:
            raise ValueError(f"attempt {context.attempt}")
        return "recovered"

    def fails() -> Any:
        raise TypeError("for good")

    def ends() -> Any:
        raise NonRetryableError("at once")

    outputs = []
    for backoff in ("constant", "linear", "exponential"):
        config = {"retries": {"limit": 4, "delay": 100, "backoff": backoff}}
        outputs.append(await step.do(f"flaky {backoff}", config, flaky))
    dynamic = {"retries": {"limit": 4, "delay": lambda _: 150}}
    outputs.append(await step.do("dynamic", dynamic, flaky))
    for name, callback in (("fails", fails), ("ends", ends)):
        try:
            await step.do(name, {"retries": {"limit": 1, "delay": 50}}, callback)
        except Exception as error:
            outputs.append(str(error))
    return outputs
