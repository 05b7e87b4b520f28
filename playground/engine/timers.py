"""Deadlines: a heap over the clock. Each timer fires once, never early, in the order of deadlines."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Callable
from typing import Final

from playground.core.clock import Clock

_log = logging.getLogger("playground.engine")

_FEWEST_TO_COMPACT: Final = 256


class Timer:
    """One armed deadline."""

    __slots__ = ("_timers", "action", "deadline")

    def __init__(self, timers: Timers, deadline: int, action: Callable[[], None]) -> None:
        self._timers = timers
        self.deadline = deadline
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Never fire. Does nothing where it has fired."""
        if self.action is not None:
            self.action = None
            self._timers.forget_one()


class Timers:
    """All deadlines of an engine, with one sleeping task between them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[int, int, Timer]] = []
        self._order = itertools.count()
        self._cancelled = 0
        self._sleeper: asyncio.Task[None] | None = None
        self._sleeping_until: int | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._heap) - self._cancelled

    def arm(self, deadline: int, action: Callable[[], None]) -> Timer:
        """Call `action` once when the clock shows `deadline` (epoch ms) or later; never within this call."""
        timer = Timer(self, deadline, action)
        heapq.heappush(self._heap, (deadline, next(self._order), timer))
        if self._sleeping_until is None or deadline < self._sleeping_until:
            self._restart(deadline)
        return timer

    def forget_one(self) -> None:
        """Note that a timer in the heap was cancelled; sweeps them out when they are most of it."""
        self._cancelled += 1
        if self._cancelled > _FEWEST_TO_COMPACT and self._cancelled * 2 > len(self._heap):
            self._heap = [item for item in self._heap if item[2].action is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0

    async def close(self) -> None:
        """Fire nothing more."""
        self._closed = True
        self._heap.clear()
        self._cancelled = 0
        if self._sleeper is not None:
            self._sleeper.cancel()
            await asyncio.gather(self._sleeper, return_exceptions=True)
            self._sleeper = None

    def _restart(self, deadline: int) -> None:
        if self._closed:
            return
        if self._sleeper is not None:
            self._sleeper.cancel()
        self._sleeping_until = deadline
        self._sleeper = asyncio.create_task(self._sleep(), name="engine timers")

    async def _sleep(self) -> None:
        while (deadline := self._next()) is not None:
            self._sleeping_until = deadline
            await self._clock.sleep_until(deadline)
            # from here to the next await nothing else runs, so that no arm() cancels this task between two
            # timers
            self._sleeping_until = 0
            self._fire_due()
        self._sleeping_until = None
        self._sleeper = None

    def _next(self) -> int | None:
        while self._heap and self._heap[0][2].action is None:
            heapq.heappop(self._heap)
            self._cancelled -= 1
        return self._heap[0][0] if self._heap else None

    def _fire_due(self) -> None:
        now = self._clock.now()
        while self._heap and self._heap[0][0] <= now:
            timer = heapq.heappop(self._heap)[2]
            action, timer.action = timer.action, None
            if action is None:
                self._cancelled -= 1
                continue
            try:
                action()
            except Exception:
                _log.exception("a timer's action failed")


def resolve(future: asyncio.Future[None]) -> None:
    """Resolve `future`, where it is not."""
    if not future.done():
        future.set_result(None)
