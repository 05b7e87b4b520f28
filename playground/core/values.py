"""What a value is: what may be a step's result, a workflow's params or output, or an event's payload.

| JavaScript | Python |
|---|---|
| `undefined` | `UNDEFINED` |
| `null`, booleans | `None`, `bool` |
| number | `float`, or `int` within ±2^53 |
| BigInt | `BigInt`, or an `int` beyond ±2^53 |
| string | `str` (lone surrogates are kept) |
| Date | an aware `datetime`; an invalid Date is `INVALID_DATE` |
| RegExp | `RegExp` |
| Map, Set | `Map`, `Set` |
| ArrayBuffer | `bytes` |
| typed arrays, DataView | `View` |
| Error | `core.errors.ErrorRecord` |
| plain object | `dict` with `str` keys |
| array | `list` (a `tuple` is taken for one); its holes are `HOLE` |

Containers may be shared and may form cycles; both survive the way through the codec.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, final

Value = Any
"""Any of the above. Python's type system cannot say it more narrowly without getting in the way."""

SAFE_INTEGER: Final = 2**53
"""Integers up to this magnitude are numbers; beyond it they are BigInts."""


class _Undefined(Enum):
    UNDEFINED = "undefined"
    HOLE = "hole"

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = _Undefined.UNDEFINED
HOLE: Final = _Undefined.HOLE
"""A place of an array that holds nothing, like the second one of `[1,,3]`. What reads it in JavaScript gets
`undefined`; `forEach`, `map` and `in` know the difference.
"""


class _InvalidDate(Enum):
    INVALID_DATE = "Invalid Date"

    def __repr__(self) -> str:
        return "INVALID_DATE"


INVALID_DATE: Final = _InvalidDate.INVALID_DATE


@final
class BigInt(int):
    """An integer that is a BigInt in JavaScript, however small it is."""

    def __repr__(self) -> str:
        return f"BigInt({int(self)})"


@final
@dataclass(frozen=True, slots=True)
class RegExp:
    """A regular expression as data; it is never run here."""

    source: str
    flags: str = ""


@final
@dataclass(slots=True, eq=True)
class Map:
    """A JavaScript Map: pairs in the order of insertion, with keys of any value."""

    pairs: list[tuple[Value, Value]] = field(default_factory=list)


@final
@dataclass(slots=True, eq=True)
class Set:
    """A JavaScript Set: items of any value in the order of insertion."""

    items: list[Value] = field(default_factory=list)


@final
@dataclass(frozen=True, slots=True)
class View:
    """A typed array or DataView: the name of its constructor, and its own bytes (little-endian)."""

    kind: str
    data: bytes


@final
class Encoded:
    """A value in wire form (see `core.codec`): what is stored and handed on without being looked at."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __len__(self) -> int:
        """The size in bytes."""
        return len(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Encoded) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        return f"Encoded({self.data[:60]!r})"
