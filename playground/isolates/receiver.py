"""What a stub in an isolate stands for: a host object as tenant code may call it."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

from playground.core.errors import ErrorRecord, RemoteError
from playground.core.rpc import RpcTarget
from playground.core.values import Value

CALL: Final = ""
"""The method that stands for calling the object itself."""

READ: Final = "get:"
"""Starts the method that stands for reading a property."""


class Receiver(ABC):
    """Takes the calls of a stub."""

    is_function = False
    """Whether it can be called itself."""
    is_fetcher = False
    """Whether its `fetch` takes a request and answers a response, in the form of `exchange`."""

    @abstractmethod
    async def receive(self, method: str, arguments: list[Value]) -> Value:
        """Call a method, or `CALL`, or read a property (`READ` and its name). Gives a value or an
        `Encoded`.
        """


def not_implemented(method: str) -> RemoteError:
    """What tenant code is told of a method or property that is not there, or not for it."""
    name = method.removeprefix(READ)[:100]
    return RemoteError(ErrorRecord("TypeError", f'The RPC receiver does not implement the method "{name}".'))


class TargetReceiver(Receiver):
    """An `RpcTarget`: what it lists, and nothing else."""

    def __init__(self, target: RpcTarget) -> None:
        self.target = target

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        if method.startswith(READ):
            attribute = self.target.rpc_properties.get(method[len(READ) :])
            if attribute is None:
                raise not_implemented(method)
            return getattr(self.target, attribute)
        attribute = self.target.rpc_methods.get(method)
        if attribute is None:
            raise not_implemented(method)
        return await getattr(self.target, attribute)(*arguments)


class FunctionReceiver(Receiver):
    """A Python function, sync or async."""

    is_function = True

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        if method != CALL:
            raise not_implemented(method)
        result = self.function(*arguments)
        return await result if inspect.isawaitable(result) else result
