"""What the crash tests of restarts and deletions run and kill.

    python -m tests.crash.restart_program FOLDER

One instance is run, restarted from its second step, restarted from the top and deleted; then one of the same
id is run. Exits with 0 and prints the types of its entries. What steps do outside is a line in
FOLDER/effects; how far this program came is in FOLDER/reached, so that it goes on where it was killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any, Final

from playground.core import faults
from playground.core.clock import SystemClock
from playground.core.errors import WorkflowError
from playground.core.ports import StepContext
from playground.engine.engine import Engine, EngineSettings, Instance
from playground.engine.entries import FINISHED
from playground.engine.step import WorkflowStep
from playground.storage.database import Database
from playground.storage.journal import Journal

ID: Final = "again"


def write(file: Path, line: str) -> None:
    """Append a line, durably."""
    with open(file, "a") as opened:
        opened.write(f"{line}\n")
        opened.flush()
        os.fsync(opened.fileno())


def workflow(folder: Path) -> Any:
    """Two steps, each with an effect."""

    class Twice:
        async def run(self, event: Any, step: WorkflowStep) -> Any:
            def effect(context: StepContext) -> str:
                write(folder / "effects", f"{event.payload} {context.step.name}")
                return context.step.name

            return [await step.do("one", effect), await step.do("two", effect)]

    return Twice


class Program:
    """The steps of the program; each may be done again after a kill."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine
        self._workflow = engine.workflow("twice")

    async def run(self) -> None:
        reached = self._folder / "reached"
        done = len(reached.read_text().splitlines()) if reached.exists() else 0
        for stage in (self._first, self._from_step, self._from_top, self._deleted, self._second)[done:]:
            await stage()
            write(reached, stage.__name__)

    async def _first(self) -> None:
        await self._ended(await self._made("first"))

    async def _from_step(self) -> None:
        await self._restarted(1, {"name": "two"})

    async def _from_top(self) -> None:
        # a restart that came through before a kill has wiped the one from the step
        await self._restarted(2, None)

    async def _deleted(self) -> None:
        await self._workflow.delete_batch([ID])

    async def _second(self) -> None:
        await self._ended(await self._made("second"))

    async def _made(self, params: str) -> Instance:
        try:
            return await self._workflow.create(ID, params)
        except WorkflowError:
            return await self._workflow.get(ID)

    async def _restarted(self, number: int, step: Any) -> None:
        instance = await self._workflow.get(ID)
        entries = [entry for entry in await self._engine.history("", ID) if "restarted" in entry.type]
        came_through = len(entries) >= number or any('"from"' not in entry.data for entry in entries)
        if not came_through:
            await instance.restart(step)
        await self._ended(instance)

    async def _ended(self, instance: Instance) -> None:
        async with self._engine.feed.subscribe(scope="", instance=ID) as wakes:
            while (await instance.status()).status not in FINISHED:
                await anext(wakes)
        assert (await instance.status()).status == "complete"


async def live(folder: Path) -> list[str]:
    """Go through the program; the types of the last instance's entries."""
    database = await Database.open(folder / "engine.db")
    engine = Engine(Journal(database), SystemClock(), {"twice": workflow(folder)}, EngineSettings())
    await engine.start()
    await Program(folder, engine).run()
    while await database.read("SELECT 1 FROM instances WHERE purge > 0"):
        await asyncio.sleep(0.01)
    types = [entry.type for entry in await engine.history("", ID)]
    stored = await database.read("SELECT count(*) AS n FROM entries")
    assert stored[0]["n"] == len(types)
    await engine.close()
    await database.close()
    return types


if __name__ == "__main__":
    faults.arm_from_environment()
    print(asyncio.run(asyncio.wait_for(live(Path(sys.argv[1])), 30)))
