"""The calls of one isolate, by number: under way, or ended lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from playground.core.errors import ErrorRecord, IsolateLost, RemoteError
from playground.core.ports import Begun
from playground.isolates.context import CallContext
from playground.isolates.guest_messages import Result
from playground.isolates.references import error_record, wire_of
from playground.isolates.run import Run

_ENDED_KEPT: Final = 256
_NOTHING: Final = 't{"$undefined":0}'


class Calls:
    """Calls that end are kept for a while, because the guest goes on working for some of them.
    `ended(context)` is called for each.
    """

    def __init__(self, ended: Callable[[CallContext], None]) -> None:
        self._ended = ended
        self._open: dict[int, CallContext] = {}
        self._done: OrderedDict[int, CallContext | tuple[CallContext, Begun]] = OrderedDict()
        self._last = 0

    def begin(self, number: int = 0, **about: Any) -> CallContext:
        """A new call (see `CallContext`). `number` is the guest's, where it gave one."""
        if not number:
            self._last += 1
            number = self._last
        context = self._open[number] = CallContext(number, **about)
        return context

    def begin_callback(self, number: int, root: CallContext, begun: Begun) -> None:
        """The guest gave this number to a callback of the run `root` that it has begun."""
        self._open[number] = _callback(number, root, begun)

    def knows(self, number: int) -> bool:
        """Whether there is a call with this number, or was one lately."""
        return number in self._open or number in self._done

    def under_way(self, number: int) -> CallContext | None:
        """The call with this number, if it has not ended."""
        return self._open.get(number)

    def of(self, owner: int | None) -> CallContext | None:
        """The call with this number, also when it has ended lately."""
        if not owner:
            return None
        found = self._open.get(owner) or self._done.get(owner)
        if isinstance(found, tuple):
            found = self._done[owner] = _callback(owner, *found)
        return found

    def of_run(self, run: Run) -> list[CallContext]:
        """The calls under way that belong to a run."""
        return [context for context in self._open.values() if context.run is run]

    def told(self, result: Result, placed: Callable[[ErrorRecord], ErrorRecord]) -> None:
        """The guest says what one of them came to. `placed` says where in the tenant's modules an error
        is.
        """
        context = self._open.get(result.id)
        if context is None:
            return
        self.end(context)
        if context.run is not None and not context.is_invocation:
            context.run.ended = True
        if result.error is not None:
            context.fail(RemoteError(placed(error_record(result.error))))
        else:
            context.succeed(wire_of(result.ok if result.ok is not None else _NOTHING))

    def end(self, context: CallContext) -> None:
        """It has come to its end."""
        if self._open.pop(context.id, None) is None:
            return
        self._keep(context.id, context)
        self._ended(context)

    def passed(self, number: int, root: CallContext, begun: Begun) -> None:
        """The guest gave this number to a callback of the run `root` that has ended before anything else was
        heard of it. Its call is made when it is asked for.
        """
        self._keep(number, (root, begun))

    def _keep(self, number: int, ended: CallContext | tuple[CallContext, Begun]) -> None:
        self._done[number] = ended
        if len(self._done) > _ENDED_KEPT:
            self._done.popitem(last=False)

    def fail(self, context: CallContext, error: Exception) -> None:
        """It used too much, and is told nothing more. Where it is a run, its callbacks end with it."""
        ended = [context]
        if context.run is not None and not context.is_invocation:
            ended += self.of_run(context.run)
        for one in ended:
            one.exhausted = True
            self.end(one)
            one.fail(error)

    def forget(self, context: CallContext) -> None:
        """Nobody wants to know of it any more, nor of its run's steps. Who waits for a function that the run
        let out is told that it is gone.
        """
        self._open.pop(context.id, None)
        if context.run is not None:
            for other in self.of_run(context.run):
                del self._open[other.id]
                if other.is_invocation and other.step is None:
                    other.fail(IsolateLost("the run was given up"))

    def take(self) -> list[CallContext]:
        """All that are under way, callbacks first. There are none afterwards."""
        waiting = sorted(self._open.values(), key=lambda context: not context.is_invocation)
        self._open.clear()
        return waiting

    @property
    def any_awaited(self) -> bool:
        """Whether anybody waits for one of them."""
        return any(context.is_awaited for context in self._open.values())


def _callback(number: int, root: CallContext, begun: Begun) -> CallContext:
    surroundings, inherited = root.surroundings, root.inherited
    return CallContext(
        number,
        step=begun.key,
        attempt=1,
        is_invocation=True,
        begun=begun,
        surroundings=surroundings,
        **inherited,
    )
