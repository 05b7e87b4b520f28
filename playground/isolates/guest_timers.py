"""`setTimeout` of tenant code: kept in the server, because a worker process acts only when spoken to."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final

from playground.core.clock import Clock
from playground.isolates.context import CallContext
from playground.isolates.run import Run

_LONGEST_MS: Final = 2**31 - 1
_MOST: Final = 10_000


class GuestTimers:
    """The timers of one isolate. A timer of a run keeps it in memory. `fired(timer, context)` is called
    when one is due.
    """

    def __init__(self, clock: Clock, fired: Callable[[int, CallContext | None], None]) -> None:
        self._clock = clock
        self._fired = fired
        self._tasks: dict[int, tuple[asyncio.Task[None], CallContext | None]] = {}

    def set(self, timer: int, milliseconds: float, context: CallContext | None) -> None:
        """Fire after so many ms. Beyond 10,000 timers a new one is ignored; beyond 24.8 days one is due at
        once.
        """
        self.clear(timer)
        if len(self._tasks) >= _MOST:
            return
        wait = math.ceil(milliseconds) if 0 < milliseconds <= _LONGEST_MS else 0
        task = asyncio.get_running_loop().create_task(self._wait(timer, self._clock.now() + wait))
        self._tasks[timer] = (task, context)
        if context is not None and context.run is not None:
            context.run.hold()

    def clear(self, timer: int) -> None:
        """Forget a timer."""
        found = self._tasks.pop(timer, None)
        if found is not None:
            found[0].cancel()
            _release(found[1])

    def clear_run(self, run: Run) -> None:
        """Forget all timers of a run."""
        of_run = [
            timer for timer, (_, context) in self._tasks.items() if context is not None and context.run is run
        ]
        for timer in of_run:
            self.clear(timer)

    def close(self) -> None:
        """Forget all timers."""
        for timer in list(self._tasks):
            self.clear(timer)

    async def _wait(self, timer: int, deadline: int) -> None:
        await self._clock.sleep_until(deadline)
        found = self._tasks.pop(timer, None)
        if found is not None:
            context = found[1]
            self._fired(timer, context)
            _release(context)


def _release(context: CallContext | None) -> None:
    if context is not None and context.run is not None:
        context.run.release()
