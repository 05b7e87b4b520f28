"""Places in a source: lines as JavaScript ends them, columns in UTF-16 units or in bytes of UTF-8, from 1."""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile("\r\n|[\n\r\u2028\u2029]")

_ODD_END: Final = re.compile("[\r\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """The lines of a source, without their ends."""
    return _LINE_END.split(text) if _ODD_END.search(text) else text.split("\n")


def column_in_bytes(line: str, column: int) -> int:
    """The column in bytes, of one in UTF-16 units."""
    return len(line[: index_of(line, column)].encode("utf-8", "replace")) + 1


def column_in_units(line: str, column: int) -> int:
    """The column in UTF-16 units, of one in bytes."""
    before = line.encode("utf-8", "replace")[: max(0, column - 1)].decode("utf-8", "ignore")
    return len(before.encode("utf-16-le")) // 2 + 1


def index_of(line: str, column: int) -> int:
    """Where in `line` a column in UTF-16 units is."""
    units = 1
    for index, character in enumerate(line):
        if units >= column:
            return index
        units += 1 if character <= "\uffff" else 2
    return len(line)


def place_of(text: str, index: int) -> tuple[int, int]:
    """Line and column (in UTF-16 units) of an index in `text`."""
    lines = lines_of(text[:index])
    return len(lines), len(lines[-1].encode("utf-16-le", "surrogatepass")) // 2 + 1
