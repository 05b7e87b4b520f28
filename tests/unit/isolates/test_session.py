"""One isolate seen from the server: who hears what, also when the guest lies or dies."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import MappingProxyType
from typing import Any, ClassVar, cast

import pytest

from playground.core.clock import ManualClock
from playground.core.codec import decode
from playground.core.encoder import NotAValue
from playground.core.errors import (
    IsolateLost,
    LimitExceeded,
    LoadError,
    NoSuchEntrypoint,
    PlaygroundError,
    RemoteError,
)
from playground.core.rpc import RpcTarget
from playground.core.values import Encoded
from playground.isolates.code import WorkerCode
from playground.isolates.link import WorkerLink
from playground.isolates.log_line import LogLine, TailEvent
from playground.isolates.run import Run
from playground.isolates.session import IsolateSession
from playground.isolates.settings import PoolSettings
from playground.isolates.wire import Failed, Out
from tests.integration.isolates.journal import FakeStep
from tests.unit.isolates.fake_link import FakeGuest, FakeLink


class Echo(RpcTarget):
    rpc_methods: ClassVar = MappingProxyType({"say": "say"})
    rpc_properties: ClassVar = MappingProxyType({"name": "name"})
    name = "echo"

    async def say(self, value: Any) -> Any:
        return value


class Rig:
    """A loaded session with its fake guest."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.link = FakeLink()
        self.lines: list[LogLine] = []
        code = WorkerCode("index.js", {"index.js": ""}, env={"echo": Echo()}, tails=[self.heard])
        self.session = IsolateSession(cast(WorkerLink, self.link), code, self.clock, PoolSettings())
        self.guest = FakeGuest(self.link, self.session)
        self.step = FakeStep()

    def heard(self, event: TailEvent) -> None:
        if isinstance(event, LogLine):
            self.lines.append(event)

    def start(self, work: Coroutine[Any, Any, Encoded]) -> asyncio.Task[Encoded]:
        return asyncio.create_task(work)

    async def fetch(self) -> asyncio.Task[Encoded]:
        task = self.start(self.session.call(None, "fetch", []))
        await asyncio.sleep(0)
        return task

    async def run(self) -> asyncio.Task[Encoded]:
        task = self.start(self.session.call("Flow", "run", [], run=Run(self.step, "seed")))
        await asyncio.sleep(0)
        return task


@pytest.fixture
async def rig() -> Rig:
    rig = Rig()
    loading = asyncio.create_task(rig.session.load())
    await asyncio.sleep(0)
    rig.guest.loaded("default", "Flow")
    await loading
    return rig


async def settled(*_: object) -> None:
    for _turn in range(5):
        await asyncio.sleep(0)


def ask(id: int, owner: int | None, target: int, method: str, args: str = "j[]") -> dict[str, Any]:
    return {"t": "ask", "id": id, "owner": owner, "target": target, "method": method, "args": args}


async def test_env_is_sent_with_the_modules_and_its_stubs_hold_what_may_be_read_at_once(rig: Rig) -> None:
    (load,) = rig.link.loads
    stub = '{"$stub":{"id":1,"props":{"name":"echo"}}}'
    assert load.env == f't{{"echo":{stub}}}'
    assert (load.main, load.cpu_ms, load.memory_bytes) == ("index.js", 1000, 64 << 20)


async def test_a_result_ends_its_call_once(rig: Rig) -> None:
    task = await rig.fetch()
    rig.guest.says({"t": "result", "id": 1, "ok": "j1"}, {"t": "result", "id": 1, "ok": "j2"})
    assert decode(await task) == 1
    assert rig.session.alive
    assert not rig.session.busy


async def test_a_result_that_nobody_waits_for_is_nobody_s(rig: Rig) -> None:
    task = await rig.fetch()
    rig.guest.says({"t": "result", "id": 99, "ok": "j1"})
    assert not task.done()
    assert rig.session.alive
    task.cancel()


