"""Instances that are asleep: a deadline each, and only the near ones in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from playground.core.clock import Clock
from playground.core.errors import StorageError
from playground.engine.timers import Timer, Timers
from playground.storage.journal import Journal

_AGAIN_MS = 1_000


class Sleepers:
    """Calls `wake(key, scope)` when an instance's deadline has come.

    Deadlines up to the horizon are timers; those beyond it stay in storage until the horizon comes near them.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        timers: Timers,
        horizon_ms: int,
        wake: Callable[[int, str], None],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._timers = timers
        self._horizon_ms = horizon_ms
        self._wake = wake
        self._armed: dict[int, Timer] = {}
        self._horizon = 0
        self._looking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._armed)

    async def start(self) -> None:
        """Arm what is stored."""
        await self._look(after=-1)

    async def close(self) -> None:
        """Wake nobody any more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def arm(self, key: int, scope: str, wake_at: int) -> None:
        """Wake the instance at `wake_at` (epoch ms)."""
        self.cancel(key)
        if wake_at <= self._horizon:
            self._armed[key] = self._timers.arm(wake_at, partial(self._due, key, scope))

    def cancel(self, key: int) -> None:
        """Do not wake the instance: it is awake, or ended."""
        if (timer := self._armed.pop(key, None)) is not None:
            timer.cancel()

    def _due(self, key: int, scope: str) -> None:
        del self._armed[key]
        self._wake(key, scope)

    def _look_further(self) -> None:
        self._looking = asyncio.create_task(self._look(after=self._horizon), name="engine sleepers")

    async def _look(self, after: int) -> None:
        until = self._clock.now() + self._horizon_ms
        # from here on instances that fall asleep arm themselves up to the new horizon
        self._horizon = until
        try:
            for key, scope, wake_at in await self._journal.waking(after, until):
                if key not in self._armed:
                    self._armed[key] = self._timers.arm(wake_at, partial(self._due, key, scope))
        except StorageError:
            self._horizon = after
            self._timers.arm(self._clock.now() + _AGAIN_MS, self._look_further)
            return
        self._timers.arm(until - self._horizon_ms // 2, self._look_further)
