"""Rewriting WebAssembly: numbers, segments, globals, functions; checked by running the result."""

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
    Signature,
    runs,
    signed,
    unsigned,
)

MODULE = """
(module
  (import "env" "one" (func $one (result i32)))
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
    linker = wasmtime.Linker(engine)
    linker.define_func("env", "one", wasmtime.FuncType([], [wasmtime.ValType.i32()]), lambda: 1)
    store = wasmtime.Store(engine)
    instance = linker.instantiate(store, wasmtime.Module(engine, rewritten.encoded()))
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


def test_a_function_can_be_added_that_calls_others() -> None:
    rewritten = binary()
    index = rewritten.exported_functions()["fixed"]
    body = b"\x00\x20\x00\x10" + unsigned(index) + b"\x6a\x0b"  # parameter + fixed()
    rewritten.add_function("plus", Signature(1, 1), body)
    assert call(rewritten, "plus", 35) == 42


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('(module (import "env" "f" (func)) (func $f) (start $f))', "start"),
        ('(module (import "env" "m" (memory 1)))', "import functions alone"),
    ],
)
def test_modules_of_another_shape_are_refused(text: str, why: str) -> None:
    with pytest.raises(BadBinary, match=why):
        binary(text)


def test_a_second_mutable_global_is_refused() -> None:
    text = MODULE.replace("(global $fixed i32", "(global $fixed (mut i32)")
    with pytest.raises(BadBinary, match="second mutable"):
        binary(text).set_global("__stack_pointer", 1)


@pytest.mark.parametrize("cut", [0, 3, 8, 9, 12, 40])
def test_half_a_file_is_refused(cut: int) -> None:
    whole = bytes(wasmtime.wat2wasm(MODULE))
    with pytest.raises((BadBinary, KeyError)):
        Binary(whole[:cut])
