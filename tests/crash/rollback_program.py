"""What the rollback's crash tests run and kill: one instance that fails and is rolled back.

    python -m tests.crash.rollback_program FOLDER

Exits with 0 and prints how the rollback went when the instance has errored. What handlers do outside is a
line in FOLDER/effects.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from playground.core import faults
from playground.core.clock import SystemClock
from playground.core.errors import WorkflowError
from playground.engine.engine import Engine, EngineSettings
from playground.engine.step import Rollback, WorkflowStep
from playground.storage.database import Database
from playground.storage.journal import Journal

ID = "rolled-back"


def workflow(folder: Path) -> Any:
    """Three steps with handlers, of which the second one's fails once, and a failure."""

    def undo(given: Rollback) -> None:
        with open(folder / "effects", "a") as file:
            file.write(f"{given.step_name} {given.output}\n")
            file.flush()
            os.fsync(file.fileno())
        if given.step_name == "b" and (folder / "effects").read_text().count("b ") == 1:
            raise ValueError("not yet")

    class RolledBack:
        async def run(self, event: Any, step: WorkflowStep) -> Any:
            for name in "abc":
                config = {"retries": {"limit": 3, "delay": 5}}
                await step.do(name, lambda name=name: name, rollback=undo, rollback_config=config)
            raise ValueError("the end")

    return RolledBack


async def live(folder: Path) -> str:
    """Create the instance, or find it; answer how its rollback went."""
    settings = EngineSettings(hibernate_after_idle_ms=5)
    database = await Database.open(folder / "engine.db")
    engine = Engine(Journal(database), SystemClock(), {"whole": workflow(folder)}, settings)
    await engine.start()
    whole = engine.workflow("whole")
    try:
        instance = await whole.create(ID)
    except WorkflowError:
        instance = await whole.get(ID)
    async with engine.feed.subscribe(scope="", instance=instance.id) as wakes:
        while (status := await instance.status()).status != "errored":
            await anext(wakes)
    await engine.close()
    await database.close()
    assert status.error is not None
    assert status.rollback is not None
    return f"{status.error.message}: {status.rollback.outcome}"


if __name__ == "__main__":
    faults.arm_from_environment()
    print(asyncio.run(asyncio.wait_for(live(Path(sys.argv[1])), 30)))
