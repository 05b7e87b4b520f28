"""What the crash tests of schedules run and kill: one schedule, on a clock that is 70 s on at its end.

    python -m tests.crash.schedule_program FOLDER

Prints the ids of the instances that the schedule has made, when all have ended.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from playground.core import faults
from playground.core.clock import ManualClock
from playground.engine.engine import Engine
from playground.engine.entries import FINISHED
from playground.storage.database import Database
from playground.storage.journal import Journal

START = 1_700_000_040_000
"""The beginning of a minute."""


class Short:
    """Ends at once."""

    async def run(self, event: Any, step: Any) -> Any:
        return event.schedule["scheduledTime"]


async def live(folder: Path) -> list[str]:
    """The ids of what has fired and ended."""
    clock = ManualClock(START)
    database = await Database.open(folder / "engine.db")
    engine = Engine(Journal(database), clock, {})
    engine.register("short", Short, schedules=["* * * * *"])
    await engine.start()
    await clock.advance(70_000)
    while not (made := await engine.list("")) or any(one.status not in FINISHED for one in made):
        await asyncio.sleep(0.001)
    await engine.close()
    await database.close()
    return [one.id for one in made]


if __name__ == "__main__":
    faults.arm_from_environment()
    print(asyncio.run(live(Path(sys.argv[1]))))
