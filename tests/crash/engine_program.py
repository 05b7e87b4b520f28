"""What the engine's crash tests run and kill: one instance of a workflow that goes the whole way.

    python -m tests.crash.engine_program FOLDER

Exits with 0 and prints the output when the instance is complete. What steps do outside is a line in
FOLDER/effects.
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
from playground.core.streams import Stream
from playground.engine.engine import Engine, EngineSettings, Instance
from playground.engine.step import WorkflowStep
from playground.storage.chunks import CHUNK_BYTES
from playground.storage.database import Database
from playground.storage.journal import Journal

ID = "whole-way"


def workflow(folder: Path) -> Any:
    """A workflow with a step, a flaky one, a sleep, a wait, and a stream of two chunks."""

    def effect(context: StepContext) -> None:
        with open(folder / "effects", "a") as file:
            file.write(f"{context.step.name} {context.attempt}\n")
            file.flush()
            os.fsync(file.fileno())

    class WholeWay:
        async def run(self, event: Any, step: WorkflowStep) -> Any:
            def first(context: StepContext) -> Any:
                effect(context)
                return event.payload

            def flaky(context: StepContext) -> Any:
                effect(context)
                if context.attempt == 1:
                    raise ValueError("the first attempt fails")
                return "recovered"

            def last(context: StepContext) -> Any:
                effect(context)
                return Stream([b" " * CHUNK_BYTES, b"end"])

            begun = await step.do("first", first)
            recovered = await step.do("flaky", {"retries": {"limit": 3, "delay": 10}}, flaky)
            await step.sleep("nap", 10)
            event = await step.wait_for_event("go", type="go")
            text = await (await step.do("last", last)).text()
            return [begun, recovered, event["payload"], text.strip()]

    return WholeWay


async def live(folder: Path) -> Any:
    """Create the instance, or find it; send its event, once; answer its output."""
    settings = EngineSettings(hibernate_after_idle_ms=5)
    database = await Database.open(folder / "engine.db")
    engine = Engine(Journal(database), SystemClock(), {"whole": workflow(folder)}, settings)
    await engine.start()
    whole = engine.workflow("whole")
    try:
        instance = await whole.create(ID, "begun")
    except WorkflowError:
        instance = await whole.get(ID)
    status = await _ended(engine, instance)
    await engine.close()
    await database.close()
    return decode(status.output)


async def _ended(engine: Engine, instance: Instance) -> Any:
    async with engine.feed.subscribe(scope="", instance=instance.id) as wakes:
        while True:
            status = await instance.status()
            if status.status in ("complete", "errored", "terminated"):
                return status
            types = [entry.type for entry in await engine.history("", instance.id)]
            if "wait_started" in types and "event_received" not in types:
                await instance.send_event(type="go", payload="gone")
            await anext(wakes)


if __name__ == "__main__":
    faults.arm_from_environment()
    print(asyncio.run(asyncio.wait_for(live(Path(sys.argv[1])), 30)))
