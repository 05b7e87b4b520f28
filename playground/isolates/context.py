"""What goes on in an isolate on whose behalf: calls from the server, and invocations of functions that
tenant code handed out.
"""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context

from playground.core.ports import StepKey
from playground.core.values import Encoded
from playground.isolates.code import Tail
from playground.isolates.log_budget import LogBudget
from playground.isolates.run import Run


class CallContext:
    """A call or an invocation, while its result is awaited and as long as the guest works for it.

    `run` is the run that it belongs to, `step` and `attempt` say which step's callback it is.
    `surroundings` are the caller's, so that what tenant code asks for meanwhile happens there.
    """

    def __init__(
        self,
        id: int,
        *,
        run: Run | None = None,
        tail: Tail | None = None,
        step: StepKey | None = None,
        attempt: int | None = None,
        is_invocation: bool = False,
    ) -> None:
        self.id = id
        self.run = run
        self.tail = tail
        self.step = step
        self.attempt = attempt
        self.is_invocation = is_invocation
        self.result: asyncio.Future[Encoded] = asyncio.get_running_loop().create_future()
        self.surroundings: Context = copy_context()
        self.budget = LogBudget()

    def succeed(self, value: Encoded) -> None:
        """It came to `value`."""
        if not self.result.done():
            self.result.set_result(value)

    def fail(self, error: Exception) -> None:
        """It threw, or cannot come to an end."""
        if not self.result.done():
            self.result.set_exception(error)
