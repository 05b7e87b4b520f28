"""Rewriting WebAssembly: numbers, segments, globals; checked by running the result."""

from __future__ import annotations

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from playground.isolates.process.binary import (
    PAGE,
    BadBinary,
    Binary,
    Reader,
    runs,
    signed,
    unsigned,
)

MODULE = """
(module
  (memory (export "memory") 1)
  (global $sp (export "__stack_pointer") (mut i32) (i32.const 1000))
  (global $fixed i32 (i32.const 7))
  (data (i32.const 16) "old")
  (func (export "stack") (result i32) global.get $sp)
  (func (export "fixed") (result i32) global.get $fixed)
  (func (export "byte") (param i32) (result i32) local.get 0 i32.load8_u))
"""


def binary(text: str = MODULE) -> Binary:
    return Binary(bytes(wasmtime.wat2wasm(text)))


def call(rewritten: Binary, name: str, *arguments: int) -> int:
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    instance = wasmtime.Instance(store, wasmtime.Module(engine, rewritten.encoded()), [])
    function = instance.exports(store)[name]
    assert isinstance(function, wasmtime.Func)
    return int(function(store, *arguments))


@given(st.integers(0, 2**32 - 1))
def test_unsigned_numbers_are_read_as_they_were_written(number: int) -> None:
    assert Reader(unsigned(number)).number() == number


@pytest.mark.parametrize(
    ("number", "encoded"), [(0, b"\x00"), (63, b"\x3f"), (64, b"\xc0\x00"), (-1, b"\x7f"), (-65, b"\xbf\x7f")]
)
def test_signed_numbers_are_as_the_format_says(number: int, encoded: bytes) -> None:
    assert signed(number) == encoded


@given(st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=100)), max_size=20))
def test_runs_hold_all_that_is_not_zero(writes: list[tuple[int, bytes]]) -> None:
    image = bytearray(4096)
    for offset, data in writes:
        image[offset : offset + len(data)] = data
    rebuilt = bytearray(4096)
    for offset, chunk in runs(bytes(image)):
        rebuilt[offset : offset + len(chunk)] = chunk
    assert rebuilt == image


def test_memory_starts_as_the_image() -> None:
    image = bytearray(3 * PAGE)
    image[5], image[2 * PAGE + 9] = 50, 90
    rewritten = binary()
    rewritten.set_memory(bytes(image))
    assert [call(rewritten, "byte", at) for at in (5, 2 * PAGE + 9, 16, 3 * PAGE - 1)] == [50, 90, 0, 0]
    with pytest.raises(wasmtime.Trap):
        call(rewritten, "byte", 3 * PAGE)


def test_the_stack_pointer_starts_where_it_stood_and_other_globals_stay() -> None:
    rewritten = binary()
    rewritten.set_global("__stack_pointer", 123_456)
    assert call(rewritten, "stack") == 123_456
    assert call(rewritten, "fixed") == 7


def test_only_the_exports_that_are_kept_are_there() -> None:
    rewritten = binary()
    rewritten.keep_exports({"memory", "fixed"})
    module = wasmtime.Module(wasmtime.Engine(), rewritten.encoded())
    assert [export.name for export in module.exports] == ["memory", "fixed"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(module (func $f) (start $f))", "start"),
        ('(module (import "env" "f" (func)))', "asks the host for functions"),
    ],
)
def test_modules_of_another_shape_are_refused(text: str, why: str) -> None:
    with pytest.raises(BadBinary, match=why):
        binary(text)


def test_a_second_mutable_global_is_refused() -> None:
    text = MODULE.replace("(global $fixed i32", "(global $fixed (mut i32)")
    with pytest.raises(BadBinary, match="second mutable"):
        binary(text).set_global("__stack_pointer", 1)


@pytest.mark.parametrize("cut", [0, 3, 9, 12, 40])
def test_half_a_file_is_refused(cut: int) -> None:
    whole = bytes(wasmtime.wat2wasm(MODULE))
    with pytest.raises((BadBinary, KeyError)):
        Binary(whole[:cut])
