"""Functions that tenant code handed out, as the server calls them."""

from __future__ import annotations

from typing import Protocol

from playground.core.ports import StepContext, StepKey
from playground.core.values import Encoded, Value
from playground.isolates.context import CallContext


class Invoker(Protocol):
    """The session of the isolate in which the function lives."""

    async def invoke(
        self,
        function: int,
        arguments: list[Value],
        parent: CallContext | None,
        step: StepKey | None,
        attempt: int | None,
    ) -> Encoded:
        """Call the function with this number."""
        ...


class RemoteFunction:
    """A function in an isolate. Calling it gives an awaitable of its result in wire form.

    Raises what the function throws as a `RemoteError`, `LimitExceeded` where it used too much, `IsolateLost`.
    """

    def __init__(self, session: Invoker, number: int, parent: CallContext | None) -> None:
        self._session = session
        self.number = number
        self._parent = parent

    async def __call__(self, *arguments: Value) -> Encoded:
        return await self._session.invoke(self.number, list(arguments), self._parent, None, None)

    async def call_as_step(self, context: StepContext) -> Encoded:
        """Call it as the callback of a step's attempt."""
        step = context.step
        value = {
            "step": {"name": step.name, "count": step.count},
            "attempt": context.attempt,
            "config": context.config,
        }
        return await self._session.invoke(self.number, [value], self._parent, step, context.attempt)
