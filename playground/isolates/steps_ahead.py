"""Runs that run ahead in one isolate: steps begun there before they were asked for, and what waits for a
commit.

What an isolate says of such steps is taken down in the order in which it says it. Whatever else it asks for
in a run goes on once all that was said of the run before is durable: that is the gate in front of everything
outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import zip_longest
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

    def hear(
        self, messages: Sequence[GuestMessage], cpu_us: int | None, turn: CallContext | None
    ) -> Iterator[GuestMessage]:
        """These were said in one go, in a turn that used so much CPU time (None: that is not known yet).
        Handles what is said of steps, and gives everything else to handle in between. Raises `BadMessage`.

        The callbacks that ended in the turn have equal parts of it with the run.
        """
        done = sum(1 for message in messages if type(message) is StepDone)
        self._share = None
        if done and cpu_us is not None:
            self._share = cpu_us // (done + 1)
            if turn is not None:
                turn.cpu_us -= done * self._share
        after = iter(messages)
        next(after, None)
        passed: GuestMessage | None = None
        for message, following in zip_longest(messages, after):
            if message is passed:
                continue
            if type(message) is StepBegun and type(following) is StepDone and self._did(message, following):
                passed = following
            elif isinstance(message, AheadMessage):
                self._handle(message)
            else:
                yield message
        self._settle()

    def _handle(self, message: AheadMessage) -> None:
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

    def _settle(self) -> None:
        """All that was said in one go is handled: commit it. What a run said that is over with it is
        committed with its end.
        """
        said, self._said = self._said, {}
        for run in said:
            if run.ahead is not None and not run.ended:
                run.ahead.flush()

    def _run_of(self, message: StepBegun) -> tuple[CallContext, Run, Ahead] | None:
        """The run in which a step has begun, if it is not forgotten."""
        root = self._calls.under_way(message.owner)
        if root is None or root.run is None:
            return None
        run = root.run
        if run.ahead is None or root.is_invocation or message.id >= 0 or self._calls.knows(message.id):
            raise BadMessage("a step that cannot have begun")
        return root, run, run.ahead

    def _did(self, begun: StepBegun, done: StepDone) -> bool:
        """Most steps end before anything else is said. False where one is to be handled by and by."""
        found = self._run_of(begun) if begun.id == done.id else None
        if found is None or found[1].has_lines:
            return False
        root, run, ahead = found
        config = wire_of(begun.config) if begun.config is not None else None
        try:
            ended = ahead.did(
                begun.name, begun.count, config, begun.at, wire_of(done.ok), done.at, self._share
            )
        except TenantError:
            return False
        if ended is None:
            return False
        self._calls.passed(begun.id, root, ended)
        self._said[run] = None
        return True

    def _begun(self, message: StepBegun) -> None:
        found = self._run_of(message)
        if found is None:
            return
        root, run, ahead = found
        config = wire_of(message.config) if message.config is not None else None
        try:
            begun = ahead.begin(message.name, message.count, config, message.at)
        except TenantError:
            return  # it is asked for, and refused then
        self._calls.begin_callback(message.id, root, begun)
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

    def _asked(self, number: int, run: Run | None) -> Begun | None:
        context = self._calls.of(number)
        if context is None:
            return None  # it was refused, or is of a run that was forgotten
        has_ended = self._calls.under_way(number) is None and context.is_awaited
        if context.begun is None or context.asked or context.run is not run or has_ended:
            raise BadMessage("a step that was not begun, or has been asked for")
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
        begun = self._asked(ask.begun, run) if ask.begun is not None else None
        if run is None or run.ahead is None or run.engine is None or ask.target in (run.engine, RUNTIME):
            begin(begun)
        else:
            self._when_durable(ask.id, run, run.ahead, lambda: begin(None))

    def tell(self, number: int, tell: Callable[[], None]) -> None:
        """A call has come to something, and `tell` hands that on. A function that the run let out answers
        somebody outside.
        """
        context = self._calls.under_way(number)
        run = context.run if context is not None and context.is_invocation and context.step is None else None
        if run is None or run.ahead is None:
            tell()
        else:
            run.ahead.when_durable(tell)

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
