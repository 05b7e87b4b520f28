"""What a guest leaves for the host is hostile: addresses, sizes, wishes. And calls run in slices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.isolates.process.config import new_engine
from playground.isolates.process.instance import Died, Instance
from playground.isolates.process.ticker import Ticker

PAGE = 65536
EXCHANGE = 1024
OUT, RANDOM, SIZE = EXCHANGE + 16, EXCHANGE + 24, EXCHANGE + 28
TEXT = """
(module
  (memory (export "memory") 2)
  (func (export "set_out") (param i32) (result i32) (i32.store (i32.const 1040) (local.get 0)) (i32.const 0))
  (func (export "set_size") (param i32) (result i32) (i32.store (i32.const 1044) (local.get 0)) (i32.const 0))
  (func (export "set_into") (param i32) (result i32) (i32.store (i32.const 1032) (local.get 0)) (i32.const 0))
  (func (export "aim") (param i32) (result i32) (i32.store (i32.const 1048) (local.get 0)) (i32.const 0))
  (func (export "want") (param i32) (result i32)
    (i32.store (i32.const 1052) (local.get 0))
    (loop (br_if 0 (i32.load (i32.const 1052))))
    (i32.load (i32.const 4096)))
  (func (export "time") (param i32) (result i32)
    (i32.trunc_sat_f64_u (f64.div (f64.load (i32.const 1024)) (f64.const 1000))))
  (func (export "spin") (param i32) (result i32) (loop (br 0)) (i32.const 0))
  (func $deep (export "deep") (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
  (func (export "stop") (param i32) (result i32) (unreachable))
  (func (export "grow") (param i32) (result i32) (drop (memory.grow (i32.const 60))) (unreachable)))
"""
ENGINE = new_engine()
MADE = wasmtime.Linker(ENGINE).instantiate_pre(wasmtime.Module(ENGINE, bytes(wasmtime.wat2wasm(TEXT))))
TICKER = Ticker(ENGINE)
TICKER.start()
ANY = st.integers(-(2**31), 2**31 - 1)


@pytest.fixture(autouse=True)
def ticking() -> Iterator[None]:
    TICKER.resume()
    yield
    TICKER.pause()


def make() -> Instance:
    return Instance(ENGINE, MADE, 64 * PAGE, EXCHANGE)


@pytest.mark.parametrize(
    ("address", "size"),
    [(-1, 1), (2 * PAGE, 1), (2 * PAGE - 1, 2), (0, -1), (-1, -1), (2**31, 2**31), (2 * PAGE + 1, 1)],
)
def test_reads_beyond_the_memory_end_the_isolate(address: int, size: int) -> None:
    with pytest.raises(Died) as caught:
        make().read(address, size)
    assert caught.value.code == "TRAP"


@settings(max_examples=200, deadline=None)
@given(ANY, ANY)
def test_what_was_said_lies_within_the_memory_or_ends_the_isolate(address: int, size: int) -> None:
    instance = make()
    instance.run("set_out", address)
    instance.run("set_size", size)
    try:
        said = instance.said(1 << 24)
    except Died:
        assert (size & 0xFFFFFFFF) > 1 << 24 or (address & 0xFFFFFFFF) + (size & 0xFFFFFFFF) > 2 * PAGE
    else:
        assert len(said) == size


@pytest.mark.parametrize("address", [-1, -4, 2 * PAGE - 3, 2**31 - 1])
def test_a_message_is_not_put_beyond_the_memory(address: int) -> None:
    instance = make()
    instance.run("set_into", address)
    with pytest.raises(Died):
        instance.put(b"1234")


def test_a_guest_waits_for_randomness_and_gets_it() -> None:
    instance = make()
    instance.run("aim", 4096)
    first, second = instance.run("want", 64), instance.run("want", 64)
    assert 0 != first != second != 0
    assert instance.read(4096 + 64, 64) == bytes(64)


@pytest.mark.parametrize(("address", "size"), [(2 * PAGE - 8, 64), (-64, 64), (0, -1), (0, 1 << 17)])
def test_randomness_goes_nowhere_else(address: int, size: int) -> None:
    instance = make()
    instance.run("aim", address)
    with pytest.raises(Died) as caught:
        instance.run("want", size)
    assert caught.value.code == "TRAP"


def test_the_pool_is_filled_with_what_differs_each_time() -> None:
    one, other = make(), make()
    one.fill_pool()
    other.fill_pool()
    assert one.read(EXCHANGE + 40, 4) == (1024).to_bytes(4, "little")
    assert one.read(EXCHANGE + 44, 1024) != other.read(EXCHANGE + 44, 1024)


def test_time_is_real() -> None:
    assert make().run("time") > 1_700_000_000


@pytest.mark.parametrize(
    ("name", "code"), [("deep", "MEMORY_LIMIT"), ("stop", "TRAP"), ("grow", "MEMORY_LIMIT")]
)
def test_traps_have_their_codes(name: str, code: str) -> None:
    with pytest.raises(Died) as caught:
        make().run(name)
    assert caught.value.code == code


def test_a_long_call_gives_way_and_others_run_meanwhile() -> None:
    long, short = make(), make()
    long.begin("spin")
    for _ in range(3):
        assert not long.slice()
        assert short.run("time") > 0
    long.close()
    assert short.run("time") > 0
    short.close()


def test_a_suspended_call_can_be_thrown_away() -> None:
    for _ in range(50):
        instance = make()
        instance.begin("spin")
        assert not instance.slice()
        instance.close()
