"""What goes on in an isolate on whose behalf: calls from the server, and invocations of functions that
tenant code handed out.
"""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context
from typing import Any

from playground.core.ports import Begun, StepKey
from playground.core.values import Encoded
from playground.isolates.code import Limits, Tail
from playground.isolates.log_budget import LogBudget
from playground.isolates.run import Run
from playground.isolates.trace import Trace


class CallContext:
    """A call or an invocation, while its result is awaited and as long as the guest works for it.

    `run` is the run that it belongs to, `step` and `attempt` say which step's callback it is.
    `begun` is the step whose callback the guest began by itself. `cpu_us` and `memory_bytes` are what its
    turns used so far, the latter as growth of the isolate's memory.
    """

    def __init__(
        self,
        id: int,
        *,
        run: Run | None = None,
        tail: Tail | None = None,
        limits: Limits | None = None,
        trace: Trace | None = None,
        step: StepKey | None = None,
        attempt: int | None = None,
        is_invocation: bool = False,
        begun: Begun | None = None,
        surroundings: Context | None = None,
    ) -> None:
        self.id = id
        self.run = run
        self.tail = tail
        self.limits = limits
        """Tighter ones than the isolate's."""
        self.trace = trace
        self.sub_requests = 0
        """How often it asked for something outside so far."""
        self.step = step
        self.attempt = attempt
        self.is_invocation = is_invocation
        self._result: asyncio.Future[Encoded] | None = None
        self._surroundings = surroundings if surroundings is not None else copy_context()
        self.begun = begun
        self.asked = False
        """Whether that step was asked for since."""
        self._budget: LogBudget | None = None
        self.cpu_us = 0
        self.memory_bytes = 0
        self.exhausted = False
        """Whether it used more CPU time than it may, and is told nothing more."""

    @property
    def result(self) -> asyncio.Future[Encoded]:
        """What it comes to."""
        if self._result is None:
            self._result = asyncio.get_running_loop().create_future()
        return self._result

    @property
    def is_awaited(self) -> bool:
        """Whether it is still to come to something."""
        return self._result is None or not self._result.done()

    @property
    def surroundings(self) -> Context:
        """The caller's, so that what tenant code asks for meanwhile happens there."""
        given = self._surroundings
        return given if self.begun is None else self.begun.surroundings(given)

    @property
    def has_logged(self) -> bool:
        """Whether it may have used anything of its budget."""
        return self._budget is not None

    @property
    def budget(self) -> LogBudget:
        """How much it may log, where that is its own."""
        if self._budget is None:
            self._budget = LogBudget()
        return self._budget

    @property
    def inherited(self) -> dict[str, Any]:
        """What a callback of it has in common with it."""
        return {"run": self.run, "tail": self.tail, "limits": self.limits, "trace": self.trace}

    @property
    def step_fields(self) -> dict[str, Any]:
        """What the isolate is told of the step whose callback it is, if it is one."""
        if self.step is None:
            return {}
        key = {"kind": self.step.kind, "name": self.step.name, "count": self.step.count}
        return {"step": key, "attempt": self.attempt}

    @property
    def clock(self) -> dict[str, int]:
        """The field `time` of a message that goes on with `run` itself, whose clock stands still; nothing
        for all else, whose clock is real.
        """
        return {"time": self.run.journaled.time} if self.run is not None and not self.is_invocation else {}

    def clock_of(self, target: int) -> dict[str, int]:
        """The same for the answer to an ask of `target`. A run that runs ahead knows better what its clock
        says, but for the completions of its steps.
        """
        run = self.run
        return {} if run is not None and run.engine is not None and run.engine != target else self.clock

    def used(self, cpu_us: int, memory_bytes: int) -> None:
        """A turn in this context used CPU time and made memory grow (or shrink)."""
        self.cpu_us += cpu_us
        self.memory_bytes += memory_bytes
        if self.trace is not None:
            self.trace.cpu_us += cpu_us
        if self.run is not None:
            self.run.journaled.used(cpu_us, memory_bytes, self.step, self.attempt)

    def succeed(self, value: Encoded) -> None:
        """It came to `value`."""
        if not self.result.done():
            self.result.set_result(value)

    def fail(self, error: Exception) -> None:
        """It threw, or cannot come to an end."""
        if not self.result.done():
            self.result.set_exception(error)
            self.result.exception()  # whoever waits is told; nobody need
