"""Sleeps and retry delays that an execution waits for right now, and that may be skipped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from playground.core.ports import StepKey


class Naps:
    """By step; a step has at most one."""

    def __init__(self) -> None:
        self._under_way: dict[StepKey, asyncio.Future[None]] = {}
        self._claimed: set[StepKey] = set()
        self._skipped: set[StepKey] = set()

    def claim(self, key: StepKey) -> bool:
        """Whether the step naps, and nobody else is about to skip that."""
        nap = self._under_way.get(key)
        if nap is None or nap.done() or key in self._claimed:
            return False
        self._claimed.add(key)
        return True

    @contextmanager
    def of(self, key: StepKey) -> Iterator[asyncio.Future[None]]:
        """The nap of a step, for as long as the context is open; the future resolves when it is skipped."""
        nap: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if key in self._skipped:
            self._skipped.discard(key)
            nap.set_result(None)
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
        elif not nap.done():
            nap.set_result(None)
