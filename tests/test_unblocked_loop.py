"""The guard against a blocked event loop fails what it should and nothing else."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests import conftest


@pytest.fixture
def offences() -> list[str]:
    return conftest._offences


async def test_a_sleep_of_the_thread_on_the_loop_raises_and_is_kept(offences: list[str]) -> None:
    with pytest.raises(conftest.BlockingCallError, match=r"time\.sleep"):
        time.sleep(0)  # noqa: ASYNC251 - the offence itself
    assert len(offences) == 1
    offences.clear()


async def test_a_sleep_of_another_thread_is_nobody_s_business(offences: list[str]) -> None:
    await asyncio.to_thread(time.sleep, 0)
    assert offences == []


async def test_a_callback_that_computes_for_too_long_is_kept(
    offences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "LONGEST_CALLBACK_S", 0.001)

    def compute() -> None:
        end = time.thread_time() + 0.01
        while time.thread_time() < end:
            pass

    asyncio.get_running_loop().call_soon(compute)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert any("compute" in offence for offence in offences)
    offences.clear()


async def test_an_ordinary_callback_is_no_offence(offences: list[str]) -> None:
    for _ in range(100):
        await asyncio.sleep(0)
    assert offences == []
