"""Work in the background that comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from playground.engine.timers import Timer, Timers


class Chore:
    """`work` does what is due, and answers when there is more to do (epoch ms), or None. It runs in one task
    at a time, and once more where it was wanted meanwhile. What goes wrong is its own to handle.
    """

    def __init__(self, timers: Timers, name: str, work: Callable[[], Awaitable[int | None]]) -> None:
        self._timers = timers
        self._name = name
        self._work = work
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._wanted = False
        self._closed = False

    @property
    def at_rest(self) -> bool:
        """Whether nothing is done right now."""
        return self._task is None

    def want(self) -> None:
        """Have it done now."""
        self._wanted = True
        if self._task is None and not self._closed:
            self._task = asyncio.create_task(self._run(), name=self._name)

    def arm(self, deadline: int) -> None:
        """Have it done at `deadline` (epoch ms), or before, where that is known already."""
        if self._timer is not None:
            if self._timer.deadline <= deadline:
                return
            self._timer.cancel()
        self._timer = self._timers.arm(deadline, self._due)

    async def close(self) -> None:
        """Do nothing more."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _due(self) -> None:
        self._timer = None
        self.want()

    async def _run(self) -> None:
        following: int | None = None
        try:
            while self._wanted:
                self._wanted = False
                following = await self._work()
        finally:
            self._task = None
        if following is not None:
            self.arm(following)
