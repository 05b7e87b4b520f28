"""How long to wait before another process is started in the place of one that did not live long."""

from __future__ import annotations

from typing import Final

_HEALTHY_S: Final = 10.0
_FREE: Final = 2
_FIRST_S: Final = 0.05
_LONGEST_S: Final = 10.0


class Backoff:
    """Counts processes that died young, one after the other."""

    def __init__(self) -> None:
        self.failures = 0

    def died(self, age_s: float) -> None:
        """A process is gone that had taken work for `age_s`; None lived long where it is the first."""
        self.failures = 1 if age_s >= _HEALTHY_S else self.failures + 1

    def lives(self, age_s: float) -> None:
        """A process is alive that has taken work for `age_s`."""
        if age_s >= _HEALTHY_S:
            self.failures = 0

    @property
    def degraded(self) -> bool:
        """Whether processes die again and again."""
        return self.failures > _FREE

    @property
    def delay_s(self) -> float:
        """How long to wait: nothing for the first, then twice as long each time."""
        if not self.degraded:
            return 0.0
        return float(min(_FIRST_S * 2 ** (self.failures - _FREE - 1), _LONGEST_S))
