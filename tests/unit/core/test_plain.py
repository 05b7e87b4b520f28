"""Values that are their own JSON."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.encoder import Encoder
from playground.core.plain import is_plain
from playground.core.values import UNDEFINED, BigInt, Value
from tests.unit.core.values import VALUES

DEEPEST = 200
JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(-(2**60), 2**60) | st.floats(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)


@given(VALUES | JSON)
def test_a_plain_value_is_what_the_encoder_would_make_of_it(value: Value) -> None:
    if is_plain(value, DEEPEST) and not _looks_tagged(value):
        encoder = Encoder(None)
        assert encoder.node(value, 0) == value
        assert not encoder.tagged
        assert not encoder.shared


def _looks_tagged(value: Value) -> bool:
    if isinstance(value, dict):
        return any(name[:1] == "$" for name in value) or any(map(_looks_tagged, value.values()))
    return isinstance(value, list) and any(map(_looks_tagged, value))


def nested(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth - 1):
        made = [made]
    return made


def circle() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


class Text(str):
    """Not quite a string."""


ONE: list[Any] = []


@pytest.mark.parametrize(
    "value",
    [None, True, "", 0, -(2**53), 1.5, 1e300, [], {}, [1, "a", None, 2.5], {"a": {"b": [[]]}}, nested(200)],
)
def test_what_json_says_is_plain(value: Value) -> None:
    assert is_plain(value, DEEPEST)
    assert msgspec.json.decode(msgspec.json.encode(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        UNDEFINED, 0.0, -0.0, math.nan, math.inf, 2**53 + 1, -(2**53) - 1, BigInt(1), b"", (), Text("a"),
        [1, 2**60], ["a", math.nan], [1, 2, -0.0], {"a": {1: 2}}, {Text("a"): 1}, {"__proto__": 1},
        [ONE, ONE], {"a": ONE, "b": [ONE]}, circle(), nested(201), [[[UNDEFINED]]],
    ],
)  # fmt: skip
def test_all_else_is_not(value: Value) -> None:
    assert not is_plain(value, DEEPEST)
