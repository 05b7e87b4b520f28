"""Code frames: the line that an error points at, between its neighbours, with a caret under the place.

  1 | const fine = 1;
> 2 | let broken = ;
    |              ^
  3 | run();
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from playground.isolates.source_text import index_of

_AROUND: Final = 1
_WIDEST: Final = 120
_BEFORE: Final = 80


def code_frame(lines: Sequence[str], line: int, column: int | None) -> str | None:
    """The frame of a place in `lines`; None where there is no such line. Line and column count from 1,
    columns in UTF-16 units, as JavaScript's do. Long lines are cut around the column.
    """
    if not 1 <= line <= len(lines):
        return None
    index = index_of(lines[line - 1], column) if column is not None else 0
    start = max(0, index - _BEFORE)
    first, last = max(1, line - _AROUND), min(len(lines), line + _AROUND)
    digits = len(str(last))
    shown: list[str] = []
    for number in range(first, last + 1):
        part = _printable(lines[number - 1][start : start + _WIDEST])
        mark = ">" if number == line else " "
        shown.append(f"{mark} {number:>{digits}} | {part}".rstrip())
        if number == line and column is not None:
            gap = "".join(map(_blank, lines[line - 1][start:index]))
            shown.append(f"  {'':>{digits}} | {gap}^")
    return "\n".join(shown)


def _printable(part: str) -> str:
    return "".join(" " if char == "\t" else char if char.isprintable() else "\ufffd" for char in part)


def _blank(character: str) -> str:
    return "\u3000" if unicodedata.east_asian_width(character) in "WF" else " "
