"""What is shown of a value."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.codec import encode
from playground.core.errors import ErrorRecord
from playground.core.preview import as_json, preview
from playground.core.values import HOLE, INVALID_DATE, UNDEFINED, BigInt, Encoded, Map, RegExp, Set, View
from tests.unit.core.values import NOON, VALUES


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": [1, "b", None, True]}, {"a": [1, "b", None, True]}),
        (UNDEFINED, None),
        ({"a": UNDEFINED, "b": [UNDEFINED, HOLE]}, {"b": [None, None]}),
        (NOON, "2026-01-02T12:00:00.345Z"),
        (INVALID_DATE, "Invalid Date"),
        (BigInt(12), "12n"),
        ([math.nan, math.inf, -0.0], [None, None, 0]),
        (RegExp("a", "g"), "/a/g"),
        (Map([("k", Set([1]))]), {"Map": [["k", {"Set": [1]}]]}),
        (b"abc", "[ArrayBuffer(3 bytes)]"),
        (View("Uint16Array", b"abcd"), "[Uint16Array(4 bytes)]"),
        (ErrorRecord("E", "m", "stack"), {"name": "E", "message": "m"}),
        ("\ud800x", "?x"),
        (ErrorRecord("\ud800", "\ud800"), {"name": "?", "message": "?"}),
        (RegExp("\ud800", ""), "/?/"),
    ],
)
def test_a_value_is_shown_as_json(value: Any, shown: Any) -> None:
    assert preview(encode(value), 1000) == shown


def test_a_cycle_is_named() -> None:
    value: list[Any] = [1]
    value.append(value)
    assert preview(encode(value), 1000) == [1, "[Circular]"]


def test_what_is_too_large_is_the_beginning_of_its_json_and_its_size() -> None:
    assert preview(encode("x" * 100), 10) == '"xxxxxxxxx… (103 bytes)'
    assert preview(encode(list(range(1000))), 9) == "[0,1,2,3,… (3892 bytes)"


@pytest.mark.parametrize("data", [b"", b"x", b"j{", b't{"$nothing":1}', b"j" + b"[" * 5000])
def test_what_cannot_be_read_is_said_so(data: bytes) -> None:
    assert preview(Encoded(data), 100) == "[unreadable]"


def test_shared_values_do_not_multiply() -> None:
    value: Any = ["x" * 100]
    for _ in range(60):
        value = [value, value]
    assert len(str(preview(encode(value), 1000))) < 3000
    assert len(str(preview(encode(value), 1 << 30))) < 200_000, "whatever may be shown"


@given(VALUES)
def test_as_json_it_is_the_same(value: Any) -> None:
    encoded = encode(value)
    shown = msgspec.json.decode(msgspec.json.encode(as_json(encoded, 10_000)))
    assert shown == msgspec.json.decode(msgspec.json.encode(preview(encoded, 10_000)))


def test_what_is_json_already_is_not_read() -> None:
    assert as_json(encode({"a": [1, "b"]}), 100) == msgspec.Raw(b'{"a":[1,"b"]}')
    assert as_json(encode("x" * 100), 10) == preview(encode("x" * 100), 10)


@given(VALUES, st.integers(1, 200))
def test_json_can_say_every_preview_and_it_is_not_much_longer_than_asked_for(value: Any, limit: int) -> None:
    text = msgspec.json.encode(preview(encode(value), limit)).decode()
    assert len(text) < limit * 8 + 400
