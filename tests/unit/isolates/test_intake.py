"""What isolates say is taken in little by little, in order, and in turns."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from playground.core.clock import ManualClock
from playground.isolates.intake import (
    AHEAD,
    AT_ONCE,
    CHUNK,
    CHUNK_BYTES,
    MOST_WAITING,
    REST_S,
    SHORT,
    Inlet,
    Intake,
)
from playground.isolates.meter import Meter
from playground.isolates.outlet import Outlet
from playground.isolates.settings import PoolSettings
from playground.isolates.wire import Dead, Failed, Loaded, Out, Said, ToWorker, Turn


class Session:
    """Hears, and counts each message as a call where it has a meter."""

    def __init__(self, heard: list[Any], name: str = "", meter: Meter | None = None) -> None:
        self.heard = heard
        self.name = name
        self.meter = meter

    def said(self, messages: str) -> None:
        for message in json.loads(messages):
            self.heard.append((self.name, message["id"]))
            if self.meter is not None:
                self.meter.called()
                self.meter.work += 1

    def received(self, message: Loaded | Failed | Out | Dead) -> None:
        if isinstance(message, Dead):
            self.heard.append((self.name, "dead"))
            return
        self.said(message.messages)
        if isinstance(message, Out):
            self.heard.append((self.name, f"end {message.turn}"))

    def lost(self, reason: str) -> None:
        self.heard.append((self.name, reason))


class Rig:
    def __init__(self, **settings: int) -> None:
        self.clock = ManualClock()
        self.settings = PoolSettings(**settings)  # type: ignore[arg-type]
        self.intake = Intake(rest_s=0)
        self.heard: list[Any] = []

    def inlet(self, name: str = "", *, working: bool = True) -> Inlet:
        meter = Meter(name, self.settings, self.clock)
        session = Session(self.heard, name, meter if working else None)
        return Inlet(session, self.intake, meter, self.clock)

    async def settle(self) -> None:
        for _ in range(500):
            await asyncio.sleep(0)


def out(turn: int, *ids: int, filler: str = "") -> Out:
    return Out(1, turn, json.dumps([{"id": number, "filler": filler} for number in ids]), 1, 1)


def long(turn: int, count: int) -> Out:
    found = out(turn, *range(count), filler="x" * 100)
    assert len(found.messages) > SHORT
    return found


async def test_a_short_answer_is_heard_at_once() -> None:
    rig = Rig()
    rig.inlet().received(out(1, 5, 6))
    assert rig.heard == [("", 5), ("", 6), ("", "end 1")]


async def test_a_long_one_is_heard_in_chunks_with_its_end_last() -> None:
    rig = Rig()
    rig.inlet().received(long(1, 3 * CHUNK))
    assert rig.heard == []
    await asyncio.sleep(0)
    assert rig.heard == [("", number) for number in range(CHUNK)]
    await rig.settle()
    assert rig.heard == [*(("", number) for number in range(3 * CHUNK)), ("", "end 1")]


async def test_few_large_messages_are_as_good_as_many_small_ones() -> None:
    rig = Rig()
    rig.inlet().received(out(1, *range(6), filler="x" * (CHUNK_BYTES // 3)))
    await asyncio.sleep(0)
    assert rig.heard == [("", 0), ("", 1)]
    await rig.settle()
    assert rig.heard[-2:] == [("", 5), ("", "end 1")]


async def test_what_comes_in_parts_is_heard_in_order_and_in_chunks() -> None:
    rig = Rig()
    inlet = rig.inlet()
    inlet.received(Said(1, json.dumps([{"id": 1}, {"id": 2}])))
    inlet.received(Said(1, long(1, 3 * CHUNK).messages))
    inlet.received(Out(1, 4, "[]", 1, 1))
    assert rig.heard == []
    await rig.settle()
    assert [item for _, item in rig.heard] == [1, 2, *range(3 * CHUNK), "end 4"]


async def test_what_comes_later_waits_for_what_came_before() -> None:
    rig = Rig()
    inlet = rig.inlet()
    inlet.received(long(1, 100))
    inlet.received(out(2, 1000))
    inlet.received(Dead(1, 3, "TRAP", ""))
    await rig.settle()
    assert [item for _, item in rig.heard] == [*range(100), "end 1", 1000, "end 2", "dead"]


async def test_isolates_that_say_much_take_turns_and_others_are_heard_at_once() -> None:
    rig = Rig()
    a, b, c = rig.inlet("a"), rig.inlet("b"), rig.inlet("c")
    a.received(long(1, 10 * CHUNK))
    b.received(long(1, 10 * CHUNK))
    await asyncio.sleep(0)
    c.received(out(1, 7))
    await asyncio.sleep(0)
    assert [name for name, _ in rig.heard] == ["a"] * CHUNK + ["c", "c"] + ["b"] * CHUNK
    await rig.settle()
    assert len(rig.heard) == 20 * CHUNK + 4


async def test_of_many_short_answers_few_are_heard_at_once_and_first_of_those_that_say_little() -> None:
    rig = Rig()
    crowd = [rig.inlet(f"crowd {number}") for number in range(3 * AT_ONCE)]
    quiet = rig.inlet("quiet")
    quiet.received(out(1, 1))
    for inlet in crowd:
        inlet.received(out(1, 1))
    assert len(rig.heard) == 2 * AT_ONCE, "a message and the end of its turn, of each"
    await rig.settle()
    for turn in range(2, 5):
        for inlet in crowd:
            inlet.received(out(turn, turn))
    quiet.received(out(2, 7))
    assert ("quiet", 7) not in rig.heard
    await asyncio.sleep(0)
    assert ("quiet", 7) in rig.heard
    assert rig.heard[-1] != ("crowd 0", "end 4"), "others wait still"
    await rig.settle()
    for number in range(3 * AT_ONCE):
        heard = [item for name, item in rig.heard if name == f"crowd {number}"]
        assert heard == [1, "end 1", 2, "end 2", 3, "end 3", 4, "end 4"]


async def test_calls_beyond_the_rate_wait() -> None:
    rig = Rig(calls_per_second=100)
    inlet = rig.inlet("a")
    inlet.received(long(1, 200))
    await rig.settle()
    first = len(rig.heard)
    assert 100 < first <= 100 + CHUNK
    await rig.settle()
    assert len(rig.heard) == first
    inlet.received(out(2, 1000))
    assert len(rig.heard) == first, "a short one of the same tenant waits too"
    other = rig.inlet("b")
    other.received(out(1, 5))
    assert rig.heard[-1] == ("b", "end 1")
    for _ in range(40):
        await rig.clock.advance(50)
        await rig.settle()
    assert [item for name, item in rig.heard if name == "a"] == [*range(200), "end 1", 1000, "end 2"]


async def test_a_closed_inlet_hears_nothing_more() -> None:
    rig = Rig(calls_per_second=10)
    inlet = rig.inlet()
    inlet.received(long(1, 200))
    await rig.settle()
    before = len(rig.heard)
    inlet.close()
    inlet.received(long(2, 200))
    await rig.clock.advance(60_000)
    await rig.settle()
    assert len(rig.heard) == before


async def test_one_may_be_closed_by_what_it_hears() -> None:
    rig = Rig()
    inlet = rig.inlet()
    other = rig.inlet("other")

    class Closing(Session):
        def said(self, messages: str) -> None:
            super().said(messages)
            inlet.close()

    inlet._hearer = Closing(rig.heard)
    inlet.received(long(1, 200))
    other.received(long(1, 200))
    await rig.settle()
    assert len([item for name, item in rig.heard if not name]) == CHUNK
    assert rig.heard[-1] == ("other", "end 1")


@pytest.mark.parametrize("text", ["{" * 10_000, "[1," * 10_000, '["\\ud800"' + " " * 10_000])
async def test_what_is_no_json_is_for_the_session_to_judge(text: str) -> None:
    rig = Rig()
    heard: list[object] = []

    class Judge(Session):
        def said(self, messages: str) -> None:
            heard.append(messages)

    meter = Meter("", rig.settings, rig.clock)
    Inlet(Judge([]), rig.intake, meter, rig.clock).received(Out(1, 1, text, 1, 1))
    await rig.settle()
    assert heard[0] == text


async def test_half_a_character_passes() -> None:
    rig = Rig()
    text = '[{"id": "\\ud800", "filler": "' + "x" * SHORT + '"}]'
    rig.inlet().received(Out(1, 1, text, 1, 1))
    await rig.settle()
    assert rig.heard == [("", "\ud800"), ("", "end 1")]


# -- the way back


class Link:
    def __init__(self) -> None:
        self.sent: list[ToWorker] = []

    def send(self, message: ToWorker) -> None:
        self.sent.append(message)


async def test_turns_of_a_tenant_that_used_too_much_are_sent_later_in_order() -> None:
    clock, link = ManualClock(), Link()
    meter = Meter("a", PoolSettings(tenant_cpu_ms=60_000), clock)
    outlet = Outlet(link, meter, lambda: False, clock)
    outlet.send(Turn(1, 1, ""))
    meter.used_cpu(62_000_000)
    for number in (2, 3, 4):
        outlet.send(Turn(1, number, ""))
    await asyncio.sleep(0)
    await clock.advance(1999)
    assert link.sent == [Turn(1, 1, "")]
    await clock.advance(1)
    assert link.sent == [Turn(1, number, "") for number in (1, 2, 3, 4)]
    outlet.send(Turn(1, 5, ""))
    assert link.sent[-1] == Turn(1, 5, "")


async def test_a_closed_outlet_sends_nothing_more() -> None:
    clock, link = ManualClock(), Link()
    meter = Meter("a", PoolSettings(tenant_cpu_ms=60_000), clock)
    outlet = Outlet(link, meter, lambda: False, clock)
    meter.used_cpu(62_000_000)
    outlet.send(Turn(1, 1, ""))
    await asyncio.sleep(0)
    outlet.close()
    await clock.advance(60_000)
    assert link.sent == []


async def test_an_isolate_is_told_nothing_new_until_it_was_heard() -> None:
    rig = Rig(calls_per_second=1000)
    link = Link()
    meter = Meter("a", rig.settings, rig.clock)
    inlet = Inlet(Session(rig.heard, "a", meter), rig.intake, meter, rig.clock)
    outlet = Outlet(link, meter, lambda: inlet.is_full, rig.clock)
    inlet.received(out(1, *range(2500), filler="x" * (MOST_WAITING // 1000)))
    outlet.send(Turn(1, 2, ""))
    await rig.settle()
    assert link.sent == []
    for _ in range(300):
        await rig.clock.advance(10)
        await rig.settle()
    assert link.sent == [Turn(1, 2, "")]


def beside_another(*, working: bool = True) -> tuple[Rig, Inlet]:
    """An inlet in an intake that another tenant uses too; both have said something."""
    rig = Rig()
    rig.intake = Intake()
    noisy = rig.inlet("noisy", working=working)
    noisy.received(out(1, 1))
    rig.inlet("quiet").received(out(1, 1))
    return rig, noisy


async def test_who_says_much_rests_after_each_chunk_while_others_are_about() -> None:
    rig = Rig()
    rig.intake = Intake()
    loop = asyncio.get_running_loop()
    noisy, quiet = rig.inlet("noisy"), rig.inlet("quiet")
    chunks = AHEAD + 5
    noisy.received(out(1, 1))
    noisy.received(long(2, chunks * CHUNK))
    await rig.settle()
    assert len(rig.heard) == 2 + chunks * CHUNK + 1, "nobody else is about"
    quiet.received(out(1, 1))
    rig.heard.clear()
    began = loop.time()
    noisy.received(long(3, chunks * CHUNK))
    while len(rig.heard) <= chunks * CHUNK:
        quiet.received(out(2))
        assert ("quiet", "end 2") in rig.heard, "it is heard at once, whatever waits"
        rig.heard.remove(("quiet", "end 2"))
        await asyncio.sleep(0)
    assert loop.time() - began >= 4 * REST_S * 0.9
    assert [item for _, item in rig.heard] == [*range(chunks * CHUNK), "end 3"]


async def test_who_causes_no_work_needs_no_rest() -> None:
    rig, noisy = beside_another(working=False)
    noisy.received(long(2, 3 * AHEAD * CHUNK))
    await rig.settle()
    assert rig.heard[-1] == ("noisy", "end 2")


async def test_what_was_said_alone_is_not_held_against_anybody() -> None:
    rig = Rig()
    rig.intake = Intake()
    noisy, quiet = rig.inlet("noisy"), rig.inlet("quiet")
    noisy.received(long(1, 20 * AHEAD * CHUNK))
    await rig.settle()
    await rig.settle()
    assert rig.heard[-1] == ("noisy", "end 1")
    quiet.received(out(1, 1))
    noisy.received(long(2, 3 * CHUNK))
    await rig.settle()
    assert rig.heard[-1] == ("noisy", "end 2")


async def test_what_is_said_now_and_then_waits_for_nothing() -> None:
    rig, noisy = beside_another()
    noisy.received(long(2, (AHEAD - 1) * CHUNK))
    await rig.settle()
    assert rig.heard[-1] == ("noisy", "end 2")


async def test_short_answers_that_wait_are_chunks_together() -> None:
    rig, noisy = beside_another()
    for turn in range(2, 2 + (AHEAD - 1) * CHUNK):
        noisy.received(out(turn))
    await rig.settle()
    assert rig.heard[-1] == ("noisy", f"end {1 + (AHEAD - 1) * CHUNK}")


async def test_an_inlet_that_is_closed_while_it_rests_hears_nothing_more() -> None:
    rig, noisy = beside_another()
    noisy.received(long(2, 2 * AHEAD * CHUNK))
    await rig.settle()
    noisy.close()
    heard = len(rig.heard)
    await asyncio.sleep(3 * REST_S)
    assert len(rig.heard) == heard < 2 * AHEAD * CHUNK
