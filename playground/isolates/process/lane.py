"""An isolate in the scheduler: the messages that wait for it, and the turn that is under way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from playground.isolates.process.share import Share


class Sliced(Protocol):
    """An isolate whose turns run in slices of time. `begin`, `slice` and `take` may raise `Died`."""

    @property
    def cpu_us(self) -> int:
        """CPU time that the turn has used so far."""
        ...

    def begin(self, message: str) -> None:
        """Start a turn."""
        ...

    def slice(self) -> bool:
        """Run until the turn ends (True) or its time is over (False)."""
        ...

    def take(self) -> str:
        """What the turn that ended said, but for what was said so far."""
        ...

    def said_so_far(self) -> str:
        """What the turn that is under way, or died, has said since this was asked last. May raise `Died`."""
        ...

    @property
    def owner(self) -> int:
        """Whose work it does."""
        ...

    def close(self) -> None:
        """Throw the isolate away, also in the middle of a turn."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One turn to be: its number, the message that starts it, and the CPU time that it may use."""

    turn: int
    message: str
    limit_us: int


class Lane:
    """One isolate's turns, strictly one after the other.

    The isolate is made when its first turn begins, so that what making costs is charged to its tenant.
    """

    def __init__(self, number: int, share: Share[Lane], limit_us: int, make: Callable[[], Sliced]) -> None:
        self.number = number
        self.share = share
        self.limit_us = limit_us
        self.make = make
        self.isolate: Sliced | None = None
        self.waiting: deque[Job] = deque()
        self.current: Job | None = None
        self.queued = False
        self.gone = False

    @property
    def suspended(self) -> bool:
        """Whether its turn has begun and not ended."""
        return self.current is not None
