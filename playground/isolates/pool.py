"""The worker processes: how many, which isolate in which, and a new one for each that is lost."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable
from typing import Final

from playground.core.errors import IsolateLost
from playground.isolates.link import WorkerFailed, WorkerLink
from playground.isolates.settings import PoolSettings

__all__ = ["PoolSettings", "WorkerPool"]

_log = logging.getLogger(__name__)

_FIRST_DELAY_S: Final = 0.05
_LONGEST_DELAY_S: Final = 10.0


class _Place:
    """One of the pool's processes, whichever it is at the time."""

    def __init__(self) -> None:
        self.link: WorkerLink | None = None
        self.changed = asyncio.Event()
        self.restarting: asyncio.Task[None] | None = None
        self.delay_s = _FIRST_DELAY_S


class WorkerPool:
    """Starts worker processes, and starts them again when they are lost."""

    def __init__(self, settings: PoolSettings | None = None) -> None:
        self.settings = settings or PoolSettings()
        self.lost = 0
        """Processes that were lost since the start."""
        self._places: list[_Place] = []
        self._closing: list[Callable[[], Awaitable[None]]] = []
        self._closed = False

    def on_close(self, action: Callable[[], Awaitable[None]]) -> None:
        """Have `action` called before the processes are stopped."""
        self._closing.append(action)

    async def start(self) -> None:
        """Start the processes. Raises `WorkerFailed` where they cannot."""
        if not self.settings.runtime.is_file():
            raise WorkerFailed(
                f"the isolates' runtime is not built: there is no {self.settings.runtime.name}"
            )
        self._places = [_Place() for _ in range(max(1, self.settings.workers))]
        # the first one compiles the template, the others find it in the cache
        await self._launch(self._places[0])
        await asyncio.gather(*(self._launch(place) for place in self._places[1:]))

    async def close(self) -> None:
        """Stop all processes."""
        self._closed = True
        for action in self._closing:
            await action()
        restarts = [place.restarting for place in self._places if place.restarting is not None]
        for task in restarts:
            task.cancel()
        await asyncio.gather(*restarts, return_exceptions=True)
        await asyncio.gather(*(place.link.close() for place in self._places if place.link is not None))

    async def link_for(self, key: str) -> WorkerLink:
        """The process in which isolates with this key live. Waits while it is started again."""
        place = self._places[zlib.crc32(key.encode("utf-8", "surrogatepass")) % len(self._places)]
        while place.link is None or not place.link.alive:
            if self._closed:
                raise IsolateLost("the isolates are closed")
            place.changed.clear()
            await place.changed.wait()
        return place.link

    def health(self) -> dict[str, int]:
        """Numbers for an operator: processes alive, processes lost, isolates, turns, messages not answered
        yet.
        """
        links = [place.link for place in self._places if place.link is not None and place.link.alive]
        return {
            "workers": len(links),
            "lost": self.lost,
            "isolates": sum(link.isolates for link in links),
            "turns": sum(link.turns for link in links),
            "unanswered": sum(link.unanswered for link in links),
        }

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that are alive."""
        return [place.link.pid for place in self._places if place.link is not None and place.link.alive]

    async def _launch(self, place: _Place) -> None:
        link = WorkerLink(self.settings, lambda _: self._replace(place))
        try:
            await link.start()
        except BaseException:
            link.end("it did not start")
            await link.wait_ended()
            raise
        place.link = link
        place.delay_s = _FIRST_DELAY_S
        place.changed.set()

    def _replace(self, place: _Place) -> None:
        place.changed.set()
        if self._closed:
            return
        self.lost += 1
        place.restarting = asyncio.get_running_loop().create_task(self._relaunch(place))

    async def _relaunch(self, place: _Place) -> None:
        if place.link is not None:
            await place.link.wait_ended()
        while True:
            try:
                await self._launch(place)
            except (WorkerFailed, OSError) as error:
                _log.error("a worker process could not be started again: %s", error)
                await asyncio.sleep(place.delay_s)
                place.delay_s = min(place.delay_s * 2, _LONGEST_DELAY_S)
            else:
                return
