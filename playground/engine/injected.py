"""What somebody has set to befall attempts: see `debug_entries.Fault`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from playground.core.errors import ErrorRecord, RemoteError, WorkflowTimeoutError
from playground.core.ports import StepContext
from playground.core.streams import StepValue
from playground.engine.debug_entries import Fault
from playground.engine.timers import Timers, resolve

NAME: Final = "InjectedFault"
"""What an error is called whose name was not given."""


async def befall(
    fault: Fault,
    context: StepContext,
    timeout_ms: int,
    spans: Timers,
    now: int,
    call: Callable[[], Awaitable[StepValue]],
) -> StepValue:
    """Let the fault befall an attempt. `now` is what the clock of `spans` shows."""
    if fault.kind == "timeout":
        raise WorkflowTimeoutError(f"Execution timed out after {timeout_ms}ms")
    if fault.kind == "fail":
        said = f'Attempt {context.attempt} of step "{context.step.name}" was made to fail'
        raise RemoteError(ErrorRecord(fault.name or NAME, fault.message or said))
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    timer = spans.arm(now + (fault.delay_ms or 0), partial(resolve, over))
    try:
        await over
    finally:
        timer.cancel()
    return await call()
