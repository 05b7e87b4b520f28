"""The console lines of one execution."""

from __future__ import annotations

from typing import Final

from playground.engine import entries as facts
from playground.engine.instance_log import InstanceLog

LOOSE_S: Final = 0.005
"""How long a line waits for an entry to go with, in seconds."""
STARTED_S: Final = 0.05
"""The same for the entry of the start: short runs on a busy server are one commit."""


class Lines:
    """Appends them to the log, `most` at most; the last one says that there were more."""

    def __init__(self, log: InstanceLog, most: int) -> None:
        self._log = log
        self._left = most
        self._outside = 0
        self.repeated = 0
        """How many lines outside steps the log holds already: a replay logs them again."""

    def append(self, fact: facts.Log, *, outside_steps: bool) -> None:
        """Append a line, unless it is one of those that a replay repeats."""
        if outside_steps:
            self._outside += 1
            if self._outside <= self.repeated:
                return
        self._left -= 1
        if self._left == 0:
            fact = facts.Log("notice", "warn", "Lines after this one were not kept: too many were logged")
        if self._left >= 0:
            self._log.append_loosely(fact, LOOSE_S)
