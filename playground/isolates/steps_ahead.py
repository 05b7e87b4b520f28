"""Runs that run ahead in one isolate: steps begun there before they were asked for, and what waits for a
commit.

What an isolate says of such steps is taken down in the order in which it says it. Whatever else it asks for
in a run goes on once all that was said of the run before is durable: that is the gate in front of everything
outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from playground.core.errors import TenantError
from playground.core.ports import Ahead, Begun
from playground.core.streams import StepValue
from playground.isolates.asks import RUNTIME
from playground.isolates.calls import Calls
from playground.isolates.context import CallContext
from playground.isolates.guest_messages import (
    Ask,
    BadMessage,
    GuestMessage,
    Replayed,
    StepBegun,
    StepDone,
    Yield,
)
from playground.isolates.guest_step import GuestStep
from playground.isolates.references import wire_of
from playground.isolates.remote_function import Invoker, step_value
from playground.isolates.run import Run
from playground.isolates.stubs import Stubs

AheadMessage = StepBegun | StepDone | Replayed | Yield


class StepsAhead:
    """The runs of one isolate. `go(call)` lets a run go on with its replay."""

    def __init__(
        self,
        session: Invoker,
        calls: Calls,
        stubs: Stubs,
        go: Callable[[CallContext], None],
    ) -> None:
        self._session = session
        self._calls = calls
        self._stubs = stubs
        self._go = go
        self._said: dict[Run, None] = {}
        self._share: int | None = None
        self._held: set[int] = set()

    def begin(self, run: Run) -> dict[str, Any]:
        """A run begins: what the isolate is told for that, where it runs ahead."""
        ahead = run.ahead
        if ahead is None:
            return {}
        handed = ahead.hand_over()
        run.engine = self._stubs.add(GuestStep(run.journaled, ahead))
        told: dict[str, Any] = {"engine": run.engine, "now": handed.now, "left": handed.left}
        if handed.eager:
            told["eager"] = True
        if handed.rows:
            told["rows"] = handed.rows
        if handed.open:
            told["open"] = handed.open
        return {"ahead": told}

    def end(self, run: Run) -> None:
        """A run has ended, or is given up."""
        if run.engine is not None:
            self._stubs.drop([run.engine])

    # -- what the isolate says

    def heard(self, messages: Sequence[GuestMessage], cpu_us: int | None, turn: CallContext | None) -> None:
        """These were said in one go, in a turn that used so much CPU time (None: that is not known yet), and
        are about to be handled. The callbacks that ended in it have equal parts of it with the run.
        """
        done = sum(1 for message in messages if isinstance(message, StepDone))
        self._share = None
        if done and cpu_us is not None:
            self._share = cpu_us // (done + 1)
            if turn is not None:
                turn.cpu_us -= done * self._share

    def handle(self, message: AheadMessage) -> None:
        """The isolate has said this. Raises `BadMessage`."""
        if isinstance(message, StepBegun):
            self._begun(message)
        elif isinstance(message, StepDone):
            self._done(message)
        else:
            context = self._calls.under_way(message.id)
            if context is None or context.run is None or context.run.ahead is None:
                return  # of a run that was forgotten
            if isinstance(message, Replayed):
                if len(message.order) % 2:
                    raise BadMessage("a list of pairs that is none")
                context.run.ahead.replayed(message.order)
            else:
                self._go(context)

    def settle(self) -> None:
        """All that was said in one go is handled: commit it. What a run said that is over with it is
        committed with its end.
        """
        said, self._said = self._said, {}
        for run in said:
            if run.ahead is not None and not run.ended:
                run.ahead.flush()

    def _begun(self, message: StepBegun) -> None:
        root = self._calls.under_way(message.owner)
        if root is None or root.run is None:
            return
        run = root.run
        if run.ahead is None or root.is_invocation or message.id >= 0 or self._calls.knows(message.id):
            raise BadMessage("a step that cannot have begun")
        config = wire_of(message.config) if message.config is not None else None
        try:
            begun = run.ahead.begin(message.name, message.count, config, message.at)
        except TenantError:
            return  # it is asked for, and refused then
        self._calls.begin(
            message.id,
            step=begun.key,
            attempt=1,
            is_invocation=True,
            begun=begun,
            surroundings=root.surroundings,
            **root.inherited,
        )
        self._said[run] = None

    def _done(self, message: StepDone) -> None:
        context = self._calls.under_way(message.id)
        if context is None:
            if self._calls.knows(message.id):
                raise BadMessage("a step that has ended before")
            return  # of a run that was forgotten
        run, begun = context.run, context.begun
        if run is None or run.ahead is None or begun is None or context.asked:
            raise BadMessage("a step that was not begun")
        run.ahead.complete(begun, wire_of(message.ok), message.at, self._share)
        self._calls.end(context)
        self._said[run] = None

    def _asked(self, number: int) -> Begun | None:
        context = self._calls.of(number)
        if context is None or context.begun is None or context.asked:
            return None
        context.asked = True
        context.begun.outcome = partial(self._outcome, context)
        return context.begun

    async def _outcome(self, context: CallContext) -> StepValue:
        result = await context.result
        assert context.step is not None
        return step_value(self._session, result, context, context.step, 1)

    def died(self, context: CallContext, error: Exception) -> None:
        """A callback has ended the isolate: where its step was not asked for yet, nobody else would say
        so.
        """
        run, begun = context.run, context.begun
        if begun is not None and not context.asked and run is not None and run.ahead is not None:
            run.ahead.fail(begun, error)

    # -- the gate

    def ask(self, ask: Ask, context: CallContext | None, begin: Callable[[Begun | None], None]) -> None:
        """Begin what is asked for: steps, and what does nothing outside, at once, the rest when all that was
        said of its run is durable.
        """
        run = context.run if context is not None else None
        begun = self._asked(ask.begun) if ask.begun is not None else None
        if run is None or run.ahead is None or run.engine is None or ask.target in (run.engine, RUNTIME):
            begin(begun)
        else:
            self._when_durable(ask.id, run, run.ahead, lambda: begin(None))

    def _when_durable(self, id: int, run: Run, ahead: Ahead, action: Callable[[], None]) -> None:
        self._held.add(id)
        run.hold()

        def go_on() -> None:
            run.release()
            if id in self._held:
                self._held.discard(id)
                action()

        ahead.when_durable(go_on)

    def cancel(self, id: int) -> None:
        """The ask is not wanted any more."""
        self._held.discard(id)
