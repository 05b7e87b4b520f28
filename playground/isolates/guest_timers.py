"""`setTimeout` of tenant code: kept in the server, because a worker process acts only when spoken to."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable
from typing import Final

from playground.core.clock import Clock
from playground.isolates.context import CallContext
from playground.isolates.run import Run

_LONGEST_MS: Final = 2**31 - 1
_MOST: Final = 10_000
_AT_ONCE: Final = 16
"""Timers that fire before the event loop gets to other things, however many are due."""

_Entry = tuple[int, int, int]
"""When it is due, the order of setting, the timer."""


class GuestTimers:
    """The timers of one isolate. A timer of a run keeps it in memory. `fired(timer, context)` is called
    when one is due: the earliest first, and of several the one that was set first.
    """

    def __init__(self, clock: Clock, fired: Callable[[int, CallContext | None], None]) -> None:
        self._clock = clock
        self._fired = fired
        self._set: dict[int, tuple[_Entry, CallContext | None]] = {}
        self._queue: list[_Entry] = []
        self._order = itertools.count()
        self._waiter: asyncio.Task[None] | None = None
        self._waits_until = 0

    def set(self, timer: int, milliseconds: float, context: CallContext | None) -> None:
        """Fire after so many ms. Beyond 10,000 timers a new one is ignored; beyond 24.8 days one is due at
        once.
        """
        self.clear(timer)
        if len(self._set) >= _MOST:
            return
        wait = math.ceil(milliseconds) if 0 < milliseconds <= _LONGEST_MS else 0
        entry = (self._clock.now() + wait, next(self._order), timer)
        self._set[timer] = (entry, context)
        heapq.heappush(self._queue, entry)
        if context is not None and context.run is not None:
            context.run.hold()
        if self._waiter is None or entry[0] < self._waits_until:
            self._wait_anew()

    def clear(self, timer: int) -> None:
        """Forget a timer."""
        found = self._set.pop(timer, None)
        if found is None:
            return
        _release(found[1])
        if not self._set:
            self._rest()
        elif len(self._queue) > 2 * len(self._set) + _AT_ONCE:  # most of it was cleared
            self._queue = sorted(entry for entry, _ in self._set.values())

    def clear_run(self, run: Run) -> None:
        """Forget all timers of a run."""
        of_run = [
            timer for timer, (_, context) in self._set.items() if context is not None and context.run is run
        ]
        for timer in of_run:
            self.clear(timer)

    def close(self) -> None:
        """Forget all timers."""
        for timer in list(self._set):
            self.clear(timer)

    def _wait_anew(self) -> None:
        if self._waiter is not None:
            self._waiter.cancel()
        self._waits_until = self._queue[0][0]
        self._waiter = asyncio.get_running_loop().create_task(self._wait())

    def _rest(self) -> None:
        self._queue.clear()
        if self._waiter is not None:
            self._waiter.cancel()
            self._waiter = None

    async def _wait(self) -> None:
        while self._queue:
            self._waits_until = self._queue[0][0]
            await self._clock.sleep_until(self._waits_until)
            for _ in range(_AT_ONCE):
                if not self._queue or self._queue[0][0] > self._clock.now():
                    break
                self._fire(heapq.heappop(self._queue))
            else:
                await asyncio.sleep(0)
        self._waiter = None

    def _fire(self, entry: _Entry) -> None:
        found = self._set.get(entry[2])
        if found is None or found[0] != entry:  # cleared, or set anew
            return
        del self._set[entry[2]]
        self._fired(entry[2], found[1])
        _release(found[1])


def _release(context: CallContext | None) -> None:
    if context is not None and context.run is not None:
        context.run.release()
