"""Who comes first: two branches that take their time, and one that is left behind."""

import asyncio
from typing import Any

FREE = True


async def run(event: Any, step: Any) -> Any:
    async def branch(name: str, delay: int) -> str:
        await step.do(f"{name} begins", lambda: name)
        await step.sleep(f"{name} naps", delay)
        result: str = await step.do(f"{name} ends", lambda: name)
        return result

    tasks = [asyncio.ensure_future(branch(*each)) for each in (("slow", 900), ("fast", 300))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    won = next(task.result() for task in tasks if task.done())
    await step.do(f"won by {won}", lambda: won)
    await asyncio.wait(tasks)
    return won