@pytest.mark.parametrize(
    "error", ["j", "t{", 't{"$fn":1}', "j5", 't{"$error":{"name":"E","message":"m"}}', "nonsense"]
)
async def test_whatever_an_error_is_it_is_raised(rig: Rig, error: str) -> None:
    task = await rig.fetch()
    rig.guest.says({"t": "result", "id": 1, "error": error})
    with pytest.raises(RemoteError):
        await task


@pytest.mark.parametrize(
    "messages",
    [
        "",
        "{}",
        "[1]",
        '[{"t":"unheard"}]',
        '[{"t":"result"}]',
        '[{"t":"ask","id":"x"}]',
        "[" * 100_000,
        '[{"t":"drop","stubs":[{}]}]',
    ],
)
async def test_what_the_runtime_never_says_ends_the_isolate(rig: Rig, messages: str) -> None:
    task = await rig.fetch()
    rig.session.received(Out(1, rig.link.turns[0].turn, messages, 1, 1))
    with pytest.raises(IsolateLost):
        await task
    assert not rig.session.alive
    assert rig.link.detached == [1]


@pytest.mark.parametrize("turn", [0, -1, 99, 2**60])
async def test_the_end_of_a_turn_that_never_was_ends_the_isolate(rig: Rig, turn: int) -> None:
    task = await rig.fetch()
    rig.session.received(Out(1, turn, "[]", 1, 1))
    with pytest.raises(IsolateLost):
        await task


async def test_an_ask_is_answered_in_the_context_of_its_owner(rig: Rig) -> None:
    await rig.fetch()
    rig.guest.says(ask(7, 1, 1, "say", 'j[{"a":1}]'))
    await settled()
    assert rig.link.said[-1] == {"t": "answer", "id": 7, "ok": 'j{"a":1}'}


@pytest.mark.parametrize(
    ("target", "method", "args"),
    [
        (99, "say", "j[]"),
        (-1, "say", "j[]"),
        (1, "hidden", "j[]"),
        (1, "__init__", "j[]"),
        (1, "get:rpc_methods", "j[]"),
        (1, "say", "j{}"),
        (1, "say", "j["),
        (1, "say", 't[{"$stub":{"id":99}}]'),
        (1, "say", 't[{"$stub":7}]'),
        (1, "say", 't[{"$target":"1"}]'),
        (1, "say", 't[{"$fn":true}]'),
        (1, "say", "t[" + ",".join(['{"$fn":1}'] * 1001) + "]"),
        (1, "", "j[]"),
    ],
)
async def test_a_forged_ask_is_answered_with_an_error(rig: Rig, target: int, method: str, args: str) -> None:
    await rig.fetch()
    rig.guest.says(ask(7, 1, target, method, args))
    await settled()
    answer = rig.link.said[-1]
    assert (answer["t"], answer["id"]) == ("answer", 7)
    assert "ok" not in answer
    assert "Traceback" not in answer["error"]


async def test_a_property_is_read(rig: Rig) -> None:
    await rig.fetch()
    rig.guest.says(ask(7, 1, 1, "get:name"))
    await settled()
    assert rig.link.said[-1]["ok"] == 'j"echo"'


async def test_a_cancelled_call_is_forgotten_with_all_that_it_owns(rig: Rig) -> None:
    task = await rig.run()
    rig.guest.says({"t": "timer", "id": 1, "owner": 1, "ms": 50})
    assert rig.step.holds == 1
    task.cancel()
    await asyncio.wait([task])
    assert rig.link.said[-1] == {"t": "abort", "id": 1}
    assert rig.step.holds == 0
    rig.guest.says(ask(7, 1, 1, "say"))
    await rig.clock.advance(100)
    await settled()
    assert rig.link.said[-1] == {"t": "abort", "id": 1}, "neither the ask nor the timer went on"


