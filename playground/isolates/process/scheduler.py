"""Runs the turns of many isolates in one thread, slice by slice."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from playground.isolates.process.instance import Died
from playground.isolates.process.lane import Job, Lane, Sliced
from playground.isolates.process.run_queue import RunQueue
from playground.isolates.process.share import Share

_SHARES_KEPT: Final = 1024
_FORGOTTEN_S: Final = 0.0001
_NOTHING: Final = "[]"
_LOADING: Final = 0
"""The number of the turn in which an isolate's modules are evaluated: what is said in it is taken as a
whole.
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A turn is over. `said` is None where the isolate died of `death` and is gone, when it did the work of
    `owner` and had said `last`; a turn that was never begun has none of that.
    """

    isolate: int
    turn: int
    said: str | None = None
    cpu_us: int = 0
    death: Died | None = None
    owner: int = 0
    last: str = _NOTHING


@dataclass(frozen=True, slots=True)
class Part:
    """What an isolate has said in a turn that goes on."""

    isolate: int
    said: str


class Scheduler:
    """Isolates by number. Messages of one are delivered in order, each in a turn of its own; between isolates
    the order is `run_queue.py`'s.

    `clock` gives seconds, `cpu_clock` seconds of CPU time that this thread used.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._lanes: dict[int, Lane] = {}
        self._shares: dict[str, Share[Lane]] = {}
        self._queue = RunQueue()
        self._unfinished = 0
        self._sweep_at = _SHARES_KEPT

    @property
    def idle(self) -> bool:
        """Whether nothing is left to run."""
        return self._unfinished == 0

    @property
    def has_fresh(self) -> bool:
        """Whether a turn waits that is likely short."""
        return self._queue.has_fresh

    def isolate(self, number: int) -> Sliced | None:
        """The isolate, once its first turn has begun."""
        lane = self._lanes.get(number)
        return lane.isolate if lane is not None else None

    def open(self, number: int, tenant: str, limit_us: int, make: Callable[[], Sliced]) -> None:
        """Add an isolate. `tenant` is whose CPU time it uses, `limit_us` the most that one turn may."""
        share = self._shares.get(tenant)
        if share is None:
            self._forget_shares()
            share = self._shares[tenant] = Share(self._clock())
        share.lanes += 1
        self._lanes[number] = Lane(number, share, limit_us, make)

    def submit(self, number: int, turn: int, message: str, limit_us: int = 0) -> bool:
        """Queue a turn; False where there is no such isolate. It may use the isolate's limit of CPU time, or
        `limit_us` where that is less and not 0.
        """
        lane = self._lanes.get(number)
        if lane is None:
            return False
        limit_us = min(limit_us or lane.limit_us, lane.limit_us)
        lane.waiting.append(Job(turn, message, limit_us))
        self._unfinished += 1
        self._queue.push(lane)
        return True

    def drop(self, number: int) -> list[Ended]:
        """Throw an isolate away, at once; its turns that have not ended."""
        lane = self._lanes.pop(number, None)
        return list(self._remove(lane)) if lane is not None else []

    def step(self) -> list[Ended | Part]:
        """Run one slice of the turn whose time it is; the turns that are over with that, or what the turn
        said that goes on.
        """
        lane = self._queue.pop()
        if lane is None:
            return []
        began = self._cpu_clock()
        ended: list[Ended | Part] = []
        try:
            said = self._run(lane)
            part = _NOTHING
            if said is None and lane.current is not None and lane.current.turn != _LOADING:
                assert lane.isolate is not None
                part = lane.isolate.said_so_far()
        except Died as death:
            assert lane.current is not None
            ended.append(_died(lane, lane.current.turn, death))
            self._end(lane)
            self._lanes.pop(lane.number, None)
            ended.extend(self._remove(lane))
        else:
            if said is not None:
                assert lane.current is not None
                assert lane.isolate is not None
                ended.append(Ended(lane.number, lane.current.turn, said, lane.isolate.cpu_us))
                self._end(lane)
            elif part != _NOTHING:
                ended.append(Part(lane.number, part))
        self._queue.charge(lane, self._cpu_clock() - began, self._clock())
        if lane.suspended or lane.waiting:
            self._queue.push(lane)
        return ended

    def _run(self, lane: Lane) -> str | None:
        """One slice; what the turn said, or None where it has not ended. Raises `Died`."""
        if lane.current is None:
            lane.current = lane.waiting.popleft()
            self._queue.begun(lane)
            if lane.isolate is None:
                lane.isolate = lane.make()
            lane.isolate.begin(lane.current.message)
        assert lane.isolate is not None
        if lane.isolate.slice():
            return lane.isolate.take()
        limit_us = lane.current.limit_us
        if lane.isolate.cpu_us >= limit_us:
            raise Died("CPU_LIMIT", f"used more than {limit_us // 1000} ms of CPU time in one turn")
        return None

    def _end(self, lane: Lane) -> None:
        lane.current = None
        self._unfinished -= 1
        self._queue.ended(lane)

    def _remove(self, lane: Lane) -> Iterator[Ended]:
        lane.gone = True
        lane.share.lanes -= 1
        left = list(lane.waiting)
        lane.waiting.clear()
        self._unfinished -= len(left)
        if lane.current is not None:
            left.insert(0, lane.current)
            self._end(lane)
        if lane.isolate is not None:
            lane.isolate.close()
        return (Ended(lane.number, job.turn) for job in left)

    def _forget_shares(self) -> None:
        """Where there are many, forget tenants that have no isolate and used next to nothing lately."""
        if len(self._shares) < self._sweep_at:
            return
        now = self._clock()
        for tenant, share in list(self._shares.items()):
            if not share.lanes and share.recent_s(now) < _FORGOTTEN_S:
                del self._shares[tenant]
        self._sweep_at = max(_SHARES_KEPT, 2 * len(self._shares))


def _died(lane: Lane, turn: int, death: Died) -> Ended:
    isolate = lane.isolate
    if isolate is None:
        return Ended(lane.number, turn, None, 0, death)
    last = _NOTHING
    if turn != _LOADING and death.code != "TRAP":
        with contextlib.suppress(Died):
            last = isolate.said_so_far()
    return Ended(lane.number, turn, None, isolate.cpu_us, death, isolate.owner, last)
