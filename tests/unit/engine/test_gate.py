"""The gate: completions in the order of their commits."""

from __future__ import annotations

import asyncio

from playground.engine.gate import QUIET_TURNS, Gate


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_the_lowest_seq_goes_first_and_the_next_when_all_is_quiet() -> None:
    gate = Gate([])
    order: list[int] = []

    async def pass_by(seq: int) -> None:
        await gate.enter(seq)
        order.append(seq)

    tasks = [asyncio.create_task(pass_by(seq)) for seq in (9, 3, 5)]
    await turns(QUIET_TURNS // 2)
    assert order == []
    await asyncio.gather(*tasks)
    assert order == [3, 5, 9]
    assert gate.open


async def test_an_unasked_one_holds_up_later_ones_while_the_runner_is_busy() -> None:
    gate = Gate([2, 4])
    gate.hold()
    later = gate.enter(4)
    await turns(5 * QUIET_TURNS)
    assert not later.done()
    earlier = gate.enter(2)
    await turns(2 * QUIET_TURNS)
    assert earlier.done()
    await turns(2 * QUIET_TURNS)
    assert later.done()
    gate.release()


async def test_an_unasked_one_is_passed_over_once_the_runner_is_idle() -> None:
    gate = Gate([2, 4])
    gate.hold()
    later = gate.enter(4)
    await turns(5 * QUIET_TURNS)
    gate.release()
    await turns(2 * QUIET_TURNS)
    assert later.done()
    assert gate.open
    late = gate.enter(2)
    await turns(2 * QUIET_TURNS)
    assert late.done()


async def test_one_that_nobody_waits_for_any_more_is_left_out() -> None:
    gate = Gate([])
    first, second = gate.enter(1), gate.enter(2)
    first.cancel()
    await turns(2 * QUIET_TURNS)
    assert second.done()


async def test_a_closed_gate_delivers_nothing() -> None:
    gate = Gate([])
    turn = gate.enter(1)
    gate.close()
    await turns(3 * QUIET_TURNS)
    assert not turn.done()


async def test_a_gate_without_history_is_held_by_whoever_held_the_first() -> None:
    first = Gate([1])
    first.hold()
    gate = first.without_history()
    assert gate.open
    settled = gate.settled()
    gate.hold()
    gate.release()
    await turns(3 * QUIET_TURNS)
    assert not settled.done()
    gate.release()
    await turns(2 * QUIET_TURNS)
    assert settled.done()
