"""The engine over real files against a plain model, in sequences that hypothesis makes up.

CI tries the same 60 sequences each time; `PLAYGROUND_NIGHTLY=1` some thousand new and longer ones. A failure
is shrunk and printed as the calls that repeat it, with a `@reproduce_failure` line; it is also kept in
`.hypothesis/`, and tried first in the next run.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from playground.core.errors import WorkflowError
from playground.core.ports import StepKey, StepKind
from tests.property import model
from tests.property.server import Server

_NIGHTLY = bool(os.environ.get("PLAYGROUND_NIGHTLY"))

DELAYS = st.sampled_from([0, 1, 50, 1000, 20_000])
UNDO = st.builds(model.Undo, limit=st.integers(0, 2), delay=DELAYS)
OPS = st.one_of(
    st.builds(model.Do, limit=st.integers(0, 2), delay=DELAYS),
    st.builds(model.Do, limit=st.integers(0, 2), delay=DELAYS, undo=UNDO),
    st.builds(model.Sleep, milliseconds=st.sampled_from([1, 500, 1000, 30_000])),
    st.builds(model.Wait, type=st.sampled_from(["a", "b"]), timeout=st.sampled_from([1, 1000, 60_000])),
)
WHICH = st.integers(0, 3)


class Engine(RuleBasedStateMachine):
    """Every rule does the same to the engine and to the model, and then they must agree."""

    @initialize()
    def open(self) -> None:
        self.server = Server()
        self.expected: dict[str, model.Instance] = {}
        self.deleted: list[str] = []
        self.made = 0
        self.serial = 0

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.server.close()
        if _NIGHTLY:
            # hypothesis keeps what it tried: looked through on the loop, that would be a second's pause
            gc.collect()
            gc.freeze()

    @invariant()
    def agree(self) -> None:
        if hasattr(self, "server"):
            self.server.do(self.server.settle(self.expected))
            for id in self.deleted:
                assert not self.server.do(self.server.knows(id))

    # -- what callers do

    @rule(ops=st.lists(OPS, min_size=1, max_size=4).map(tuple), throws=st.sampled_from([False, False, True]))
    @precondition(lambda self: len(self.expected) < 2 or len(self.expected) - len(self.unfinished) < 2)
    def create(self, ops: tuple[model.Op, ...], throws: bool) -> None:
        if self.deleted:
            id = self.deleted.pop()
        else:
            id = f"i{self.made}"
            self.made += 1
        self.server.do(self.server.create(id, ops, throws))
        self.expected[id] = model.Instance(ops, throws)
        self.expected[id].run(self.now)

    @rule(which=WHICH, type=st.sampled_from(["a", "b"]))
    @precondition(lambda self: self.unfinished)
    def send_event(self, which: int, type: str) -> None:
        self.serial += 1
        event = model.Event(type, self.serial, self.now)
        id = _pick(self.unfinished, which)
        self.both(id, lambda model: model.send(event), "send_event", type=type, payload=self.serial)

    @rule(which=WHICH)
    @precondition(lambda self: self.unfinished)
    def pause(self, which: int) -> None:
        self.both(_pick(self.unfinished, which), lambda model: model.pause(self.now), "pause")

    @rule(which=WHICH)
    @precondition(lambda self: self.paused)
    def resume(self, which: int) -> None:
        self.both(_pick(self.paused, which), lambda model: model.resume(self.now), "resume")

    @rule(which=WHICH, milliseconds=st.sampled_from([1, 1000, 60_000]))
    @precondition(lambda self: self.unfinished)
    def pause_for_a_while(self, which: int, milliseconds: int) -> None:
        id = _pick(self.unfinished, which)
        self.both(id, lambda model: model.pause(self.now), "pause")
        self.agree()
        self.advance(milliseconds)
        self.both(id, lambda model: model.resume(self.now), "resume")

    @rule(which=WHICH)
    @precondition(lambda self: len(self.expected) > 1)
    def terminate(self, which: int) -> None:
        self.both(_pick(self.expected, which), model.Instance.terminate, "terminate")

    @rule(which=WHICH)
    @precondition(lambda self: self.expected)
    def roll_back(self, which: int) -> None:
        id = _pick(self.expected, which)
        self.both(id, lambda model: model.roll_back(self.now), "terminate", rollback=True)

    @rule(which=WHICH)
    @precondition(lambda self: self.expected)
    def skip(self, which: int) -> None:
        id = _pick(self.expected, which)
        kinds: dict[type, StepKind] = {model.Sleep: "sleep", model.Wait: "wait", model.Undo: "rollback"}
        kind = kinds.get(type(self.expected[id].current), "do")
        step = StepKey(kind, f"op {self.expected[id].number}", 1)
        self.both(id, lambda model: model.skip(self.now), "skip", step=step)

    @rule(which=WHICH)
    @precondition(lambda self: len(self.expected) > 1)
    def delete(self, which: int) -> None:
        id = _pick(self.expected, which)
        self.server.do(self.server.delete(id))
        del self.expected[id]
        self.deleted.append(id)

    @rule(which=WHICH, method=st.sampled_from(["pause", "resume", "send_event"]))
    @precondition(lambda self: len(self.expected) > len(self.unfinished))
    def ask_a_finished_one(self, which: int, method: str) -> None:
        id = _pick([id for id in self.expected if id not in self.unfinished], which)
        if method == "send_event":
            event = model.Event("a", 0, self.now)
            self.both(id, lambda model: model.send(event), method, type="a", payload=0)
        else:
            self.both(id, lambda model: getattr(model, method)(self.now), method)

    @rule(which=WHICH)
    @precondition(lambda self: self.expected)
    def restart(self, which: int) -> None:
        id = _pick(self.expected, which)
        self.server.generation[id] += 1
        self.both(id, lambda model: model.restart(self.now), "restart")

    @rule(which=WHICH, number=st.integers(0, 3))
    @precondition(lambda self: self.expected)
    def restart_from(self, which: int, number: int) -> None:
        id = _pick(self.expected, which)
        ops = self.expected[id].ops
        at = number % len(ops)
        kinds = {model.Sleep: "sleep", model.Wait: "waitForEvent"}
        step = {"name": f"op {at}", "type": kinds.get(type(ops[at]), "do")}
        self.server.generation[id] += self.expected[id].begun > at
        self.both(id, lambda model: model.restart_from(at, self.now), "restart", from_step=step)

    # -- what steps do

    @rule(which=WHICH, how=st.sampled_from(["ok", "ok", "fail", "fail", "lost"]))
    @precondition(lambda self: self.in_flight)
    def end_attempt(self, which: int, how: str) -> None:
        id = _pick(self.in_flight, which)
        self.server.do(self.server.end_attempt(id, how))
        if how == "lost":
            self.expected[id].interrupt(self.now)
        else:
            self.expected[id].attempt_ends(self.now, succeeds=how == "ok")

    # -- what happens to the server

    @rule(milliseconds=st.sampled_from([1, 49, 50, 700, 1000, 20_000, 100_000]))
    def advance(self, milliseconds: int) -> None:
        """Move on from deadline to deadline, so that what follows from one begins at its moment."""
        until = self.now + milliseconds
        while (deadline := self.next_deadline()) is not None and deadline <= until:
            self.server.do(self.server.clock.advance(max(0, deadline - self.now)))
            for instance in self.expected.values():
                instance.run(self.now)
            self.agree()
        self.server.do(self.server.clock.advance(until - self.now))

    @rule()
    @precondition(lambda self: self.next_deadline() is not None)
    def advance_to_the_next_deadline(self) -> None:
        self.advance((self.next_deadline() or self.now) - self.now)

    @rule(down=st.sampled_from([0, 1, 1000, 60_000]))
    @precondition(lambda self: self.expected)
    def kill_and_reopen(self, down: int) -> None:
        self.server.kill()
        self.come_back(down)

    @rule(down=st.sampled_from([0, 1000]))
    @precondition(lambda self: self.expected)
    def stop_and_reopen(self, down: int) -> None:
        self.server.stop()
        self.come_back(down)

    # -- how

    @property
    def now(self) -> int:
        return self.server.clock.now()

    def both(self, id: str, expect: Callable[[model.Instance], None], method: str, **named: Any) -> None:
        """Ask the engine and the model; both refuse, or neither does."""
        try:
            expect(self.expected[id])
            refused = False
        except model.Refused:
            refused = True

        async def ask() -> bool:
            try:
                await getattr(await self.server.instance(id), method)(**named)
            except WorkflowError:
                return True
            return False

        assert self.server.do(ask()) == refused

    def come_back(self, down: int) -> None:
        self.server.in_flight.clear()
        self.server.do(self.server.clock.advance(down))
        self.server.reopen()
        for instance in self.expected.values():
            instance.interrupt(self.now)

    def next_deadline(self) -> int | None:
        deadlines = [
            instance.deadline
            for instance in self.expected.values()
            if instance.deadline is not None and instance.status == "waiting"
        ]
        return min(deadlines, default=None)

    @property
    def unfinished(self) -> list[str]:
        return [id for id, instance in self.expected.items() if not instance.finished]

    @property
    def paused(self) -> list[str]:
        return [id for id, each in self.expected.items() if each.status in ("paused", "waitingForPause")]

    @property
    def in_flight(self) -> list[str]:
        return [id for id, instance in self.expected.items() if instance.in_flight]


def _pick(ids: Iterable[str], which: int) -> str:
    among = list(ids)
    return among[which % len(among)]


Engine.TestCase.settings = settings(
    max_examples=3000 if _NIGHTLY else 60,
    stateful_step_count=60 if _NIGHTLY else 40,
    derandomize=not _NIGHTLY,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestEngine = Engine.TestCase
