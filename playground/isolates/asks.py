"""What tenant code asks of host objects, and the answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from playground.core.codec import BadEncoding, NotAValue, decode, encode
from playground.core.errors import ErrorRecord, IsolateLost, TenantError
from playground.core.rpc import RpcTarget
from playground.core.values import Encoded, Value
from playground.isolates.context import CallContext
from playground.isolates.guest_messages import Ask
from playground.isolates.guest_step import GuestStep
from playground.isolates.remote_function import Invoker, RemoteFunction
from playground.isolates.stubs import Stubs

_log = logging.getLogger(__name__)

_INTERNAL: Final = ErrorRecord("Error", "internal error")

Answer = Callable[[Ask, "CallContext | None", "Encoded | None", "Encoded | None"], None]
"""Sends the value or the error that an ask came to."""


class Asks:
    """The asks of one isolate that are under way."""

    def __init__(self, stubs: Stubs, session: Invoker, answer: Answer) -> None:
        self._stubs = stubs
        self._session = session
        self._answer = answer
        self._tasks: dict[asyncio.Task[None], bool] = {}

    def begin(self, ask: Ask, context: CallContext | None) -> None:
        """Do what is asked, in the surroundings of the call in whose context it was asked."""
        loop = asyncio.get_running_loop()
        try:
            target: Any = self._stubs.get(ask.target)
        except TenantError as error:
            target = error
        of_step = isinstance(target, GuestStep)
        run = context.run if context is not None else None
        if run is not None:
            run.hold()
        surroundings = context.surroundings.copy() if context is not None else None
        task = loop.create_task(self._serve(ask, target, context), context=surroundings)
        self._tasks[task] = of_step
        task.add_done_callback(self._tasks.pop)
        if run is not None:
            if of_step:  # the task's first stretch runs before this does, and then the engine knows of it
                loop.call_soon(run.release)
            else:
                task.add_done_callback(lambda _: run.release())

    def close(self) -> None:
        """Stop all of them but the steps, which are the engine's to stop."""
        for task, of_step in list(self._tasks.items()):
            if not of_step:
                task.cancel()

    async def _serve(self, ask: Ask, target: Any, context: CallContext | None) -> None:
        try:
            value = await self._perform(ask, target, context)
        except Exception as error:
            self._answer(ask, context, None, encode(shown(error)))
        else:
            self._answer(ask, context, value, None)

    async def _perform(self, ask: Ask, target: Any, context: CallContext | None) -> Encoded:
        if isinstance(target, TenantError):
            raise target

        def revive(tag: str, content: Any) -> Any:
            if tag == "$fn" and isinstance(content, int):
                return RemoteFunction(self._session, content, context)
            if tag == "$stub" and isinstance(content, dict):
                return self._stubs.get(content.get("id"))
            raise TenantError("an object of this class cannot be sent to the host")

        arguments = decode(Encoded(ask.args.encode("utf-8", "surrogatepass")), hook=revive)
        if not isinstance(arguments, list):
            raise BadEncoding("arguments are a list")
        if isinstance(target, GuestStep):
            return await target.perform(ask.method, arguments)
        return encode(await call_target(target, ask.method, arguments), hook=self._stubs.node)


async def call_target(target: Any, method: str, arguments: list[Value]) -> Any:
    """Call a method of an `RpcTarget`, or read a property (`get:name`), if it lists it."""
    if not isinstance(target, RpcTarget):
        raise TenantError("the stub is not connected any more")
    if method.startswith("get:"):
        attribute = target.rpc_properties.get(method[4:])
        if attribute is None:
            raise TenantError(f"the RPC receiver has no property {method[4:100]!r}")
        return getattr(target, attribute)
    attribute = target.rpc_methods.get(method)
    if attribute is None:
        raise TenantError(f"the RPC receiver does not implement the method {method[:100]!r}")
    return await getattr(target, attribute)(*arguments)


def shown(error: Exception) -> ErrorRecord:
    """What tenant code may see of an error: all of a `TenantError`, nothing of the server's own."""
    if isinstance(error, TenantError):
        record = error.record()
        try:
            encode(record)
        except NotAValue:
            return ErrorRecord(record.name, record.message)
        return record
    if isinstance(error, BadEncoding):
        return ErrorRecord("TypeError", f"the arguments cannot be read: {error.message}")
    if not isinstance(error, IsolateLost):
        _log.error("a host method failed", exc_info=error)
    return _INTERNAL
