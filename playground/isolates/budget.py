"""So much of something in so much time."""

from __future__ import annotations

import math


class Budget:
    """A bucket that holds `most` and is filled up evenly within `window_ms`.

    What was used may bring it below zero, since use is known afterwards; then one waits until it is back. So
    over any time t no more than most·(1 + t/window) is used, and what was under way when it ran out.
    Times are in ms, and may stand still or go back. `most` 0 is no limit.
    """

    def __init__(self, most: float, window_ms: float, now: int) -> None:
        self._most = most if most > 0 else math.inf
        self._per_ms = self._most / window_ms
        self._left = self._most
        self._at = now

    def use(self, amount: float, now: int) -> None:
        """So much was used."""
        self._fill(now)
        self._left -= amount  # from infinity nothing is taken

    def left(self, now: int) -> float:
        """What may still be used; negative where more was used than may be."""
        self._fill(now)
        return self._left

    def wait_ms(self, now: int) -> int:
        """How long to wait until something may be used again; 0 where it may be now."""
        self._fill(now)
        return math.ceil(-self._left / self._per_ms) if self._left < 0 else 0

    def is_full(self, now: int) -> bool:
        """Whether nothing of it is in use, so that a new one would be the same."""
        self._fill(now)
        return self._left >= self._most

    def _fill(self, now: int) -> None:
        if now > self._at and self._left < self._most:
            self._left = min(self._most, self._left + (now - self._at) * self._per_ms)
        self._at = now
