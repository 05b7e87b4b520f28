"""Functions that tenant code handed out, as the server calls them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Final, Protocol

from playground.core.codec import BadEncoding, decode
from playground.core.ports import StepContext, StepKey, Undo
from playground.core.streams import StepValue, Stream
from playground.core.values import UNDEFINED, Encoded, Value, View
from playground.isolates.context import CallContext
from playground.isolates.receiver import CALL, Receiver, not_implemented
from playground.isolates.remote_result import RemoteMember, RemoteResult

_STREAM: Final = b't{"$target":'
"""How the result of a step begins that is a stream. No other result of one is a target."""


class Invoker(Protocol):
    """The session of the isolate in which the function lives."""

    async def invoke(
        self,
        function: int,
        method: str | None,
        arguments: list[Value],
        parent: CallContext | None,
        step: StepKey | None = None,
        attempt: int | None = None,
    ) -> Encoded:
        """Call the function with this number, or a method of the target with it."""
        ...

    def revive(self, value: Encoded, context: CallContext | None) -> Value:
        """The value, with proxies of the isolate's functions and targets in it."""
        ...

    def dispose(self, number: int) -> None:
        """Let the isolate forget what the number stands for."""
        ...


class RemoteObject(Receiver):
    """Something in an isolate. It is released when this proxy is gone, or at the end of a `with` block.

    After the isolate's death every use raises `IsolateLost`.
    """

    def __init__(self, session: Invoker, number: int, parent: CallContext | None) -> None:
        self._session = session
        self._number = number
        self._parent = parent

    @property
    def rpc_number(self) -> int:
        """What the isolate knows it by."""
        return self._number

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.dispose(self._number)

    def belongs_to(self, session: object) -> bool:
        """Whether it lives in that session's isolate."""
        return self._session is session

    async def _invoke(self, method: str | None, arguments: list[Value]) -> Value:
        encoded = await self._session.invoke(self._number, method, arguments, self._parent)
        return self._session.revive(encoded, self._parent)


class RemoteFunction(RemoteObject):
    """A function in an isolate: `await function(…)`.

    Raises what the function throws as a `RemoteError`, `LimitExceeded` where it used too much, `IsolateLost`.
    """

    is_function = True

    def __call__(self, *arguments: Value) -> RemoteResult:
        return RemoteResult(lambda: self._invoke(None, list(arguments)))

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        if method != CALL:
            raise not_implemented(method)
        return await self._invoke(None, arguments)

    async def call_as_step(self, context: StepContext) -> StepValue:
        """Call it as the callback of a step's attempt."""
        argument = _context_shape(context)
        result = await self._session.invoke(
            self._number, None, [argument], self._parent, context.step, context.attempt
        )
        return step_value(self._session, result, self._parent, context.step, context.attempt)

    async def call_as_rollback(self, undo: Undo) -> Encoded:
        """Call it as a step's rollback handler."""
        argument = {
            "ctx": _context_shape(undo.ctx),
            "error": undo.error,
            "output": decode(undo.output) if isinstance(undo.output, Encoded) else undo.output,
            "stepName": undo.ctx.step.name,
        }
        own = undo.own
        return await self._session.invoke(self._number, None, [argument], self._parent, own.step, own.attempt)


def step_value(
    session: Invoker, result: Encoded, parent: CallContext | None, step: StepKey, attempt: int
) -> StepValue:
    """What a step's callback gave: a value, or a stream whose pieces are asked for as part of the attempt."""
    if not result.data.startswith(_STREAM):
        return result
    source = session.revive(result, parent)
    if not isinstance(source, RemoteTarget):
        raise BadEncoding("a stream has a number")
    return Stream(_pieces(session, source, parent, step, attempt))


async def _pieces(
    session: Invoker, source: RemoteTarget, parent: CallContext | None, step: StepKey, attempt: int
) -> AsyncGenerator[bytes, None]:
    number = source.rpc_number
    with source:
        while True:
            piece = decode(await session.invoke(number, "next", [], parent, step, attempt))
            if piece is UNDEFINED:
                return
            if not isinstance(piece, View):
                raise BadEncoding("a stream gives bytes")
            yield piece.data


def _context_shape(context: StepContext) -> dict[str, Any]:
    step = {"name": context.step.name, "count": context.step.count}
    return {"step": step, "attempt": context.attempt, "config": context.config}


class RemoteTarget(RemoteObject):
    """An `RpcTarget` in an isolate: `await target.method(…)`, `await target.property`.

    What its class declares can be reached, and nothing else. Names that start with `_` are Python's own; for
    those of the tenant there is `receive`.
    """

    def __getattr__(self, name: str) -> RemoteMember:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteMember(lambda: self, name)

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        return await self._invoke(method, arguments)
