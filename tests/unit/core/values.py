"""Any value, for hypothesis; and whether two values are the same one, sharing and cycles included."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from playground.core.encoder import ITEM_BYTES
from playground.core.errors import ErrorRecord
from playground.core.values import HOLE, INVALID_DATE, UNDEFINED, BigInt, Map, RegExp, Set, View

TEXT = st.text(st.characters(codec=None), max_size=8)
KEYS = TEXT | st.sampled_from(
    ["__proto__", "$", "$ref", "$undefined", "constructor", "toJSON", "", "0", "07", "10", "9"]
)
NUMBERS = (
    st.floats()
    | st.integers(-(2**53), 2**53)
    | st.sampled_from([-0.0, 0, math.nan, math.inf, -math.inf, 1e20, 1e21, 5e-324, 2**53, 0.1])
)
DATES = st.integers(-62_135_510_400_000, 253_402_214_400_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
PRIMITIVES = (
    st.none()
    | st.booleans()
    | st.just(UNDEFINED)
    | NUMBERS
    | TEXT
    | st.integers(-(2**200), 2**200).map(BigInt)
)
VIEWS = st.sampled_from(sorted(ITEM_BYTES.items()))
LEAVES = (
    PRIMITIVES
    | DATES
    | st.just(INVALID_DATE)
    | st.binary(max_size=40)
    | st.builds(lambda kind, data: View(kind[0], data * kind[1]), VIEWS, st.binary(max_size=4))
    | st.sampled_from([RegExp("a+", "gi"), RegExp("[/]\\n", "u"), RegExp("(?:)", "")])
)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = st.lists(inner | st.just(HOLE), max_size=4)
    return (
        items
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.lists(st.tuples(st.integers(0, 10_000), inner), max_size=3, unique_by=lambda pair: pair[0]).map(
            Map
        )
        | st.lists(PRIMITIVES, max_size=3, unique_by=repr).map(_unlike).map(Set)
        | st.builds(
            ErrorRecord,
            *(TEXT.filter(bool), TEXT, st.just("at a.js:1:1"), inner.map(_cause), st.none() | TEXT),
            st.none() | st.dictionaries(KEYS.filter(_is_no_text), inner, min_size=1, max_size=2),
            st.none() | st.lists(inner, max_size=2),
        )
        | items.map(lambda made: [made, made, {"again": made}])
        | items.map(_circle)
    )


def _is_no_text(name: str) -> bool:
    return name not in ("name", "message", "stack", "cause", "code", "errors")


def _cause(value: Any) -> Any:
    """A cause that is `undefined` is none."""
    return None if value is UNDEFINED else value


def _unlike(items: list[Any]) -> list[Any]:
    """Without what JavaScript takes for equal: 0 and -0, 1 and 1.0."""
    kept: dict[Any, Any] = {}
    for item in items:
        kept.setdefault("nan" if item != item else (type(item) is BigInt, type(item) is bool, item), item)
    return [0 if item == 0 and type(item) is float else item for item in kept.values()]


def _circle(items: list[Any]) -> list[Any]:
    items.append(items)
    return items


VALUES = st.recursive(LEAVES, _containers, max_leaves=12)


def same(one: Any, other: Any, seen: dict[int, int] | None = None) -> bool:
    """Whether JavaScript could not tell the two apart, but for their being two."""
    seen = {} if seen is None else seen
    if isinstance(one, (int, float)) and not isinstance(one, (bool, BigInt)):
        return _same_number(one, other)
    if isinstance(one, tuple):
        one = list(one)
    if type(one) is not type(other):
        return False
    if not isinstance(one, (list, dict, Map, Set, ErrorRecord)):
        return bool(one == other)
    if id(one) in seen:
        return seen[id(one)] == id(other)
    seen[id(one)] = id(other)
    if isinstance(one, dict):
        # JavaScript puts names that are numbers first
        return one.keys() == other.keys() and all(same(item, other[key], seen) for key, item in one.items())
    ours, theirs = _parts(one), _parts(other)
    return len(ours) == len(theirs) and all(same(a, b, seen) for a, b in zip(ours, theirs, strict=True))


def _same_number(one: float, other: Any) -> bool:
    if isinstance(other, (bool, BigInt)) or not isinstance(other, (int, float)):
        return False
    if math.isnan(one):
        return math.isnan(other)
    return one == other and (one != 0 or math.copysign(1, one) == math.copysign(1, other))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, Map):
        return [part for pair in value.pairs for part in pair]
    if isinstance(value, Set):
        return value.items
    return [value.name, value.message, value.stack, value.cause, value.code, value.errors, *_props(value)]


def _props(error: ErrorRecord) -> list[Any]:
    return [part for name, item in sorted((error.props or {}).items()) for part in (name, item)]


NOON = datetime(2026, 1, 2, 12, tzinfo=UTC) + timedelta(milliseconds=345)
