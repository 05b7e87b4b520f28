"""How requests come in: few at once, and visitors who asked for little first.

One event loop does everything. A hundred requests that come at the same time would all be begun in the same
moment, and each of the many small things that an answer takes would wait for a hundred others'. So a few are
worked on at once, and the others wait here, where an order can be kept.

Those who have no session yet have a turnstile of their own: their first request makes one, and loads code
that was not there before. However many come, they take no more than a part of the server's time: while others
are about, one comes in at once, and its place stays empty afterwards for as long as it had it.

A turn ends with the answer, or after `HOLD_S`: what takes longer waits for something, a slow client or the
tenant's own code, and must not keep others out.

A design that was not taken: a limit to how many requests may be worked on. Handlers of tenants that never
answer would use it up.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Final

from playground.core.fair_queue import FairQueue

AT_ONCE: Final = 8
STRANGERS_AT_ONCE: Final = 2
HOLD_S: Final = 0.01
ABOUT_S: Final = 0.25
KNOWN_S: Final = 1.0
"""Whoever asked for something in the last `ABOUT_S`, and is known for so long, is about: a crowd of strangers
need not give way to those of it that came first.
"""
ENTRY: Final = 200.0
"""What a visitor is taken to have asked for before: so many requests within the last second."""


class Turnstile:
    """Lets requests in, `at_once` of them. It gives way to those at `others`, where there are such."""

    def __init__(self, at_once: int = AT_ONCE, others: Turnstile | None = None) -> None:
        self._at_once = at_once
        self._others = others
        self._inside = 0
        self._came_at = -math.inf
        self._queue: FairQueue[asyncio.Future[None]] = FairQueue(_now, ENTRY)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    @property
    def is_used(self) -> bool:
        """Whether somebody is about."""
        return _now() - self._came_at < ABOUT_S

    @asynccontextmanager
    async def turn(self, visitor: Hashable) -> AsyncIterator[None]:
        """Wait for a turn, and have it."""
        self._queue.charge(visitor, 1)
        if self._queue.known_s(visitor) >= KNOWN_S:
            self._came_at = _now()
        if self._inside >= self._most or self._queue:
            await self._wait(visitor)
        else:
            self._inside += 1
        turn = _Turn(self)
        try:
            yield
        finally:
            turn.end()

    @property
    def _most(self) -> int:
        """How many may be inside now."""
        return 1 if self._others is not None and self._others.is_used else self._at_once

    async def _wait(self, visitor: Hashable) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.push(visitor, called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._next()
            raise

    def _leave(self, after_s: float) -> None:
        """A turn is over that took so long."""
        if self._queue and self._others is not None and self._others.is_used:
            asyncio.get_running_loop().call_later(after_s, self._next)
        else:
            self._next()

    def _next(self) -> None:
        self._inside -= 1
        while self._inside < self._most and self._queue:
            called = self._queue.pop()
            if not called.done():
                called.set_result(None)
                self._inside += 1


class _Turn:
    """One that is inside. It leaves once."""

    def __init__(self, turnstile: Turnstile) -> None:
        self._turnstile: Turnstile | None = turnstile
        self._began_at = _now()
        self._timer = asyncio.get_running_loop().call_later(HOLD_S, self.end)

    def end(self) -> None:
        turnstile, self._turnstile = self._turnstile, None
        if turnstile is not None:
            self._timer.cancel()
            turnstile._leave(_now() - self._began_at)


def _now() -> float:
    return asyncio.get_running_loop().time()
