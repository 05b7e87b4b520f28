"""Who goes next, where many wait for what one does."""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

HALF_LIFE_S: Final = 1.0
"""What was used so long ago counts half."""
_KEPT: Final = 1024
_FORGOTTEN: Final = 0.01

Item = TypeVar("Item")


class _Owner(Generic[Item]):
    """What one owner used lately, and its items that wait.

    Recent use is Σ cᵢ·2^((tᵢ−now)/half-life). As all owners' decay alike, only L = log₂ Σ cᵢ·2^(tᵢ/half-life)
    is kept, which orders them and never has to be brought up to date ("forward decay", Cormode et al. 2009).
    """

    __slots__ = ("level", "since", "waiting")

    def __init__(self, since: float) -> None:
        self.level = -math.inf
        self.since = since
        self.waiting: deque[Item] = deque()

    def charge(self, amount: float, now: float) -> None:
        added = now / HALF_LIFE_S + math.log2(amount)
        high, low = max(self.level, added), min(self.level, added)
        self.level = high + math.log2(1 + 2.0 ** max(low - high, -1000.0))

    def recent(self, now: float) -> float:
        return float(2.0 ** max(self.level - now / HALF_LIFE_S, -1000.0))


class FairQueue(Generic[Item]):
    """Items of many owners. The owner goes first that used least lately, and its oldest item.

    `now` gives seconds. Who is not known counts as one that used `entry`, so that a crowd of newcomers does
    not go before those that are known to use less.
    """

    def __init__(self, now: Callable[[], float], entry: float) -> None:
        self._now = now
        self._entry = entry
        self._owners: dict[Hashable, _Owner[Item]] = {}
        self._heap: list[tuple[float, int, _Owner[Item]]] = []
        self._order = itertools.count()
        self._size = 0
        self._sweep_at = _KEPT

    def __len__(self) -> int:
        return self._size

    @property
    def owners(self) -> int:
        """How many are known."""
        return len(self._owners)

    def charge(self, owner: Hashable, amount: float) -> None:
        """The owner used so much, just now."""
        self._owner(owner).charge(amount, self._now())

    def known_s(self, owner: Hashable) -> float:
        """Since when it is known, in seconds ago."""
        return self._now() - self._owner(owner).since

    def push(self, owner: Hashable, item: Item) -> None:
        """The owner's item waits."""
        found = self._owner(owner)
        found.waiting.append(item)
        self._size += 1
        if len(found.waiting) == 1:
            heapq.heappush(self._heap, (found.level, next(self._order), found))

    def pop(self) -> Item:
        """Take the item whose turn it is. There must be one."""
        while True:
            level, order, owner = self._heap[0]
            if level >= owner.level:  # what was used since counts: levels only rise
                break
            heapq.heapreplace(self._heap, (owner.level, order, owner))
        heapq.heappop(self._heap)
        item = owner.waiting.popleft()
        self._size -= 1
        if owner.waiting:
            heapq.heappush(self._heap, (owner.level, next(self._order), owner))
        return item

    def _owner(self, name: Hashable) -> _Owner[Item]:
        owner = self._owners.get(name)
        if owner is None:
            self._forget_idle()
            now = self._now()
            owner = self._owners[name] = _Owner(now)
            owner.charge(self._entry, now)
        return owner

    def _forget_idle(self) -> None:
        """Where many are known, forget those of whom nothing waits and who used next to nothing lately."""
        if len(self._owners) < self._sweep_at:
            return
        now, least = self._now(), self._entry * _FORGOTTEN
        self._owners = {
            name: owner for name, owner in self._owners.items() if owner.waiting or owner.recent(now) >= least
        }
        self._sweep_at = max(_KEPT, 2 * len(self._owners))
