"""Stopping before a step, until somebody lets the run go on. Nothing but storage is occupied meanwhile."""

from __future__ import annotations

from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.runner import NEVER, Execution


async def stop_before(execution: Execution, key: StepKey) -> None:
    """Return when the step, of which history holds nothing, may begin."""
    debug = execution.debug
    if debug is None or not debug.stops(key):
        return
    if key not in debug.held:
        debug.reached(key)
        await execution.commit((facts.BreakpointReached(key), None))
    if debug.stops(key):
        await execution.wait_until(NEVER, debug.let_go(key))
