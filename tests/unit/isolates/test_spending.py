"""A call that used too much CPU time ends, others go on; a tenant that did waits."""

from __future__ import annotations

import asyncio
from typing import cast

import msgspec
import pytest

from playground.core.clock import ManualClock
from playground.core.errors import LimitExceeded, TenantBusy
from playground.isolates.code import WorkerCode
from playground.isolates.intake import SHORT
from playground.isolates.link import WorkerLink
from playground.isolates.session import IsolateSession
from playground.isolates.settings import PoolSettings
from playground.isolates.traffic import Traffic
from playground.isolates.wire import Out
from tests.unit.isolates.fake_link import FakeGuest, FakeLink
from tests.unit.isolates.test_session import Echo, Rig, ask, settled

SETTINGS = PoolSettings(attempt_cpu_ms=3000, tenant_cpu_ms=6000, patience_ms=5000)


class Spender(Rig):
    """A session of the tenant "ada" whose turns use what a test says."""

    def __init__(self, traffic: Traffic | None = None) -> None:
        super().__init__()
        if traffic is None:
            self.clock = ManualClock()
        self.link = FakeLink()
        code = WorkerCode("index.js", {"index.js": ""}, env={"echo": Echo()}, tenant="ada")
        self.session = IsolateSession(cast(WorkerLink, self.link), code, self.clock, SETTINGS, traffic)
        self.guest = FakeGuest(self.link, self.session)
        self._ended = 0

    def ends(self, *messages: object, cpu_ms: int = 0) -> None:
        """End the oldest turn that was not ended."""
        turn = self.link.turns[self._ended]
        self._ended += 1
        text = msgspec.json.encode(messages).decode()
        self.session.received(Out(1, turn.turn, text, cpu_ms * 1000, 1 << 20))

    async def loaded(self) -> Spender:
        loading = asyncio.create_task(self.session.load())
        await asyncio.sleep(0)
        self.guest.loaded("default", "Flow")
        await loading
        return self


@pytest.fixture
async def rig() -> Spender:
    return await Spender().loaded()


def do(id: int, name: str) -> dict[str, object]:
    return ask(id, 1, 2, "do", f't["{name}",{{"$undefined":0}},{{"$fn":{id}}},{{"$undefined":0}}]')


async def test_a_request_is_ended_by_the_sum_of_its_turns(rig: Spender) -> None:
    task = await rig.fetch()
    for number in range(1, 4):
        rig.ends(ask(number, 1, 1, "say"), cpu_ms=1000)
        await settled()
        assert not task.done()
    rig.ends(ask(9, 1, 1, "say"), cpu_ms=1)
    with pytest.raises(LimitExceeded, match="used more than 3000 ms of CPU time in one call") as caught:
        await task
    assert caught.value.code == "CPU_LIMIT"
    assert rig.session.alive, "what else runs in the isolate goes on"
    await settled()
    assert rig.link.said[-1]["id"] == 3, "its last ask is not answered"


async def test_a_step_s_attempt_is_ended_and_its_run_goes_on(rig: Spender) -> None:
    run = await rig.run()
    rig.ends(do(1, "heavy"))
    await settled()
    invocation = rig.link.said[-1]
    assert invocation["t"] == "invoke"
    rig.ends({"t": "timer", "id": 5, "owner": invocation["id"], "ms": 10}, cpu_ms=3001)
    await settled()
    blamed = rig.step.outcomes["heavy"]
    assert isinstance(blamed, LimitExceeded)
    assert rig.step.lines == [("error", "used more than 3000 ms of CPU time in one call", "heavy")]
    assert rig.link.said[-1]["t"] == "answer", "the run is told that its step failed"
    before = len(rig.link.turns)
    await rig.clock.advance(1000)
    assert len(rig.link.turns) == before, "the attempt's timer does not go on with it"
    assert not run.done()
    rig.session.close()
    await asyncio.wait([run])


async def test_a_run_is_ended_with_all_that_is_under_way_in_it(rig: Spender) -> None:
    run = await rig.run()
    rig.ends(do(1, "slow"), {"t": "timer", "id": 5, "owner": 1, "ms": 10})
    await settled()
    rig.ends()
    other = await rig.fetch()
    rig.ends()
    await rig.clock.advance(10)
    await settled()
    assert rig.link.said[-1]["t"] == "timer"
    rig.ends(cpu_ms=3001)
    with pytest.raises(LimitExceeded):
        await run
    await settled()
    assert isinstance(rig.step.outcomes["slow"], LimitExceeded)
    assert not other.done()
    other.cancel()


async def test_what_a_result_cost_is_not_held_against_it(rig: Spender) -> None:
    task = await rig.fetch()
    rig.ends({"t": "result", "id": 1, "ok": "j1"}, cpu_ms=5000)
    assert (await task).data == b"j1"


async def test_a_request_waits_for_its_tenant_a_little_and_not_for_long(rig: Spender) -> None:
    first = await rig.fetch()
    rig.ends({"t": "result", "id": 1, "ok": "j1"}, cpu_ms=6300)
    await first
    second = await rig.fetch()
    await settled()
    sent = len(rig.link.turns)
    assert sent == 1
    await rig.clock.advance(3001)
    await settled()
    assert len(rig.link.turns) == 2
    rig.ends({"t": "result", "id": 2, "ok": "j2"}, cpu_ms=600)
    await second
    with pytest.raises(TenantBusy) as caught:
        await rig.session.call(None, "fetch", [])
    assert 5990 <= caught.value.wait_ms <= 6000


async def test_a_run_waits_for_its_tenant_as_long_as_it_takes(rig: Spender) -> None:
    first = await rig.fetch()
    rig.ends({"t": "result", "id": 1, "ok": "j1"}, cpu_ms=12_000)
    await first
    run = await rig.run()
    await settled()
    assert len(rig.link.turns) == 1
    await rig.clock.advance(60_000)
    assert len(rig.link.turns) == 1
    await rig.clock.advance(1)
    assert rig.link.said[-1]["t"] == "call"
    rig.ends({"t": "result", "id": 2, "ok": "j2"})
    assert (await run).data == b"j2"


async def test_all_isolates_of_a_tenant_wait_for_what_one_used() -> None:
    traffic = Traffic(SETTINGS, ManualClock())
    one, other = await Spender(traffic).loaded(), await Spender(traffic).loaded()
    task = await one.fetch()
    one.ends({"t": "result", "id": 1, "ok": "j1"}, cpu_ms=60_000)
    await task
    with pytest.raises(TenantBusy):
        await other.session.call(None, "fetch", [])


async def test_a_turn_that_says_very_much_is_ended_after_all_of_it_was_heard(rig: Spender) -> None:
    """As the link hands it on: through the session's inlet."""
    task = await rig.fetch()
    asks = [ask(number, 1, 1, "say", 'j["' + "x" * 50 + '"]') for number in range(1, 201)]
    text = msgspec.json.encode([*asks, {"t": "result", "id": 1, "ok": "j1"}]).decode()
    assert len(text) > SHORT
    rig.session._inlet.received(Out(1, rig.link.turns[0].turn, text, 1, 1))
    assert not task.done()
    await task
    for _ in range(50):
        await asyncio.sleep(0)
    answered = [message["id"] for message in rig.link.said if message["t"] == "answer"]
    assert answered == list(range(1, 201))
