"""What the crash tests of pauses run and kill: an instance that is paused twice and resumed twice.

    python -m tests.crash.pause_program FOLDER

The first pause is asked for while a callback is in flight, the second while the instance sleeps. Exits with 0
and prints the output when the instance is complete. What steps do outside is a line in FOLDER/effects.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from playground.core import faults
from playground.core.clock import SystemClock
from playground.core.codec import decode
from playground.core.errors import WorkflowError
from playground.core.ports import StepContext
from playground.engine.engine import Engine, EngineSettings, Instance
from playground.engine.entries import FINISHED
from playground.engine.step import WorkflowStep
from playground.storage.database import Database
from playground.storage.journal import Journal

ID = "twice-paused"


def workflow(folder: Path, go_on: asyncio.Event) -> Any:
    """A step, one that waits for `go_on`, a sleep and a last step."""

    def effect(context: StepContext) -> str:
        with open(folder / "effects", "a") as file:
            file.write(f"{context.step.name} {context.attempt}\n")
            file.flush()
            os.fsync(file.fileno())
        return context.step.name

    class TwicePaused:
        async def run(self, event: Any, step: WorkflowStep) -> Any:
            async def slow(context: StepContext) -> str:
                await go_on.wait()
                return effect(context)

            first = await step.do("first", effect)
            second = await step.do("slow", slow)
            await step.sleep("nap", 50)
            return [first, second, await step.do("last", effect)]

    return TwicePaused


async def live(folder: Path) -> Any:
    """Create the instance, or find it; pause and resume it where that is due; answer its output."""
    go_on = asyncio.Event()
    settings = EngineSettings(hibernate_after_idle_ms=5)
    database = await Database.open(folder / "engine.db")
    engine = Engine(Journal(database), SystemClock(), {"twice": workflow(folder, go_on)}, settings)
    await engine.start()
    twice = engine.workflow("twice")
    try:
        instance = await twice.create(ID)
    except WorkflowError:
        instance = await twice.get(ID)
    status = await _ended(engine, instance, go_on)
    await engine.close()
    await database.close()
    return decode(status.output)


async def _ended(engine: Engine, instance: Instance, go_on: asyncio.Event) -> Any:
    async with engine.feed.subscribe(scope="", instance=instance.id) as wakes:
        while (status := await instance.status()).status not in FINISHED:
            types = [entry.type for entry in await engine.history("", instance.id)]
            if status.status == "paused":
                await instance.resume()
            elif "workflow_pausing" in types or types.count("workflow_paused") > 0:
                go_on.set()
            elif types.count("attempt_started") == 2 and status.status == "running":
                await instance.pause()
            if "sleep_started" in types and types.count("workflow_paused") == 1:
                await instance.pause()
            await anext(wakes)
    return status


if __name__ == "__main__":
    faults.arm_from_environment()
    print(asyncio.run(asyncio.wait_for(live(Path(sys.argv[1])), 30)))
