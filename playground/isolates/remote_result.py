"""What a call into an isolate will come to, and names of it, usable before it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from playground.core.values import Value
from playground.isolates.receiver import CALL, READ, Receiver, not_implemented


class RemoteResult:
    """A value that is not there yet. `await` it; or go on with it: `await stub.a().b()` calls `b` of what
    `a()` gives, and `await stub.a().name` reads a property of it.

    The call is made when somebody waits, once however many do.
    """

    def __init__(self, start: Callable[[], Awaitable[Value]]) -> None:
        self._start = start
        self._work: asyncio.Future[Value] | None = None

    def __await__(self) -> Generator[Any, None, Value]:
        if self._work is None:
            self._work = asyncio.ensure_future(_run(self._start))
        return self._work.__await__()

    def __getattr__(self, name: str) -> RemoteMember:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteMember(lambda: self, name)

    def __call__(self, *arguments: Value) -> RemoteResult:
        return RemoteResult(lambda: _on(self, None, list(arguments)))


class RemoteMember(RemoteResult):
    """A method or a property of something in an isolate: call it, or `await` its value."""

    def __init__(self, owner: Callable[[], Any], name: str) -> None:
        super().__init__(lambda: _read(owner(), name))
        self._owner = owner
        self._name = name

    def __call__(self, *arguments: Value) -> RemoteResult:
        return RemoteResult(lambda: _on(self._owner(), self._name, list(arguments)))


async def _run(start: Callable[[], Awaitable[Value]]) -> Value:
    return await start()


async def _on(owner: Any, name: str | None, arguments: list[Value]) -> Value:
    """Call `name` of what `owner` is or comes to; None calls it itself."""
    target = await owner if isinstance(owner, RemoteResult) else owner
    if isinstance(target, Receiver):
        return await target.receive(CALL if name is None else name, arguments)
    member = _own(target, name)
    if not isinstance(member, Receiver):
        raise not_implemented(name or "()")
    return await member.receive(CALL, arguments)


async def _read(owner: Any, name: str) -> Value:
    target = await owner if isinstance(owner, RemoteResult) else owner
    return await target.receive(READ + name, []) if isinstance(target, Receiver) else _own(target, name)


def _own(value: Value, name: str | None) -> Value:
    if name is None:
        return value
    if not isinstance(value, dict) or name not in value:
        raise not_implemented(name)
    return value[name]
