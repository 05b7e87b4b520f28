"""The only place that reads time.

Times are epoch milliseconds (int). `SystemClock` is the machine's; `ManualClock` stands still until a test
advances it, and wakes exactly the sleepers whose time has come, in the order of their deadlines.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from typing import Protocol


class Clock(Protocol):
    """What the engine knows of time."""

    def now(self) -> int:
        """Epoch milliseconds."""
        ...

    async def sleep_until(self, deadline: int) -> None:
        """Return once `now() >= deadline`, never before. The wait may be cancelled."""
        ...

    @property
    def steady(self) -> Clock:
        """A clock of the same pace that nobody can set, for spans of time within this process. What it shows
        means nothing to any other clock.
        """
        ...


async def sleep_for(clock: Clock, milliseconds: int) -> None:
    """Sleep on `clock` for a number of milliseconds."""
    await clock.sleep_until(clock.now() + milliseconds)


class SystemClock:
    """The machine's wall clock. A clock that is set forth or back is noticed within a minute."""

    _LONGEST_NAP_S = 60.0

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep_until(self, deadline: int) -> None:
        # the wall clock may be set while this sleeps, so there is no event to wait for
        while (left := deadline - self.now()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left / 1000, self._LONGEST_NAP_S))

    @property
    def steady(self) -> SteadyClock:
        return SteadyClock()


class SteadyClock:
    """The event loop's clock."""

    def now(self) -> int:
        return int(asyncio.get_running_loop().time() * 1000)

    async def sleep_until(self, deadline: int) -> None:
        # the loop's timers may be early by a part of a millisecond
        while (left := deadline - self.now()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left / 1000)

    @property
    def steady(self) -> SteadyClock:
        return self


class ManualClock:
    """A clock for tests: time passes only in `advance`."""

    def __init__(self, start: int = 1_700_000_000_000) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now(self) -> int:
        return self._now

    async def sleep_until(self, deadline: int) -> None:
        if deadline <= self._now:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (deadline, next(self._order), waiter))
        await waiter

    @property
    def steady(self) -> ManualClock:
        return self

    @property
    def sleepers(self) -> int:
        """How many sleeps are pending (cancelled ones not counted)."""
        return sum(1 for _, _, waiter in self._sleepers if not waiter.done())

    @property
    def next_deadline(self) -> int | None:
        """The earliest pending deadline, or None."""
        return min((deadline for deadline, _, waiter in self._sleepers if not waiter.done()), default=None)

    async def advance(self, milliseconds: int) -> None:
        """Move time on, waking each sleeper at its own deadline with the clock showing that moment."""
        target = self._now + milliseconds
        while self._sleepers and self._sleepers[0][0] <= target:
            deadline, _, waiter = heapq.heappop(self._sleepers)
            if waiter.done():
                continue
            self._now = max(self._now, deadline)
            waiter.set_result(None)
            await asyncio.sleep(0)
        self._now = target
        await asyncio.sleep(0)

    def set(self, now: int) -> None:
        """Jump, also backwards, without waking anyone: what an operator's clock correction does."""
        self._now = now
