"""How instances come into memory: a limited number at once, those of scopes that started few lately first.

Thousands of timers may be due in the same second, and all of one tenant. If all of these were replayed at the
same time, they would share one isolate, whose memory is limited, and everybody else would wait behind them.

A place is left when the execution leaves memory, or after `HOLD_S`: what takes longer than that works or
waits, and must not keep others out. So this limits how many begin at once, and not how many there may be.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Final

from playground.core.fair_queue import FairQueue

AT_ONCE: Final = 128
HOLD_S: Final = 0.25
ENTRY: Final = 16.0
"""What a scope that is not known counts as: so many starts within the last second."""

Start = Callable[[int], None]
"""Begins, and is given the number of its place, which is to be left when it is over."""


class Admission:
    """The places, and who waits for one."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._inside: dict[int, float] = {}
        self._numbers = itertools.count(1)
        self._queue: FairQueue[Start] = FairQueue(_now, ENTRY)
        self._sweeper: asyncio.TimerHandle | None = None
        self._filling = False
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    def ask(self, scope: str, start: Start) -> None:
        """Call `start` with a place, now or when one is free."""
        if self._closed:
            return
        self._queue.charge(scope, 1)
        if len(self._inside) < self._at_once and not self._queue:
            self._let_in(start)
            return
        self._queue.push(scope, start)
        self._sweep_later()

    def leave(self, place: int) -> None:
        """The place is free. Does nothing where it was left before."""
        if self._inside.pop(place, None) is not None:
            self._fill()

    def close(self) -> None:
        """Let nobody in any more."""
        self._closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def _fill(self) -> None:
        if self._filling:  # who is let in may leave at once
            return
        self._filling = True
        try:
            while self._queue and len(self._inside) < self._at_once and not self._closed:
                self._let_in(self._queue.pop())
        finally:
            self._filling = False

    def _let_in(self, start: Start) -> None:
        place = next(self._numbers)
        self._inside[place] = _now()
        start(place)

    def _sweep_later(self) -> None:
        if self._sweeper is None and self._inside:
            oldest = next(iter(self._inside.values()))
            self._sweeper = asyncio.get_running_loop().call_at(oldest + HOLD_S, self._sweep)

    def _sweep(self) -> None:
        self._sweeper = None
        over = _now() - HOLD_S
        for place in [place for place, since in self._inside.items() if since <= over]:
            del self._inside[place]
        self._fill()
        if self._queue:
            self._sweep_later()


def _now() -> float:
    return asyncio.get_running_loop().time()
