"""What a session does with steps that its guest began by itself: in order, gated, and when it lies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from playground.core.codec import decode
from playground.core.errors import IsolateLost, WorkflowFatalError
from playground.core.ports import Begun, HandedOver, StepCallback, StepContext, StepKey
from playground.core.streams import StepValue
from playground.core.values import Encoded
from playground.isolates.run import Run
from playground.isolates.wire import Dead, Out
from tests.integration.isolates.journal import FakeStep
from tests.unit.isolates.test_session import Rig, ask, settled

ENGINE = 2
"""The number of the first run's engine: 1 is the binding of the code."""


@dataclass
class FakeAhead:
    """Writes down what it is told. Commits when a test says so."""

    told: list[tuple[Any, ...]] = field(default_factory=list)
    waiting: list[Callable[[], None]] = field(default_factory=list)
    refuses: bool = False
    simple: bool = False
    rows: list[tuple[str, int, str | None, int]] = field(default_factory=list)

    def hand_over(self) -> HandedOver:
        return HandedOver(now=1000, left=5, eager=True, rows=self.rows, open=["do1:open"])

    def replayed(self, order: Sequence[int]) -> None:
        self.told.append(("replayed", *order))

    async def stored(self, row: object) -> StepValue:
        return Encoded(b'j"stored"')

    def begin(self, name: object, count: int, config: Encoded | None, at: float) -> Begun:
        if self.refuses:
            raise WorkflowFatalError("refused")
        self.told.append(("begin", name, count, config and decode(config), at))
        return Begun(StepKey("do", str(name), count))

    def complete(self, begun: Begun, value: Encoded, at: float, cpu_us: int | None) -> None:
        self.told.append(("complete", begun.key.name, decode(value), at, cpu_us))

    def did(
        self,
        name: object,
        count: int,
        config: Encoded | None,
        at: float,
        value: Encoded,
        done_at: float,
        cpu_us: int | None,
    ) -> Begun | None:
        if not self.simple:
            return None
        self.told.append(("did", name, count, config and decode(config), at, decode(value), done_at, cpu_us))
        return Begun(StepKey("do", str(name), count))

    def fail(self, begun: Begun, error: Exception) -> None:
        self.told.append(("fail", begun.key.name, str(error)))

    def flush(self) -> None:
        self.told.append(("flush",))

    def when_durable(self, action: Callable[[], None]) -> None:
        self.waiting.append(action)

    def commit(self) -> None:
        waiting, self.waiting = self.waiting, []
        for action in waiting:
            action()


