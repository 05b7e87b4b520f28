"""Sleeps and retry delays that an execution waits for right now, and that may be skipped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from playground.core.ports import StepKey


class Nap:
    """One of them. `ended` resolves when it is to be looked at: its time has come, it was skipped, or the
    pace at which time goes by has changed.
    """

    __slots__ = ("ended", "skipped")

    def __init__(self) -> None:
        self.skipped = False
        self.again()

    def again(self) -> None:
        """Wait once more."""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self) -> None:
        """Look at it."""
        if not self.ended.done():
            self.ended.set_result(None)


class Naps:
    """By step; a step has at most one."""

    def __init__(self) -> None:
        self._under_way: dict[StepKey, Nap] = {}
        self._claimed: set[StepKey] = set()
        self._skipped: set[StepKey] = set()

    def claim(self, key: StepKey) -> bool:
        """Whether the step naps, and nobody else is about to skip that."""
        nap = self._under_way.get(key)
        if nap is None or nap.ended.done() or key in self._claimed:
            return False
        self._claimed.add(key)
        return True

    def claim_all(self) -> list[StepKey]:
        """The steps that nap, and that nobody else is about to skip."""
        return [key for key in list(self._under_way) if self.claim(key)]

    @contextmanager
    def of(self, key: StepKey) -> Iterator[Nap]:
        """The nap of a step, for as long as the context is open."""
        nap = Nap()
        if key in self._skipped:
            self._skipped.discard(key)
            nap.skipped = True
            nap.end()
        self._under_way[key] = nap
        try:
            yield nap
        finally:
            del self._under_way[key]
            self._claimed.discard(key)

    def skip(self, key: StepKey) -> None:
        """End the step's nap: that it is skipped is committed. Where a replay has not come to it yet, it does
        not begin.
        """
        nap = self._under_way.get(key)
        if nap is None:
            self._skipped.add(key)
        else:
            nap.skipped = True
            nap.end()

    def stir(self) -> None:
        """Have all of them looked at."""
        for nap in self._under_way.values():
            nap.end()
