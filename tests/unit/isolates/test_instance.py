"""Pointers that come out of the guest are hostile."""

from __future__ import annotations

import time

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.isolates.process.config import new_engine
from playground.isolates.process.fence import Fence
from playground.isolates.process.imports import Imports
from playground.isolates.process.instance import Died, Instance

PAGE = 65536
TEXT = """
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "env" "host_module_load" (func $load (param i32 i32 i32) (result i32)))
  (import "env" "host_module_normalize" (func $normalize (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "random") (param i32 i32) (result i32) (call $random (local.get 0) (local.get 1)))
  (func (export "time") (param i32 i32) (result i32) (call $time (local.get 0) (i64.const 0) (local.get 1)))
  (func (export "sizes") (param i32 i32) (result i32) (call $sizes (local.get 0) (local.get 1)))
  (func (export "write") (param i32 i32) (result i32)
    (call $write (i32.const 1) (local.get 0) (local.get 1) (i32.const 8)))
  (func (export "load") (param i32 i32) (result i32) (call $load (local.get 0) (local.get 1) (i32.const 8)))
  (func (export "normalize") (param i32 i32) (result i32)
    (call $normalize (i32.const 0) (i32.const 0) (local.get 0) (local.get 1) (local.get 0)))
  (func (export "qjs_alloc") (param i32) (result i32) (i32.const -8))
  (func (export "spin") (loop (br 0)))
  (func $deep (export "deep") (call $deep))
  (func (export "stop") (unreachable))
  (func (export "grow") (drop (memory.grow (i32.const 60))) (unreachable)))
"""
ENGINE = new_engine()
IMPORTS = Imports(ENGINE)
MODULE = wasmtime.Module(ENGINE, bytes(wasmtime.wat2wasm(TEXT)))
ANY = st.integers(-(2**31), 2**31 - 1)


def make() -> Instance:
    instance = Instance(IMPORTS, MODULE, 64 * PAGE)
    instance.module = lambda _: "source"
    instance.resolve = lambda _importer, _specifier: "name"
    return instance


INSTANCE = make()


@pytest.mark.parametrize(
    ("pointer", "length"),
    [(-1, 1), (2 * PAGE, 1), (2 * PAGE - 1, 2), (0, -1), (-1, -1), (2**31, 2**31), (2 * PAGE + 1, 0)],
)
def test_reads_beyond_the_memory_end_the_isolate(pointer: int, length: int) -> None:
    with pytest.raises(Died) as caught:
        INSTANCE.read(pointer, length)
    assert caught.value.code == "TRAP"


def test_writes_beyond_the_memory_do_not_happen() -> None:
    assert INSTANCE.write(2 * PAGE - 4, b"1234")
    assert not INSTANCE.write(2 * PAGE - 3, b"1234")
    assert not INSTANCE.write(-4, b"1234")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["random", "time", "sizes", "write", "load", "normalize"]), ANY, ANY)
def test_no_pointer_makes_an_import_raise(name: str, first: int, second: int) -> None:
    assert isinstance(INSTANCE.call(name, first, second), int)
    assert INSTANCE.read(0, 16) is not None


def test_randomness_and_time_are_real() -> None:
    assert INSTANCE.call("random", 32, 16) == 0
    first = INSTANCE.read(32, 16)
    INSTANCE.call("random", 32, 16)
    assert INSTANCE.read(32, 16) != first
    assert INSTANCE.call("time", 0, 64) == 0
    assert INSTANCE.read(64, 8) != bytes(8)


def test_files_are_not_supported() -> None:
    assert INSTANCE.call("write", 0, 1) == 58


def test_an_allocation_that_lies_about_its_place_is_an_end() -> None:
    with pytest.raises(Died):
        make().allocate(b"0123456789")


@pytest.mark.parametrize(
    ("name", "code"), [("deep", "MEMORY_LIMIT"), ("stop", "TRAP"), ("grow", "MEMORY_LIMIT")]
)
def test_traps_have_their_codes(name: str, code: str) -> None:
    with pytest.raises(Died) as caught:
        make().call(name)
    assert caught.value.code == code


def test_the_fence_ends_a_turn_by_its_cpu_time() -> None:
    fence = Fence(ENGINE)
    instance = make()
    began = time.thread_time()
    fence.begin(instance.store, 50)
    with pytest.raises(Died) as caught:
        instance.call("spin")
    used = fence.end()
    assert caught.value.code == "CPU_LIMIT"
    assert fence.expired
    assert 0.045 < time.thread_time() - began < 0.15
    assert used >= 50_000


def test_a_turn_within_its_time_is_left_alone() -> None:
    fence = Fence(ENGINE)
    instance = make()
    for _ in range(20):
        fence.begin(instance.store, 1000)
        instance.call("random", 0, 16)
        assert fence.end() < 1_000_000
        assert not fence.expired


def test_time_between_turns_does_not_count() -> None:
    fence = Fence(ENGINE)
    instance = make()
    fence.begin(instance.store, 30)
    fence.end()
    end = time.thread_time() + 0.06
    while time.thread_time() < end:
        pass
    fence.begin(instance.store, 30)
    instance.call("random", 0, 16)
    fence.end()
    assert not fence.expired
