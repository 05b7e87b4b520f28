"""What is recorded: an engine that says in FOLDER/acknowledged what it has acknowledged, as it does so.

    python -m tests.crash.acknowledging_program FOLDER

Its callers create instances, some at once, and send each an event; its workflows run steps with small and
large values, in sequence and in parallel, fail and retry, sleep and wait.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.core.clock import SystemClock
from playground.core.codec import decode
from playground.core.errors import WorkflowError
from playground.core.ports import StepContext, WorkflowEvent
from playground.engine.engine import Engine, EngineSettings, Workflow
from playground.engine.entries import FINISHED
from playground.engine.step import WorkflowStep
from playground.storage.database import Database
from playground.storage.journal import Journal

INSTANCES = 8
Tell = Callable[..., None]


def output_of(number: int) -> list[Any]:
    """What instance `number` answers when it is complete."""
    return [_large(number), ["left", "right"], f"event {number}", "last"]


def _large(number: int) -> str:
    return str(number) * (20_000 if number % 3 == 0 else 10)


def workflow(tell: Tell, calls: Counter[tuple[str, str]]) -> type:
    """The workflow. `tell` is called with what `run` is told; `calls` counts by instance and step."""

    class Recorded:
        async def run(self, event: WorkflowEvent, step: WorkflowStep) -> Any:
            id, number = event.instance_id, event.payload

            async def do(name: str, value: Any, *, fails: bool = False) -> Any:
                def callback(context: StepContext) -> Any:
                    calls[id, name] += 1
                    if fails and context.attempt == 1:
                        raise ValueError("the first attempt fails")
                    return value

                result = await step.do(name, {"retries": {"limit": 8, "delay": 1}}, callback)
                tell("step", id, name)
                return result

            first = await do("first", _large(number))
            both = await asyncio.gather(do("left", "left"), do("right", "right", fails=True))
            await step.sleep("nap", 5)
            tell("step", id, "nap")
            payload = (await step.wait_for_event("go", type="go"))["payload"]
            tell("step", id, "go")
            return [first, both, payload, await do("last", "last")]

    return Recorded


async def live(folder: Path, tell: Tell, calls: Counter[tuple[str, str]]) -> None:
    """Bring every instance to its end, creating those that there are not yet."""
    database = await Database.open(folder / "engine.db")
    # so that checkpoints happen in a short run, too
    await database.execute("PRAGMA wal_autocheckpoint = 40")
    settings = EngineSettings(hibernate_after_idle_ms=2)
    engine = Engine(Journal(database), SystemClock(), {"recorded": workflow(tell, calls)}, settings)
    await engine.start()
    recorded = engine.workflow("recorded")
    for numbers in ([0], [1], [2], range(3, INSTANCES)):
        await asyncio.gather(*(_call(engine, recorded, number, tell) for number in numbers))
    await engine.close()
    await database.close()
    tell("closed")


async def _call(engine: Engine, recorded: Workflow, number: int, tell: Tell) -> None:
    id = f"i{number}"
    try:
        instance = await recorded.create(id, number)
    except WorkflowError:
        instance = await recorded.get(id)
    tell("created", id)
    if not any(entry.type == "event_received" for entry in await engine.history("", id)):
        await instance.send_event(type="go", payload=f"event {number}")
    tell("event", id)
    async with engine.feed.subscribe(scope="", instance=id) as commits:
        while (status := await instance.status()).status not in FINISHED:
            await anext(commits)
    assert status.output is not None, status
    assert decode(status.output) == output_of(number)
    tell("ended", id)


def main(folder: Path) -> None:
    """Live, and tell in the file `acknowledged`."""
    descriptor = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(*what: str) -> None:
        os.write(descriptor, (json.dumps(what) + "\n").encode())

    asyncio.run(asyncio.wait_for(live(folder, tell, Counter()), 60))
    os.close(descriptor)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
