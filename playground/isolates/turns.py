"""The turns of one isolate that have not ended: in which context each was begun."""

from __future__ import annotations

from typing import Any

from playground.isolates.context import CallContext
from playground.isolates.guest_messages import BadMessage, encode_message
from playground.isolates.outlet import Outlet
from playground.isolates.wire import Turn


class Turns:
    """Sends messages to the isolate `number`, one a turn, and holds the run that a turn is for meanwhile."""

    def __init__(self, number: int, outlet: Outlet) -> None:
        self._number = number
        self._outlet = outlet
        self._contexts: dict[int, CallContext | None] = {}
        self._last = 0

    def begin(self, context: CallContext | None, kind: str, **fields: Any) -> None:
        """Send a message, unless its call used too much."""
        if context is not None and context.exhausted:
            return
        self._last += 1
        self._contexts[self._last] = context
        if context is not None and context.run is not None:
            context.run.hold()
            context.run.there()
        cpu_ms = (context.limits.cpu_ms or 0) if context is not None and context.limits is not None else 0
        self._outlet.send(Turn(self._number, self._last, encode_message(kind, **fields), cpu_ms))

    def end(self, number: int) -> CallContext | None:
        """A turn has ended; its context, whose run is still held. Raises `BadMessage` where there was
        none.
        """
        if number not in self._contexts:
            raise BadMessage("an answer to a turn that was not asked for")
        return self._contexts.pop(number)

    def context_of(self, number: int) -> CallContext | None:
        """The context of a turn, if it was begun in one."""
        return self._contexts.get(number)
