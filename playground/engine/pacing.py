"""Waiting for a deadline at the pace that somebody has set for the instance."""

from __future__ import annotations

from playground.core.ports import StepKey
from playground.engine.runner import Execution


async def nap(execution: Execution, key: StepKey, since: int, until: int) -> bool:
    """Wait, durably, for the moment `until`, as the step has done `since` (epoch ms). Returns earlier where
    it is skipped or the pace says so; True where it was the pace, which is then to be taken down.
    """
    clock = execution.services.clock
    with execution.naps.of(key) as nap:
        while True:
            debug = execution.debug
            due = until if debug is None else debug.due(since, until)
            await execution.wait_until(due, nap.ended)
            if nap.skipped or clock.now() >= until:
                return False
            if execution.debug is not None and clock.now() >= execution.debug.due(since, until):
                return True
            nap.again()
