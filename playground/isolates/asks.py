"""What tenant code asks of host objects, and the answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from playground.core.codec import BadEncoding, NotAValue, decode, encode
from playground.core.errors import ErrorRecord, IsolateLost, TenantError
from playground.core.ports import Begun
from playground.core.values import Encoded
from playground.isolates.context import CallContext
from playground.isolates.guest_messages import Ask
from playground.isolates.guest_step import GuestStep
from playground.isolates.receiver import Receiver, TargetReceiver
from playground.isolates.references import References, text_of, wire_of
from playground.isolates.revival import Revival
from playground.isolates.stream_receiver import StreamReceiver
from playground.isolates.stubs import Unsettled, receiver_of, settled
from playground.isolates.subtle import Subtle

_log = logging.getLogger(__name__)

RUNTIME: Final = 0
"""The target of what the runtime itself asks for: `crypto.subtle`'s operations. No stub has this number."""

OUTBOUND: Final = -1
"""The target of global `fetch()`. No stub has this number."""

EXPORTS: Final = -2
"""The target of `ctx.exports`: who gives stubs of the isolate's own entrypoints. No stub has this number."""

_INTERNAL: Final = ErrorRecord("Error", "internal error")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an ask came to: a value or an error, and which functions of its arguments are held on."""

    ask: Ask
    context: CallContext | None
    value: Encoded | None = None
    error: Encoded | None = None
    keep: list[int] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, Any]:
        """What the isolate is told."""
        made: dict[str, Any] = {} if self.context is None else self.context.clock_of(self.ask.target)
        if self.error is not None:
            made["error"] = text_of(self.error)
        elif self.value is not None:
            made["ok"] = text_of(self.value)
        if self.keep:
            made["keep"] = self.keep
        return made


class Asks:
    """The asks of one isolate that are under way. `outbound` takes global `fetch()`, `exports` gives what
    `ctx.exports` is made of; `answer` sends what an ask came to.
    """

    def __init__(
        self,
        references: References,
        outbound: Receiver,
        exports: Receiver | None,
        answer: Callable[[Answer], None],
    ) -> None:
        self._references = references
        self._answer = answer
        self._always: dict[int, Receiver] = {RUNTIME: TargetReceiver(Subtle()), OUTBOUND: outbound}
        if exports is not None:
            self._always[EXPORTS] = exports
        self._tasks: dict[asyncio.Task[None], bool] = {}
        self._by_id: dict[int, asyncio.Task[None]] = {}
        self._outside = 0

    def __len__(self) -> int:
        """How many are under way."""
        return len(self._tasks)

    def begin(self, ask: Ask, context: CallContext | None, most: int, begun: Begun | None = None) -> None:
        """Do what is asked, in the surroundings of the call in whose context it was asked. `most` is how many
        of them that call may make, steps, what they stored and the runtime's own apart. `begun` is what was
        begun already of the step that is asked for.
        """
        loop = asyncio.get_running_loop()
        target = self._target(ask)
        of_step = isinstance(target, GuestStep)
        is_own = of_step or ask.target in (RUNTIME, EXPORTS) or isinstance(target, StreamReceiver)
        if not is_own and not self._admits(context, most):
            target = TenantError(f"Too many subrequests: one call may make {most} (limits.subRequests).")
        run = context.run if context is not None else None
        if run is not None:
            run.hold()
        surroundings = context.surroundings.copy() if context is not None else None
        task = loop.create_task(self._serve(ask, target, context, begun), context=surroundings)
        self._tasks[task] = of_step
        self._by_id[ask.id] = task
        task.add_done_callback(lambda _: self._ended(ask.id, task))
        if run is not None:
            if of_step:  # the task's first stretch runs before this does, and then the engine knows of it
                loop.call_soon(run.release)
            else:
                task.add_done_callback(lambda _: run.release())

    def cancel(self, id: int) -> None:
        """Stop an ask whose answer is not wanted any more; a step is the engine's to stop."""
        task = self._by_id.get(id)
        if task is not None and not self._tasks.get(task, True):
            task.cancel()

    def close(self) -> None:
        """Stop all of them but the steps, which are the engine's to stop."""
        for task, of_step in list(self._tasks.items()):
            if not of_step:
                task.cancel()

    def _ended(self, id: int, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if self._by_id.get(id) is task:
            del self._by_id[id]

    def _target(self, ask: Ask) -> Any:
        """Who is asked: a `Receiver`, a `GuestStep`, or why there is nobody."""
        try:
            found = self._always.get(ask.target) or self._references.stubs.get(ask.target)
        except TenantError as error:
            return error
        return found if isinstance(found, GuestStep) else receiver_of(found)

    def _admits(self, context: CallContext | None, most: int) -> bool:
        if context is None:
            self._outside += 1
            return self._outside <= most
        context.sub_requests += 1
        return context.sub_requests <= most

    async def _serve(self, ask: Ask, target: Any, context: CallContext | None, begun: Begun | None) -> None:
        revival = self._references.revival(context, lent=True)
        value = error = None
        try:
            value = await self._perform(ask, target, revival, begun)
        except asyncio.CancelledError:
            revival.settle(keep=False)
            raise
        except Exception as thrown:
            error = encode(shown(thrown, with_stack=isinstance(target, GuestStep)))
        # here nothing but their holders refers to what came with the ask
        kept = revival.settle(keep=not isinstance(target, GuestStep) or target.keeps_handlers)
        self._answer(Answer(ask, context, value, error, kept))

    async def _perform(self, ask: Ask, target: Any, revival: Revival, begun: Begun | None) -> Encoded:
        if isinstance(target, TenantError):
            raise target
        arguments = decode(wire_of(ask.args), hook=revival)
        if not isinstance(arguments, list):
            raise BadEncoding("arguments are a list")
        if isinstance(target, GuestStep):
            result = await target.perform(ask.method, arguments, ask.count, begun)
            return encode(result, hook=self._references.stubs.node)
        value = await target.receive(ask.method, arguments)
        try:
            return encode(value, hook=self._references.stubs.node)
        except Unsettled:
            return encode(await settled(value), hook=self._references.stubs.node)


def shown(error: Exception, *, with_stack: bool = False) -> ErrorRecord:
    """What tenant code may see of an error: all of a `TenantError`, nothing of the server's own. Its stack
    only where it is the tenant's own code that threw.
    """
    if isinstance(error, TenantError):
        record = error.record()
        if not with_stack:
            record = replace(record, stack=None)
        try:
            encode(record)
        except NotAValue:
            return ErrorRecord(record.name, record.message)
        return record
    if isinstance(error, BadEncoding):
        return ErrorRecord("TypeError", f"the arguments cannot be read: {error.message}")
    if isinstance(error, IsolateLost):
        return ErrorRecord("Error", error.message)
    _log.error("a host method failed", exc_info=error)
    return _INTERNAL
