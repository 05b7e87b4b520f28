"""Functions that tenant code handed out, as the server calls them."""

from __future__ import annotations

from typing import Any, Protocol

from playground.core.ports import StepContext, StepKey
from playground.core.values import Encoded, Value
from playground.isolates.context import CallContext
from playground.isolates.receiver import CALL, Receiver, not_implemented
from playground.isolates.remote_result import RemoteMember, RemoteResult


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

    async def call_as_step(self, context: StepContext) -> Encoded:
        """Call it as the callback of a step's attempt."""
        step = context.step
        value = {
            "step": {"name": step.name, "count": step.count},
            "attempt": context.attempt,
            "config": context.config,
        }
        return await self._session.invoke(self._number, None, [value], self._parent, step, context.attempt)


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
