"""Whether one has something to itself, or others are about."""

from __future__ import annotations

from collections.abc import Hashable


class Company:
    """Who uses something, as it is `seen`. Where two do so in turns, each has company for `lasting_s` seconds
    after the last change.
    """

    def __init__(self, lasting_s: float) -> None:
        self._lasting_s = lasting_s
        self._latest: Hashable = None
        self._until = -1.0

    def seen(self, who: Hashable, now: float) -> None:
        """This one uses it, at `now` (seconds of some steady clock)."""
        if who != self._latest:
            if self._latest is not None:
                self._until = now + self._lasting_s
            self._latest = who

    def at(self, now: float) -> bool:
        """Whether more than one have been seen lately."""
        return now < self._until
