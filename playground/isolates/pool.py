"""The worker processes: how many, which isolate in which, and another for each that is lost or worn."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import zlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from playground.core.errors import IsolateLost
from playground.isolates.backoff import Backoff
from playground.isolates.link import START_S, WorkerFailed, WorkerLink
from playground.isolates.settings import PoolSettings

__all__ = ["PoolSettings", "WorkerPool"]

_log = logging.getLogger(__name__)

_TEND_S: Final = 5.0
STANDBY_AFTER_S: Final = 2.0
"""How long after the start the process is started that stands by: the first requests come before that, and
have the machine to themselves.
"""
_START_S: Final = 5.0
_START_TIMES: Final = 5
"""How long a start may take: so many times what the last one took, and that long at least; twice as long
after each that took longer, for then the machine has much else to do.
"""


class _Place:
    """One of the pool's processes, whichever it is at the time."""

    def __init__(self) -> None:
        self.link: WorkerLink | None = None
        self.changed = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether there is no process that takes work."""
        return self.link is None or not self.link.alive

    def put(self, link: WorkerLink | None) -> None:
        """Give it another process."""
        self.link = link
        self.changed.set()


class WorkerPool:
    """Starts worker processes; starts others when they are lost, and replaces them before they wear out.

    One process more stands by, ready for work, so that a place is never empty for long.
    """

    def __init__(self, settings: PoolSettings | None = None) -> None:
        self.settings = settings or PoolSettings()
        self.lost = 0
        """Processes that were lost since the start."""
        self.recycled = 0
        """Processes that were replaced because they were worn."""
        self._places: list[_Place] = []
        self._spare: WorkerLink | None = None
        self._draining: set[WorkerLink] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling: asyncio.Task[None] | None = None
        self._tending: asyncio.TimerHandle | None = None
        self._first_fill: asyncio.TimerHandle | None = None
        self._starting: set[WorkerLink] = set()
        self._stopping = asyncio.Event()
        self._backoff = Backoff()
        self._start_s = START_S
        self._layers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._on_drain: list[Callable[[], None]] = []
        self._closing: list[Callable[[], Awaitable[None]]] = []
        self._closed = False

    def on_close(self, action: Callable[[], Awaitable[None]]) -> None:
        """Have `action` called before the processes are stopped."""
        self._closing.append(action)

    def on_drain(self, action: Callable[[], None]) -> None:
        """Have `action` called when a process is replaced: isolates in a `draining` one should be let go."""
        self._on_drain.append(action)

    async def start(self) -> None:
        """Start the processes. Raises `WorkerFailed` where they cannot."""
        if not self.settings.runtime.is_file():
            raise WorkerFailed(
                f"the isolates' runtime is not built: there is no {self.settings.runtime.name}"
            )
        self._places = [_Place() for _ in range(max(1, self.settings.workers))]
        try:
            # the first one compiles the template, the others find it in the cache
            self._places[0].put(await self._launch())
            for place in self._places[1:]:
                place.put(await self._launch())
        except BaseException:
            await self.close()
            raise
        self._first_fill = asyncio.get_running_loop().call_later(STANDBY_AFTER_S, self._fill)
        self._tending = asyncio.get_running_loop().call_later(_TEND_S, self._tend_again)

    async def close(self) -> None:
        """Stop all processes."""
        self._closed = True
        for action in self._closing:
            await action()
        for timer in (self._tending, self._first_fill):
            if timer is not None:
                timer.cancel()
        self._stopping.set()
        for place in self._places:
            place.changed.set()
        for link in list(self._starting):
            link.end("the server stops")
        if self._filling is not None:
            await self._filling
        spare = [self._spare] if self._spare is not None else []
        links = [place.link for place in self._places if place.link is not None]
        await asyncio.gather(*(link.close() for link in [*links, *spare, *self._draining]), *self._tasks)

    def place_of(self, key: str) -> int:
        """Which of the places isolates with this key live in; always the same, while the number of workers
        is.
        """
        return zlib.crc32(key.encode("utf-8", "surrogatepass")) % len(self._places)

    async def link_for(self, key: str) -> WorkerLink:
        """The process in which isolates with this key live. Waits while it is started again."""
        place = self._places[self.place_of(key)]
        while place.is_empty:
            if self._closed:
                raise IsolateLost("the isolates are closed")
            place.changed.clear()
            await place.changed.wait()
        assert place.link is not None
        most = self.settings.recycle_isolates
        if most and place.link.made >= most:
            self._replace_worn()
        assert place.link is not None
        return place.link

    def tend(self) -> None:
        """Replace what is worn. The pool does it by itself every few seconds."""
        ages = [link.age_s for link in self._alive()]
        if len(ages) == len(self._places):
            self._backoff.lives(min(ages))
        self._replace_worn()

    def health(self) -> dict[str, Any]:
        """For an operator: the layers of protection that the processes have and those that the system lacks,
        processes alive, lost and recycled, isolates, turns, messages not answered yet.
        """
        links = [*self._alive(), *self._draining]
        on, missing = self.layers
        return {
            "layers": list(on),
            "missing": list(missing),
            "workers": len(list(self._alive())),
            "recycled": self.recycled,
            "lost": self.lost,
            "isolates": sum(link.isolates for link in links),
            "turns": sum(link.turns for link in links),
            "unanswered": sum(link.unanswered for link in links),
        }

    @property
    def degraded(self) -> bool:
        """Whether a place is empty, or processes die again and again."""
        return self._backoff.degraded or any(place.is_empty for place in self._places)

    @property
    def layers(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The layers of protection that are on in the processes, and those that the system does not have."""
        return self._layers

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that take work."""
        return [link.pid for link in self._alive()]

    @property
    def standby_pid(self) -> int | None:
        """The id of the process that stands by, where one is ready."""
        return self._spare.pid if self._spare is not None and self._spare.alive else None

    def _alive(self) -> Iterator[WorkerLink]:
        for place in self._places:
            if place.link is not None and place.link.alive:
                yield place.link

    # -- processes that come

    async def _launch(self) -> WorkerLink:
        link = WorkerLink(self.settings, self._ended)
        self._starting.add(link)
        begun = asyncio.get_running_loop().time()
        try:
            await link.start(self._start_s)
        except BaseException:
            link.end("it did not start")
            await link.wait_ended()
            self._start_s = min(2 * self._start_s, START_S)
            raise
        finally:
            self._starting.discard(link)
        took = asyncio.get_running_loop().time() - begun
        self._start_s = min(max(_START_S, _START_TIMES * took), START_S)
        self._layers = link.layers
        return link

    def _fill(self) -> None:
        """See to it that the processes that are wanting are started."""
        if not self._closed and self._is_wanting() and (self._filling is None or self._filling.done()):
            self._filling = asyncio.get_running_loop().create_task(self._start_wanting())

    def _is_wanting(self) -> bool:
        if any(place.is_empty for place in self._places):
            return True
        has_spare = self._spare is not None and self._spare.alive
        return not has_spare and (self.settings.standby or any(map(self._is_worn, self._alive())))

    async def _start_wanting(self) -> None:
        while not self._closed and self._is_wanting():
            if self._backoff.degraded:
                times, delay = self._backoff.failures, self._backoff.delay_s
                _log.error("%d worker processes died young in a row; the next starts in %g s", times, delay)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(delay):
                        await self._stopping.wait()
                    return
            try:
                link = await self._launch()
            except (WorkerFailed, OSError) as error:
                if not self._closed:
                    _log.error("a worker process could not be started again: %s; the next is tried", error)
                    self._backoff.died(0)
            else:
                self._install(link)

    def _install(self, link: WorkerLink) -> None:
        for place in self._places:
            if place.is_empty:
                place.put(link)
                return
        self._spare = link
        self._replace_worn()

    # -- processes that go

    def _ended(self, link: WorkerLink) -> None:
        """A process is gone that took work, or stood by."""
        if link in self._draining:
            self._draining.discard(link)
            self._bury(link)
        if self._closed or link.closing:
            return
        self.lost += 1
        self._backoff.died(link.age_s)
        if link is self._spare:
            self._spare = None
        for place in self._places:
            if place.link is link:
                spare, self._spare = self._spare, None
                place.put(spare if spare is not None and spare.alive else None)
        self._bury(link)
        self._fill()

    def _bury(self, link: WorkerLink) -> None:
        task = asyncio.get_running_loop().create_task(link.close())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tend_again(self) -> None:
        self.tend()
        self._tending = asyncio.get_running_loop().call_later(_TEND_S, self._tend_again)

    def _is_worn(self, link: WorkerLink) -> bool:
        isolates, mebibytes = self.settings.recycle_isolates, self.settings.recycle_mib
        if isolates and link.made >= isolates:
            return True
        return bool(mebibytes) and link.resident_bytes() > mebibytes << 20

    def _replace_worn(self) -> None:
        """Put the process that stands by in the place of a worn one, and have another started."""
        for place in self._places:
            worn, spare = place.link, self._spare
            if worn is None or not worn.alive or not self._is_worn(worn):
                continue
            if spare is None or not spare.alive:
                break
            self._spare = None
            place.put(spare)
            self.recycled += 1
            _log.info("worker process %d is worn after %d isolates; it is replaced", worn.pid, worn.made)
            self._draining.add(worn)
            worn.drain(self.settings.drain_ms / 1000)
            for action in self._on_drain:
                action()
        self._fill()
