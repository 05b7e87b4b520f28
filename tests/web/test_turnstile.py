"""Requests come in a few at a time; who asked for little goes first; nobody keeps others out for long."""

from __future__ import annotations

import asyncio

import pytest

from playground.web import turnstile
from playground.web.turnstile import HOLD_S, KNOWN_S, Turnstile


class Crowd:
    """Requests that stay inside until they are let go."""

    def __init__(self, turnstile: Turnstile) -> None:
        self.turnstile = turnstile
        self.inside: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._leave: dict[str, asyncio.Event] = {}

    async def come(self, *names: str) -> None:
        """The letter is the visitor, the rest of the name tells requests apart."""
        for name in names:
            self._leave[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._stay(name))
        await asyncio.sleep(0)

    async def leave(self, name: str) -> None:
        self._leave[name].set()
        await self.tasks[name]
        await asyncio.sleep(0)

    async def _stay(self, name: str) -> None:
        async with self.turnstile.turn(name[0]):
            self.inside.append(name)
            await self._leave[name].wait()


@pytest.fixture(autouse=True)
def _nobody_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "HOLD_S", 60.0)


async def test_so_many_come_in_at_once_and_the_next_when_one_leaves() -> None:
    crowd = Crowd(Turnstile(2))
    await crowd.come("a1", "b1", "c1", "d1")
    assert crowd.inside == ["a1", "b1"]
    assert crowd.turnstile.waiting == 2
    await crowd.leave("b1")
    assert crowd.inside == ["a1", "b1", "c1"]
    for name in ("a1", "c1", "d1"):
        await crowd.leave(name)
    assert crowd.turnstile.waiting == 0


async def test_strangers_come_one_by_one_and_with_pauses_while_others_are_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(turnstile, "_now", lambda: now[0])
    others = Turnstile()
    crowd = Crowd(Turnstile(2, others))
    used = []
    for _ in range(2):
        async with others.turn("known"):
            used.append(others.is_used)
        now[0] += KNOWN_S if len(used) == 1 else 0
    assert used == [False, True]
    await crowd.come("a1", "b1")
    assert crowd.inside == ["a1"]
    now[0] += 0.2
    await crowd.leave("a1")
    assert crowd.inside == ["a1"], "its place stays empty for a while"
    while len(crowd.inside) < 2:
        await asyncio.sleep(0.001)
    await crowd.leave("b1")
    assert crowd.turnstile.waiting == 0


async def test_strangers_who_are_alone_need_not_give_way() -> None:
    crowd = Crowd(Turnstile(2, Turnstile()))
    await crowd.come("a1", "b1", "c1")
    assert crowd.inside == ["a1", "b1"]
    await crowd.leave("a1")
    assert crowd.inside == ["a1", "b1", "c1"]
    for name in ("b1", "c1"):
        await crowd.leave(name)


async def test_who_asked_for_little_goes_before_a_crowd_of_one_visitor() -> None:
    crowd = Crowd(Turnstile(1))
    await crowd.come(*(f"a{number}" for number in range(20)), "b1")
    await crowd.leave("a0")
    assert crowd.inside == ["a0", "b1"]
    await crowd.leave("b1")
    for number in range(1, 20):
        await crowd.leave(f"a{number}")
    assert crowd.inside[2:] == [f"a{number}" for number in range(1, 20)]


async def test_one_that_takes_long_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(Turnstile(1))
    with monkeypatch.context() as patched:
        patched.setattr(turnstile, "HOLD_S", HOLD_S)
        await crowd.come("a1", "b1")
        async with asyncio.timeout(1000 * HOLD_S):
            while crowd.inside != ["a1", "b1"]:
                await asyncio.sleep(HOLD_S / 4)
    await crowd.leave("a1")
    await crowd.leave("b1")
    await crowd.come("c1", "d1")
    assert crowd.inside[2:] == ["c1"], "the turn that had ended by itself is not given back twice"
    await crowd.leave("c1")
    await crowd.leave("d1")


async def test_one_that_goes_away_while_it_waits_takes_no_place() -> None:
    crowd = Crowd(Turnstile(1))
    await crowd.come("a1", "b1", "c1")
    crowd.tasks["b1"].cancel()
    await crowd.leave("a1")
    assert crowd.inside == ["a1", "c1"]
    await crowd.leave("c1")


async def test_one_that_goes_away_in_the_moment_of_its_turn_gives_it_back() -> None:
    crowd = Crowd(Turnstile(1))
    first = crowd.turnstile.turn("a")
    await first.__aenter__()
    await crowd.come("b1", "c1")
    await first.__aexit__(None, None, None)
    crowd.tasks["b1"].cancel()
    with pytest.raises(asyncio.CancelledError):
        await crowd.tasks["b1"]
    await asyncio.sleep(0)
    assert crowd.inside == ["c1"]
    await crowd.leave("c1")
