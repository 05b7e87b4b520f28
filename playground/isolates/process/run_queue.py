"""Which turn runs next.

There are two classes. *Fresh* turns have used less than `FRESH_US`; nearly all turns end there. *Long* ones
have outlived that. Fresh turns go first, and among the turns of a class those of the tenant that used least
CPU time lately (`share.py`). What follows:

- A tenant that used less than all others waits for the slice that runs when its message comes, and no longer.
- However many long turns there are, a fresh one waits for one slice of them at most, and so does everything
  that runs within `BURST_S` after that: long turns get one slice after each `BURST_S` of fresh ones, so that
  they go on, however busy it is.
- Among tenants that always have work, each gets the same CPU time, whatever the length of its turns and
  however many isolates it has.

Turns that were begun and have not ended hold a stack each. A tenant may have `MOST_OF_SHARE` of them, and
only one once there are `MOST_SUSPENDED` in all; its other isolates wait for it alone.

Rejected: one queue ordered by recent use alone. A hundred tenants that spin get a hundredth each, and one
that works a little more than that, in turns of a millisecond, would wait for all of them.
"""

from __future__ import annotations

import heapq
import itertools
from typing import Final

from playground.isolates.process.lane import Lane
from playground.isolates.process.share import Share

FRESH_US: Final = 2500
BURST_S: Final = 0.02
MOST_SUSPENDED: Final = 64
MOST_OF_SHARE: Final = 8


class RunQueue:
    """Lanes that have something to run."""

    def __init__(self) -> None:
        self._fresh: list[tuple[float, int, Share[Lane]]] = []
        self._long: list[tuple[float, int, Share[Lane]]] = []
        self._blocked: list[Share[Lane]] = []
        self._order = itertools.count()
        self._suspended = 0
        self._burst_s = 0.0
        self._long_runs = False

    @property
    def suspended(self) -> int:
        """Turns that were begun and have not ended."""
        return self._suspended

    @property
    def has_fresh(self) -> bool:
        """Whether the next lane is likely one with a short turn."""
        return bool(self._fresh)

    def push(self, lane: Lane) -> None:
        """The lane has something to run."""
        if lane.queued or lane.gone:
            return
        lane.queued = True
        share = lane.share
        if _is_long(lane):
            share.long.append(lane)
            if len(share.long) == 1:
                heapq.heappush(self._long, (share.level, next(self._order), share))
        else:
            share.fresh.append(lane)
            if len(share.fresh) == 1:
                heapq.heappush(self._fresh, (share.level, next(self._order), share))

    def pop(self) -> Lane | None:
        """The lane to run now, or None. `charge` it when it has run."""
        if self._burst_s >= BURST_S:
            lane = self._pop_long() or self._pop_fresh()
        else:
            lane = self._pop_fresh() or self._pop_long()
        if lane is not None:
            lane.queued = False
            self._long_runs = _is_long(lane)
        return lane

    def charge(self, lane: Lane, seconds: float, now: float) -> None:
        """The lane that was popped last has used so much CPU time."""
        lane.share.charge(seconds, now)
        self._burst_s = 0.0 if self._long_runs else self._burst_s + seconds

    def begun(self, lane: Lane) -> None:
        """A turn of the lane was begun."""
        lane.share.suspended += 1
        self._suspended += 1

    def ended(self, lane: Lane) -> None:
        """The lane's turn is over."""
        lane.share.suspended -= 1
        self._suspended -= 1
        blocked, self._blocked = self._blocked, []
        for share in blocked:
            heapq.heappush(self._fresh, (share.level, next(self._order), share))

    def _pop_fresh(self) -> Lane | None:
        while (share := self._least(self._fresh)) is not None:
            for _ in range(len(share.fresh)):
                lane = share.fresh.popleft()
                if lane.gone:
                    continue
                if lane.suspended or self._may_begin(share):
                    self._again(self._fresh, share, bool(share.fresh))
                    return lane
                share.fresh.append(lane)
            if share.fresh:
                self._blocked.append(share)
        return None

    def _pop_long(self) -> Lane | None:
        while (share := self._least(self._long)) is not None:
            while share.long:
                lane = share.long.popleft()
                if not lane.gone:
                    self._again(self._long, share, bool(share.long))
                    return lane
        return None

    def _least(self, heap: list[tuple[float, int, Share[Lane]]]) -> Share[Lane] | None:
        """Take the share that used least. What it used since it came here counts: levels only rise."""
        while heap:
            level, order, share = heap[0]
            if level >= share.level:
                heapq.heappop(heap)
                return share
            heapq.heapreplace(heap, (share.level, order, share))
        return None

    def _again(self, heap: list[tuple[float, int, Share[Lane]]], share: Share[Lane], more: bool) -> None:
        if more:
            heapq.heappush(heap, (share.level, next(self._order), share))

    def _may_begin(self, share: Share[Lane]) -> bool:
        if self._suspended >= MOST_SUSPENDED:
            return share.suspended == 0
        return share.suspended < MOST_OF_SHARE


def _is_long(lane: Lane) -> bool:
    return lane.isolate is not None and lane.suspended and lane.isolate.cpu_us >= FRESH_US
