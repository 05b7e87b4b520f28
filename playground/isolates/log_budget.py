"""How much tenant code may log."""

from __future__ import annotations

from typing import Final

from playground.core.clock import Clock

LONGEST_LINE: Final = 8 << 10
"""Longest console line, in bytes of UTF-8; the rest of a longer one is cut off."""

_LINES: Final = 1000
_BYTES: Final = 1 << 20
_BURST: Final = 5
"""How often that may be used up at once, by what has a clock."""
_LINES_PER_S: Final = 100
_BYTES_PER_S: Final = 100 << 10
_CUT: Final = "… (cut)"


class LogBudget:
    """How much may be logged: 1,000 lines and 1 MiB; with a clock five times that, and 100 lines and 100 KiB
    more each second, up to that.

    Without a clock it is a number and not a rate, so that a replayed run drops the same lines as the first
    time.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock
        self._filled = clock.now() if clock is not None else 0
        times = _BURST if clock is not None else 1
        self._most_lines, self._most_bytes = times * _LINES, times * _BYTES
        self._lines: float = self._most_lines
        self._bytes: float = self._most_bytes
        self._dropped = 0

    def admit(self, message: str) -> str | None:
        """The line as it may be logged, or None where it is dropped."""
        line = cut(message)
        size = len(line)
        self._refill()
        if self._lines < 1 or self._bytes < size:
            self._dropped += 1
            return None
        self._lines -= 1
        self._bytes -= size
        return line

    def settle(self) -> str | None:
        """A line that says how many were dropped since the last, if any were."""
        dropped, self._dropped = self._dropped, 0
        if not dropped:
            return None
        return f"{dropped} {'line was' if dropped == 1 else 'lines were'} not kept: too many were logged"

    def _refill(self) -> None:
        if self._clock is None:
            return
        now = self._clock.now()
        seconds, self._filled = max(0, now - self._filled) / 1000, now
        self._lines = min(self._most_lines, self._lines + seconds * _LINES_PER_S)
        self._bytes = min(self._most_bytes, self._bytes + seconds * _BYTES_PER_S)


def cut(message: str) -> str:
    """`message`, no longer than a line may be."""
    if len(message) * 3 <= LONGEST_LINE:
        return message
    data = message.encode("utf-8", "replace")
    if len(data) <= LONGEST_LINE:
        return message
    return data[: LONGEST_LINE - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT
