"""Time and chance outside steps, in the names of steps: they repeat."""

from typing import Any


async def run(event: Any, step: Any) -> Any:
    drawn = [int(step.random() * 1_000) for _ in range(2)]
    await step.do(f"drawn {drawn[0]}", lambda: 1)
    begun = step.now()
    await step.sleep(f"nap {drawn[1]}", 200)
    passed = (step.now() - begun).total_seconds() >= 0.2
    return await step.do(f"{'after' if passed else 'before'} {int(step.random() * 1_000)}", lambda: 2)
