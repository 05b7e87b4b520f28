"""Values to bytes and back."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.codec import MAX_DEPTH, BadEncoding, NotAValue, decode, encode, holds_long_number
from playground.core.errors import ErrorRecord, record_of
from playground.core.values import (
    HOLE,
    INVALID_DATE,
    UNDEFINED,
    BigInt,
    Encoded,
    Map,
    RegExp,
    Set,
    Value,
    View,
)
from tests.unit.core.values import NOON, VALUES, same


@given(VALUES)
def test_what_is_encoded_is_decoded_again(value: Value) -> None:
    encoded = encode(value)
    decoded = decode(encoded)
    assert same(value, decoded)
    assert encode(decoded) == encoded


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (None, "jnull"),
        ({"a": [1, 2.5, "é"]}, 'j{"a":[1,2.5,"é"]}'),
        (UNDEFINED, 't{"$undefined":0}'),
        ([1, HOLE, UNDEFINED], 't[1,{"$undefined":1},{"$undefined":0}]'),
        (math.nan, 't{"$number":"NaN"}'),
        (-0.0, 't{"$number":"-0"}'),
        (2**53, "j9007199254740992"),
        (2**53 + 1, 't{"$bigint":"9007199254740993"}'),
        (BigInt(5), 't{"$bigint":"5"}'),
        ("\ud800", 'j"\\ud800"'),
        (NOON, 't{"$date":1767355200345}'),
        (INVALID_DATE, 't{"$date":null}'),
        (RegExp("a", "g"), 't{"$regexp":["a","g"]}'),
        (Map([("k", 1)]), 't{"$map":[["k",1]]}'),
        (Set([1]), 't{"$set":[1]}'),
        (b"hi", 't{"$buffer":"aGk="}'),
        (View("Uint8Array", b"hi"), 't{"$view":["Uint8Array","aGk="]}'),
        ({"$ref": 0}, 't{"$object":[["$ref",0]]}'),
        ({"__proto__": 1}, 't{"$object":[["__proto__",1]]}'),
        ((1, 2), "j[1,2]"),
    ],
)
def test_the_wire_form(value: Value, wire: str) -> None:
    assert encode(value) == Encoded(wire.encode())


def test_an_encoded_value_is_its_own_wire_form() -> None:
    encoded = Encoded(b"j1")
    assert encode(encoded) is encoded


def test_sharing_and_cycles_survive() -> None:
    inner: list[Any] = []
    value = {"a": inner, "b": inner}
    inner.append(value)
    encoded = encode(value)
    assert encoded.data[:1] == b"r"
    decoded = decode(encoded)
    assert decoded["a"] is decoded["b"]
    assert decoded["a"][0] is decoded


def test_equal_values_that_cannot_change_stay_two() -> None:
    assert encode([b"", b"", (), ()]).data[:1] == b"t"


def test_an_error_may_be_its_own_cause() -> None:
    decoded = decode(Encoded(b'r{"$error":{"name":"E","message":"m","cause":{"$ref":0}}}'))
    assert decoded.cause is decoded


def test_an_error_may_stand_for_itself() -> None:
    decoded = decode(Encoded(b'r{"$error":{"name":"E","message":"m","errors":[{"$ref":0},1]}}'))
    assert decoded.errors[0] is decoded
    assert decoded.errors[1] == 1


def test_an_error_of_before_stands_for_no_others() -> None:
    decoded = decode(Encoded(b't{"$error":{"name":"AggregateError","message":"m"}}'))
    assert decoded == ErrorRecord("AggregateError", "m")


def test_a_group_of_exceptions_stands_for_them() -> None:
    record = record_of(ExceptionGroup("two", [ValueError("a"), ExceptionGroup("one", [KeyError("b")])]))
    assert decode(encode(record)) == record
    assert record.errors is not None
    assert record.errors[0] == ErrorRecord("ValueError", "a")
    assert record.errors[1].errors == [ErrorRecord("KeyError", "'b'")]


def test_numbers_beyond_the_safe_integers_are_read_as_numbers() -> None:
    decoded = decode(Encoded(b"j[100000000000000000000,9007199254740993,1e21]"))
    assert [type(number) for number in decoded] == [float, float, float]


@given(st.integers(0, 40), st.integers(0, 40), st.binary(max_size=40))
def test_sixteen_digits_in_a_row_are_found_wherever_they_begin(
    before: int, digits: int, after: bytes
) -> None:
    data = b"x" * before + b"7" * digits + after
    assert holds_long_number(data) == (re.search(rb"[0-9]{16}", data) is not None)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (print, "$: a builtin_function_or_method cannot be stored"),
        ({"a": [0, 1, 2, object()]}, "$.a[3]: an object cannot be stored"),
        (Map([(1, {"x": {2}})]), "$.get(0).x: a set cannot be stored"),
        (Map([({"x": {2}}, 1)]), "$.key(0).x: a set cannot be stored"),
        (Set([1, {2}]), "$.item(1): a set cannot be stored"),
        (ErrorRecord("E", "m", cause={2}), "$.cause: a set cannot be stored"),
        (ErrorRecord("E", "m", errors=[1, {2}]), "$.errors[1]: a set cannot be stored"),
        ({1: 2}, "$: a key is a int, not a string (use Map)"),
        ([datetime(2026, 1, 1)], "$[0]: a datetime without a time zone is no moment in time"),  # noqa: DTZ001
        (View("Float64Array", b"abc"), "$: 3 bytes are no Float64Array"),
        (View("WeakMap", b""), "$: 0 bytes are no WeakMap"),
        ([10**4000], "$[0]: a BigInt of more than 4000 digits cannot be stored"),
        ([10**100_000], "$[0]: a BigInt of more than 4000 digits cannot be stored"),
    ],
)
def test_the_first_thing_that_is_no_value_is_named(value: Any, message: str) -> None:
    with pytest.raises(NotAValue) as caught:
        encode(value)
    assert str(caught.value) == message


def test_a_long_path_is_cut_in_the_middle() -> None:
    with pytest.raises(NotAValue) as caught:
        encode({"a" * 500: {"b" * 500: {"end": {1}}}})
    assert len(caught.value.path) < 250
    assert caught.value.path.endswith(".end")


def test_a_path_costs_nothing_until_it_is_needed() -> None:
    value = {"k" * 1_000_000: list(range(200_000))}
    assert len(encode(value)) > 1_000_000


def nested(kind: str, depth: int) -> Any:
    value: Any = 0
    for _ in range(depth):
        value = {"list": [value], "dict": {"a": value}, "map": Map([(1, value)]), "set": Set([value])}[kind]
    return value


@pytest.mark.parametrize("kind", ["list", "dict"])
def test_containers_may_be_nested_so_deep(kind: str) -> None:
    assert same(decode(encode(nested(kind, MAX_DEPTH))), nested(kind, MAX_DEPTH))


@pytest.mark.parametrize("kind", ["list", "dict", "map", "set"])
def test_and_no_deeper(kind: str) -> None:
    with pytest.raises(NotAValue, match="nested"):
        encode(nested(kind, MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"x1",
        b"j",
        b"jNaN",
        b"j\xff",
        b'j"\xed\xa0\x80"',
        b"j" + b"[" * 100_000,
        b"t" + b'{"a":' * 100_000,
        b"t" + b"[" * 300 + b"]" * 300,
        b't{"$undefined":0',
        b't{"$nothing":0}',
        b't{"$ref":0}',
        b'r{"$ref":0}',
        b'r[{"$ref":-1}]',
        b'r[{"$ref":1e9}]',
        b'r[{"$ref":"0"}]',
        b't{"$number":"1"}',
        b't{"$number":[]}',
        b't{"$bigint":5}',
        b't{"$bigint":"1_0"}',
        b't{"$bigint":" 1"}',
        b't{"$bigint":"' + b"9" * 5000 + b'"}',
        b't{"$date":"now"}',
        b't{"$date":[]}',
        b't{"$regexp":"a"}',
        b't{"$regexp":[1,2]}',
        b't{"$map":{}}',
        b't{"$map":[1]}',
        b't{"$map":[[1]]}',
        b't{"$set":5}',
        b't{"$buffer":"*"}',
        b't{"$buffer":5}',
        b't{"$view":["WeakMap",""]}',
        b't{"$view":[[],""]}',
        b't{"$view":["Float64Array","aGk="]}',
        b't{"$error":5}',
        b't{"$error":{}}',
        b't{"$error":{"name":1,"message":"m"}}',
        b't{"$object":[[1,2]]}',
        b't{"$fn":1}',
        b"j" + b"9" * 1000,
        b"j" + b"9" * 10_000,
    ],
)
def test_hostile_text_is_refused(text: bytes) -> None:
    with pytest.raises(BadEncoding):
        decode(Encoded(text))


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    for prefix in (b"", b"j", b"t", b"r"):
        try:
            decode(Encoded(prefix + data))
        except BadEncoding:
            continue


def test_dates_beyond_what_python_knows_are_invalid() -> None:
    assert decode(Encoded(b't{"$date":8640000000000000}')) is INVALID_DATE


def test_a_hook_gives_references_both_ways() -> None:
    class Function:
        pass

    encoded = encode([Function()], hook=lambda value: {"$fn": 7} if isinstance(value, Function) else None)
    assert encoded == Encoded(b't[{"$fn":7}]')
    assert decode(encoded, hook=lambda tag, content: (tag, content)) == [("$fn", 7)]
