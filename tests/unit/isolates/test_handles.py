"""What the host holds of an isolate: released when it is let go, wherever and whenever that is."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

import pytest

from playground.core.errors import TenantError
from playground.isolates import handles
from playground.isolates.handles import Handles


@dataclass(eq=False)
class Proxy:
    rpc_number: int


class Rig:
    def __init__(self) -> None:
        self.released: list[list[int]] = []
        self.handles = Handles(self.released.append)

    def hold(self, number: int, *, lent: bool = False) -> Proxy:
        proxy = Proxy(number)
        self.handles.hold(proxy, lent=lent)
        return proxy


@pytest.fixture
async def rig() -> Rig:
    return Rig()


async def test_what_goes_at_the_same_time_goes_in_one_message(rig: Rig) -> None:
    held = [rig.hold(number) for number in (1, 2, 3)]
    kept = held.pop()
    held.clear()
    assert rig.released == []
    await asyncio.sleep(0)
    assert [sorted(numbers) for numbers in rig.released] == [[1, 2]]
    assert len(rig.handles) == 1
    assert kept.rpc_number == 3


async def test_what_an_ask_lent_and_nobody_kept_costs_no_message(rig: Rig) -> None:
    kept = rig.hold(1, lent=True)
    gone = rig.hold(2, lent=True)
    del gone
    assert rig.handles.settle([1, 2], keep=True) == [1]
    await asyncio.sleep(0)
    assert rig.released == []
    del kept
    await asyncio.sleep(0)
    assert rig.released == [[1]]


async def test_a_step_keeps_nothing(rig: Rig) -> None:
    held = rig.hold(1, lent=True)
    assert rig.handles.settle([1], keep=False) == []
    assert len(rig.handles) == 0
    del held
    await asyncio.sleep(0)
    assert rig.released == []


async def test_what_is_disposed_of_is_released_once(rig: Rig) -> None:
    held = rig.hold(1)
    rig.handles.dispose(1)
    rig.handles.dispose(1)
    del held
    await asyncio.sleep(0)
    assert rig.released == [[1]]


async def test_another_thread_may_let_go(rig: Rig) -> None:
    held = [rig.hold(1)]
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    while not rig.released:
        await asyncio.sleep(0.001)
    assert rig.released == [[1]]


async def test_after_the_end_nothing_is_said(rig: Rig) -> None:
    held = [rig.hold(1), rig.hold(2)]
    held.pop()
    rig.handles.close()
    held.clear()
    await asyncio.sleep(0)
    assert rig.released == []


async def test_there_is_an_end_to_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handles, "MOST", 2)
    held = [rig.hold(1), rig.hold(2)]
    with pytest.raises(TenantError, match="more than 2"):
        rig.hold(3)
    held.clear()
