"""A tenant's share of a worker's CPU time: what it used lately, and which of its isolates wait."""

from __future__ import annotations

import math
from collections import deque
from typing import Final, Generic, TypeVar

HALF_LIFE_S: Final = 1.0
"""CPU time that was used so long ago counts half."""
ENTRY_S: Final = 0.2
"""What a tenant that is not known yet is taken to have used, so that a crowd of new ones does not go before
those that are known to use less.
"""


Lane = TypeVar("Lane")


class Share(Generic[Lane]):
    """What one tenant used lately, as a number to order tenants by.

    Recent use is Σ cᵢ·2^((tᵢ−now)/half-life). All shares decay alike, so their order changes only when one is
    charged: it is enough to keep L = log₂ Σ cᵢ·2^(tᵢ/half-life), which never has to be brought up to date
    ("forward decay", Cormode et al. 2009).
    """

    def __init__(self, now: float) -> None:
        self.level = -math.inf
        """L: orders shares; the least used comes first."""
        self.charge(ENTRY_S, now)
        self.fresh: deque[Lane] = deque()
        self.long: deque[Lane] = deque()
        self.suspended = 0
        """Turns that were begun and have not ended."""
        self.lanes = 0

    def charge(self, seconds: float, now: float) -> None:
        """`seconds` of CPU time were used, just now."""
        if seconds <= 0:
            return
        added = now / HALF_LIFE_S + math.log2(seconds)
        high, low = max(self.level, added), min(self.level, added)
        self.level = high + math.log2(1 + 2.0 ** max(low - high, -1000.0))

    def recent_s(self, now: float) -> float:
        """Seconds of CPU time that it used lately."""
        return float(2.0 ** max(self.level - now / HALF_LIFE_S, -1000.0))