async def test_a_timer_fires_when_its_time_has_come(rig: Rig) -> None:
    await rig.fetch()
    rig.guest.says(
        {"t": "timer", "id": 3, "owner": 1, "ms": 20}, {"t": "timer", "id": 4, "owner": 1, "ms": 10}
    )
    await settled()
    await rig.clock.advance(15)
    assert [message["id"] for message in rig.link.said if message["t"] == "timer"] == [4]
    rig.guest.says({"t": "untimer", "id": 3})
    await rig.clock.advance(15)
    assert [message["id"] for message in rig.link.said if message["t"] == "timer"] == [4]
    rig.session.close()


@pytest.mark.parametrize("ms", [-1.0, 1e300, 0.0])
async def test_timers_of_any_length_are_survived(rig: Rig, ms: float) -> None:
    await rig.fetch()
    rig.guest.says({"t": "timer", "id": 3, "owner": 1, "ms": ms})
    await settled()
    assert rig.link.said[-1] == {"t": "timer", "id": 3}


async def test_who_used_too_much_is_told_so_and_everybody_else_that_the_isolate_is_lost(rig: Rig) -> None:
    run, fetch = await rig.run(), await rig.fetch()
    rig.guest.says(ask(1, 1, 2, "do", 't["spin",{"$undefined":0},{"$fn":1},{"$undefined":0}]'))
    rig.guest.says()
    await settled()
    order: list[str] = []
    fetch.add_done_callback(lambda _: order.append("fetch"))
    run.add_done_callback(lambda _: order.append("run"))
    assert rig.link.said[-1]["t"] == "invoke"
    rig.guest.dies("CPU_LIMIT")
    with pytest.raises(IsolateLost):
        await run
    with pytest.raises(IsolateLost):
        await fetch
    blamed = rig.step.outcomes["spin"]
    assert isinstance(blamed, LimitExceeded)
    assert blamed.code == "CPU_LIMIT"
    assert rig.step.lines == [("error", "used too much: CPU_LIMIT", "spin")]
    assert rig.step.holds == 0


async def test_a_trap_is_nobody_s_fault(rig: Rig) -> None:
    task = await rig.fetch()
    rig.guest.dies("TRAP")
    with pytest.raises(IsolateLost):
        await task


async def test_after_its_end_an_isolate_takes_no_calls(rig: Rig) -> None:
    rig.session.lost("its process is gone")
    with pytest.raises(IsolateLost):
        await rig.session.call(None, "fetch", [])
    rig.session.received(Out(1, 1, "nonsense", 1, 1))
    rig.session.lost("twice")


async def test_an_export_that_is_not_there_costs_no_turn(rig: Rig) -> None:
    with pytest.raises(NoSuchEntrypoint):
        await rig.session.call("Other", "run", [])
    assert rig.link.turns == []


async def test_arguments_that_are_no_values_end_the_call(rig: Rig) -> None:
    with pytest.raises(NotAValue):
        await rig.session.call(None, "fetch", [object()])
    assert not rig.session.busy


async def test_lines_of_nobody_go_to_the_tail(rig: Rig) -> None:
    await rig.fetch()
    line = {"t": "log", "kind": "log", "level": "info", "message": "hello", "time": 5.5}
    rig.guest.says({**line, "owner": None}, {**line, "owner": 77}, {**line, "owner": 1})
    assert rig.lines == [LogLine("log", "info", "hello", 5)] * 3


@pytest.mark.parametrize(
    ("failed", "kind"),
    [
        (Failed(1, "SyntaxError", "no", "[]", None, "a.js", 1, 2, "at"), LoadError),
        (Failed(1, "Error", "no", "[]", "CPU_LIMIT"), LimitExceeded),
        (Failed(1, "Error", "no", "[]", "MEMORY_LIMIT"), LimitExceeded),
        (Failed(1, "Error", "no", "[]", "TRAP"), IsolateLost),
    ],
)
async def test_why_it_could_not_be_loaded_is_raised(failed: Failed, kind: type[PlaygroundError]) -> None:
    rig = Rig()
    loading = asyncio.create_task(rig.session.load())
    await asyncio.sleep(0)
    rig.session.received(failed)
    with pytest.raises(kind):
        await loading
    assert not rig.session.alive
