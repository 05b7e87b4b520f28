"""How much tenant code may log."""

from __future__ import annotations

from typing import Final

LONGEST_LINE: Final = 8 << 10
"""Longest console line, in bytes of UTF-8; the rest of a longer one is cut off."""

_MOST_LINES: Final = 1000
_MOST_BYTES: Final = 1 << 20
_CUT: Final = "… (cut)"


class LogBudget:
    """The lines of one call, invocation or run.

    A number of lines and bytes, not a rate, so that a replayed run drops the same lines as the first time.
    """

    def __init__(self) -> None:
        self._lines = _MOST_LINES
        self._bytes = _MOST_BYTES
        self._dropped = 0

    def admit(self, message: str) -> str | None:
        """The line as it may be logged, or None where it is dropped."""
        line = cut(message)
        size = len(line)
        if self._lines <= 0 or self._bytes < size:
            self._dropped += 1
            return None
        self._lines -= 1
        self._bytes -= size
        return line

    def settle(self) -> str | None:
        """A line that says how many were dropped since the last, if any were."""
        dropped, self._dropped = self._dropped, 0
        return f"dropped {dropped} lines" if dropped else None


def cut(message: str) -> str:
    """`message`, no longer than a line may be."""
    if len(message) * 3 <= LONGEST_LINE:
        return message
    data = message.encode("utf-8", "replace")
    if len(data) <= LONGEST_LINE:
        return message
    return data[: LONGEST_LINE - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT
