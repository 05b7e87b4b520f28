"""Time that passes only when nobody has anything to do."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Mapping
from typing import Any

from playground.core.clock import SystemClock

START_MS = 1_700_000_000_000


LONGEST_S = 20 * 86_400.0
"""What no simulation lasts as long as."""


class Stuck(AssertionError):
    """Nothing is ready, and nothing ever will be."""


class VirtualTime:
    """Seconds since the simulation began, over all event loops of it."""

    def __init__(self) -> None:
        self.seconds = 0.0


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that jumps to its next timer. It knows no files, sockets or threads."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__(_Nothing(time))
        self._virtual = time
        # what is due within a nanosecond is due: sums of floats are not exact
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._virtual.seconds


class _Nothing(selectors.BaseSelector):
    """A selector to which nothing ever happens: where the loop would wait, time passes."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, -1, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, -1, 0, None)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck("the simulation is stuck: nothing is ready and no timer runs")
        if timeout > 0:
            self._time.seconds += timeout
            if self._time.seconds > LONGEST_S:
                raise Stuck("the simulation is stuck: only time passes")
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return {}


class SimulatedClock(SystemClock):
    """The wall clock over virtual time. `shift_ms` is by how much somebody has set it forth or back,
    `highest` the latest moment that it ever showed.
    """

    def __init__(self, time: VirtualTime) -> None:
        self._virtual = time
        self.shift_ms = 0
        self.highest = 0

    def now(self) -> int:
        now = START_MS + math.floor(self._virtual.seconds * 1000 + 1e-6) + self.shift_ms
        self.highest = max(self.highest, now)
        return now
