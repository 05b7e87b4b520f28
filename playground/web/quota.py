"""How often a visitor may do something: a token bucket each."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playground.core.clock import Clock
from playground.web.errors import Refused


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: int


class Quota:
    """`per_minute` actions a minute for each key, `burst` of them at once.

    At most `keys` buckets are kept; the one that was used least recently goes first, and starts full when it
    comes back.
    """

    def __init__(self, clock: Clock, per_minute: int, burst: int, keys: int = 10_000) -> None:
        self._clock = clock
        self._per_ms = per_minute / 60_000
        self._burst = burst
        self._keys = keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> None:
        """Count one action; raises `Refused` 429 with `Retry-After` in seconds where the bucket is empty."""
        now = self._clock.now()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(float(self._burst), now)
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
            elapsed = max(0, now - bucket.filled)
            bucket.tokens = min(self._burst, bucket.tokens + elapsed * self._per_ms)
            bucket.filled = now
        if bucket.tokens < 1:
            raise self._refusal(bucket)
        bucket.tokens -= 1

    def _refusal(self, bucket: _Bucket) -> Refused:
        wait_s = math.ceil((1 - bucket.tokens) / self._per_ms / 1000) if self._per_ms else 60
        return Refused(
            429,
            "too_many",
            f"too many requests; try again in {wait_s} s",
            headers={"retry-after": str(wait_s)},
        )


class Slots:
    """How many of something (`what`) a visitor may have open at the same time."""

    def __init__(self, most: int, what: str = "streams") -> None:
        self._most = most
        self._what = what
        self._open: dict[str, int] = {}

    @property
    def total(self) -> int:
        """How many are open, of all visitors together."""
        return sum(self._open.values())

    def enter(self, key: str) -> None:
        """Open one; raises `Refused` 429 where all are taken. Each is ended by one `leave`."""
        taken = self._open.get(key, 0)
        if taken >= self._most:
            raise Refused(
                429,
                f"too_many_{self._what}",
                f"more than {self._most} {self._what} at once",
                headers={"retry-after": "5"},
            )
        self._open[key] = taken + 1

    @contextmanager
    def taken(self, key: str) -> Iterator[None]:
        """Have one open for as long as the context is."""
        self.enter(key)
        try:
            yield
        finally:
            self.leave(key)

    def leave(self, key: str) -> None:
        """End one that was opened."""
        left = self._open[key] - 1
        if left:
            self._open[key] = left
        else:
            del self._open[key]