class AheadStep(FakeStep):
    """An engine's side that lets its runner run ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = FakeAhead()
        self.begun: list[Begun | None] = []

    async def do(
        self,
        name: Any,
        config: Any,
        callback: StepCallback | None,
        rollback: Any = None,
        *,
        count: int | None = None,
        begun: Begun | None = None,
    ) -> Encoded:
        self.begun.append(begun)
        assert callback is not None
        outcome: Callable[[], Awaitable[Any]] | None = begun.outcome if begun is not None else None
        if outcome is None:
            context = StepContext(StepKey("do", name, count or 0), 1, {})
            value: Encoded = await callback(context)  # type: ignore[assignment]
            return value
        value = await outcome()
        self.outcomes[name] = decode(value)
        return value


class Ahead(Rig):
    step: AheadStep

    async def begin(self) -> asyncio.Task[Encoded]:
        self.step = AheadStep()
        task = self.start(self.session.call("Flow", "run", [], run=Run(self.step, "seed")))
        await asyncio.sleep(0)
        return task

    @property
    def told(self) -> list[tuple[Any, ...]]:
        told: list[tuple[Any, ...]] = self.step.ahead.told
        return told

    def says_in(self, turn: int, *messages: dict[str, Any], cpu_us: int = 10) -> None:
        text = msgspec.json.encode(messages).decode()
        self.session.received(Out(1, self.link.turns[turn].turn, text, cpu_us, 1 << 20))


@pytest.fixture
async def rig() -> Ahead:
    rig = Ahead()
    loading = asyncio.create_task(rig.session.load())
    await asyncio.sleep(0)
    rig.guest.loaded("default", "Flow")
    await loading
    return rig


def begun(id: int, name: Any = "a", owner: int = 1, **fields: Any) -> dict[str, Any]:
    return {"t": "begun", "id": id, "owner": owner, "name": name, "count": 1, "at": 1001, **fields}


def did(id: int, ok: str = "j1") -> dict[str, Any]:
    return {"t": "did", "id": id, "ok": ok, "at": 1002}


def result(ok: str = "j9", id: int = 1) -> dict[str, Any]:
    return {"t": "result", "id": id, "ok": ok}


async def test_a_run_is_told_what_it_runs_ahead_with(rig: Ahead) -> None:
    task = await rig.begin()
    call = rig.link.said[0]
    assert call["ahead"] == {"engine": ENGINE, "now": 1000, "left": 5, "eager": True, "open": ["do1:open"]}
    assert call["args"] == "j[]", "no stub of the engine"
    task.cancel()


async def test_steps_are_told_in_the_order_in_which_they_are_said_and_go_with_the_end(rig: Ahead) -> None:
    task = await rig.begin()
    config: dict[str, Any] = {"config": 'j{"timeout":5}'}
    rig.says_in(0, begun(-1, **config), did(-1), begun(-2, "b"), did(-2, "j2"), result(), cpu_us=30)
    assert decode(await task) == 9
    assert rig.told == [
        ("begin", "a", 1, {"timeout": 5}, 1001),
        ("complete", "a", 1, 1002, 10),
        ("begin", "b", 1, None, 1001),
        ("complete", "b", 2, 1002, 10),
    ]
    assert rig.step.cpu_us[None, None] == 30


async def test_steps_that_ended_at_once_are_told_at_once(rig: Ahead) -> None:
    task = await rig.begin()
    rig.step.ahead.simple = True
    config: dict[str, Any] = {"config": 'j{"timeout":5}'}
    rig.says_in(
        *(0, begun(-1, **config), did(-1), begun(-2, "b"), begun(-3, "c"), did(-2, "j2"), did(-3), result()),
        cpu_us=40,
    )
    assert decode(await task) == 9
    assert rig.told == [
        ("did", "a", 1, {"timeout": 5}, 1001, 1, 1002, 10),
        ("begin", "b", 1, None, 1001),
        ("begin", "c", 1, None, 1001),
        ("complete", "b", 2, 1002, 10),
        ("complete", "c", 1, 1002, 10),
    ]


async def test_a_callback_that_ended_at_once_may_say_more(rig: Ahead) -> None:
    task = await rig.begin()
    rig.step.ahead.simple = True
    late = {"t": "log", "owner": -1, "kind": "log", "level": "log", "message": "late", "time": 0}
    rig.says_in(0, begun(-1), did(-1), late, begun(-2, "b"), did(-2))
    assert rig.step.lines == [("log", "late", "a")]
    assert [one[:2] for one in rig.told] == [("did", "a"), ("begin", "b"), ("complete", "b"), ("flush",)]
    task.cancel()


async def test_what_is_not_the_end_is_committed_at_once(rig: Ahead) -> None:
    task = await rig.begin()
    rig.says_in(0, begun(-1), did(-1))
    assert rig.told[-1] == ("flush",)
    task.cancel()


async def test_nothing_goes_out_before_the_commit_but_steps_do(rig: Ahead) -> None:
    task = await rig.begin()
    step = ask(3, 1, ENGINE, "sleep", 'j["nap",1]')
    rig.says_in(0, begun(-1), ask(2, -1, 1, "say", "j[5]"), did(-1), step, ask(4, 1, 1, "say", "j[6]"))
    await settled()
    assert rig.step.slept == [("nap", 1)]
    answered = [message["id"] for message in rig.link.said if message["t"] == "answer"]
    assert answered == [3]
    rig.step.ahead.commit()
    await settled()
    answered = [message["id"] for message in rig.link.said if message["t"] == "answer"]
    assert answered == [3, 2, 4]
    task.cancel()


async def test_what_is_cancelled_before_the_commit_never_goes_out(rig: Ahead) -> None:
    task = await rig.begin()
    rig.says_in(0, begun(-1), ask(2, -1, 1, "say", "j[5]"), {"t": "cancel", "id": 2})
    rig.step.ahead.commit()
    await settled()
    assert [message["t"] for message in rig.link.said] == ["call"]
    task.cancel()


async def test_a_step_that_goes_on_is_asked_for_with_what_was_begun(rig: Ahead) -> None:
    task = await rig.begin()
    args = 't["a",{"$undefined":0},{"$fn":7},{"$undefined":0}]'
    rig.says_in(0, begun(-1), {**ask(5, 1, ENGINE, "do", args), "count": 1, "begun": -1})
    await settled()
    rig.session.said(msgspec.json.encode([{"t": "result", "id": -1, "ok": "j7"}]).decode())
    await settled()
    assert rig.step.outcomes == {"a": 7}
    assert rig.link.said[-1] == {"t": "answer", "id": 5, "time": rig.step.time, "ok": "j7"}
    task.cancel()


async def test_a_step_that_may_not_begin_is_refused_when_it_is_asked_for(rig: Ahead) -> None:
    task = await rig.begin()
    rig.step.ahead.refuses = True
    args = 't["a",{"$undefined":0},{"$fn":7},{"$undefined":0}]'
    asked = {**ask(5, 1, ENGINE, "do", args), "count": 1, "begun": -1}
    rig.says_in(0, begun(-1), asked, {"t": "result", "id": -1, "ok": "j7"})
    await settled()
    assert rig.step.begun == [None]
    assert rig.session.alive
    task.cancel()


@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize(
    "lies",
    [
        [begun(1)],
        [begun(0)],
        [begun(-1), begun(-1)],
        [begun(-1), did(-1), did(-1)],
        [begun(-1), did(-1), begun(-1)],
        [begun(-1), begun(-2, "nested", owner=-1)],
        [did(1)],
        [begun(-1), {**ask(5, 1, ENGINE, "do", "j[]"), "begun": -1}, did(-1)],
        [begun(-1), did(-1), {**ask(5, 1, ENGINE, "do", "j[]"), "begun": -1}],
        [begun(-1, at="soon")],
        [begun(-1, count="many")],
        [begun(-1, name=7)],
        [{"t": "did", "id": -1, "ok": "j1"}],
        [{"t": "replayed", "id": 1, "order": [0]}],
        [{"t": "replayed", "id": 1, "order": ["x", 1]}],
    ],
)
async def test_a_guest_that_lies_about_steps_is_thrown_away(
    rig: Ahead, lies: list[dict[str, Any]], simple: bool
) -> None:
    task = await rig.begin()
    rig.step.ahead.simple = simple
    rig.says_in(0, *lies)
    with pytest.raises(IsolateLost):
        await task
    assert not rig.session.alive


async def test_steps_of_runs_that_are_not_are_nobody_s(rig: Ahead) -> None:
    task = await rig.begin()
    strangers = [{"t": "yield", "id": 77}, {"t": "replayed", "id": 77, "order": [1]}]
    rig.says_in(0, begun(-1, owner=77), did(-1), *strangers)
    assert rig.told == []
    assert rig.session.alive
    task.cancel()


async def test_a_run_that_has_more_to_replay_is_let_go_on(rig: Ahead) -> None:
    task = await rig.begin()
    rig.says_in(0, {"t": "replayed", "id": 1, "order": [0, 3]}, {"t": "yield", "id": 1})
    assert rig.told == [("replayed", 0, 3)]
    assert rig.link.said[-1] == {"t": "go", "id": 1}
    task.cancel()


async def test_a_value_of_history_is_asked_for(rig: Ahead) -> None:
    task = await rig.begin()
    rig.says_in(0, ask(5, 1, ENGINE, "stored", "j[0]"))
    await settled()
    assert rig.link.said[-1]["ok"] == 'j"stored"'
    task.cancel()


async def test_a_callback_that_ends_the_isolate_is_to_blame_and_the_run_is_lost(rig: Ahead) -> None:
    task = await rig.begin()
    rig.session.said(msgspec.json.encode([begun(-1), did(-1), begun(-2, "spins")]).decode())
    turn = rig.link.turns[0].turn
    rig.session.received(Dead(1, turn, "CPU_LIMIT", "too much CPU time", 5, owner=-2))
    with pytest.raises(IsolateLost):
        await task
    assert rig.told[-1] == ("fail", "spins", "too much CPU time")


@pytest.mark.parametrize("owner", [-99, 99, 0])
async def test_who_is_named_as_owner_and_is_nobody_is_not_to_blame(rig: Ahead, owner: int) -> None:
    task = await rig.begin()
    turn = rig.link.turns[0].turn
    rig.session.received(Dead(1, turn, "CPU_LIMIT", "too much CPU time", 5, owner=owner))
    with pytest.raises(Exception, match="too much CPU time"):
        await task


async def test_a_guest_that_asks_in_one_run_for_what_began_in_another_is_thrown_away(rig: Ahead) -> None:
    first = await rig.begin()
    other = await rig.begin()
    args = 't["a",{"$undefined":0},{"$fn":7},{"$undefined":0}]'
    rig.says_in(0, begun(-1), {**ask(5, 2, ENGINE + 1, "do", args), "count": 1, "begun": -1})
    for run in (first, other):
        with pytest.raises(IsolateLost):
            await run
    assert rig.step.begun == []


async def test_what_a_function_of_the_run_answers_goes_out_after_the_commit(rig: Ahead) -> None:
    task = await rig.begin()
    parent = rig.session._calls.under_way(1)
    asked = rig.start(rig.session.invoke(7, None, [], parent))
    await settled()
    rig.says_in(1, begun(-1), did(-1), result("j5", id=2))
    await settled()
    assert not asked.done()
    rig.step.ahead.commit()
    assert decode(await asked) == 5
    task.cancel()


async def test_who_waits_for_a_function_of_a_run_that_is_given_up_is_told_so(rig: Ahead) -> None:
    task = await rig.begin()
    parent = rig.session._calls.under_way(1)
    asked = rig.start(rig.session.invoke(7, None, [], parent))
    await settled()
    task.cancel()
    await settled()
    assert asked.done()
    with pytest.raises(IsolateLost):
        await asked
    assert rig.session.alive
