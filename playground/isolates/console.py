"""Where the lines go that tenant code logs."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from playground.core.clock import Clock
from playground.core.ports import LogKind
from playground.isolates.context import CallContext
from playground.isolates.guest_json import well_formed
from playground.isolates.guest_messages import Log
from playground.isolates.log_budget import LogBudget
from playground.isolates.log_line import LogLine
from playground.isolates.run import Run
from playground.isolates.tails import Tails


class Console:
    """The console of one isolate: lines of a run go to its instance's log, all others to the call's own tail,
    where it has one. The tails are told of all.

    Each run has a budget of lines outside steps, which a replay uses up in the same way, and one for all of
    its callbacks; what is outside runs shares one.
    """

    def __init__(self, tails: Tails, clock: Clock) -> None:
        self._tails = tails
        self._clock = clock
        self._outside = LogBudget(clock)
        self._callbacks: WeakKeyDictionary[Run, LogBudget] = WeakKeyDictionary()

    def line(self, context: CallContext | None, line: Log) -> None:
        """Tenant code logged a line in this context (None: outside any, at the top level of a module)."""
        budget = self._budget(context)
        text = budget.admit(well_formed(line.message))
        if text is not None:
            self._say_dropped(context, budget)
            self._write(context, _kind(line), well_formed(line.level), text, int(line.time))

    def settle(self, context: CallContext) -> None:
        """The context came to its end: say how many lines were dropped."""
        if context.run is None or (context.run.has_lines if context.is_invocation else context.has_logged):
            self._say_dropped(context, self._budget(context))

    def death(self, context: CallContext | None, message: str) -> None:
        """The isolate died in this context."""
        self._write(context, "exception", "error", message, self._clock.now())

    def _budget(self, context: CallContext | None) -> LogBudget:
        if context is None or context.run is None:
            return self._outside
        if not context.is_invocation:
            return context.budget
        context.run.has_lines = True
        budget = self._callbacks.get(context.run)
        if budget is None:
            budget = self._callbacks[context.run] = LogBudget(self._clock)
        return budget

    def _say_dropped(self, context: CallContext | None, budget: LogBudget) -> None:
        dropped = budget.settle()
        if dropped is not None:
            self._write(context, "notice", "warn", dropped, self._clock.now())

    def _write(self, context: CallContext | None, kind: LogKind, level: str, text: str, time: int) -> None:
        if context is not None and context.run is not None:
            context.run.log(kind, level, text, context.step, context.attempt)
        elif context is not None and context.tail is not None:
            context.tail(LogLine(kind, level, text, time))
        if self._tails and (context is None or context.trace is not None):
            self._tails.line(context.trace if context is not None else None, kind, level, text, time)


def _kind(line: Log) -> LogKind:
    """Tenant code logs lines and errors; notices are ours."""
    return "exception" if line.kind == "exception" else "log"
