"""Host objects that an isolate holds stubs of, by number."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterable
from typing import Any, Final

from playground.core.errors import TenantError
from playground.core.rpc import RpcTarget
from playground.core.streams import Stream
from playground.core.values import Value
from playground.isolates.guest_step import GuestStep
from playground.isolates.outbound import Fetcher, FetcherReceiver
from playground.isolates.receiver import FunctionReceiver, Receiver, TargetReceiver
from playground.isolates.remote_function import RemoteFunction, RemoteObject
from playground.isolates.remote_result import RemoteResult
from playground.isolates.stream_receiver import StreamReceiver

MOST: Final = 10_000
"""How many stubs an isolate may hold at a time, beside those of its `env`."""


class Unsettled(Exception):
    """There is an awaitable in a value that was to be encoded."""


class Stubs:
    """The host objects in reach of one isolate. Nothing else can be called from it.

    An object stays until the isolate drops its stub; what was added before `seal` stays for good.
    """

    def __init__(self, session: object) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._kept: dict[int, Any] = {}
        self._objects: dict[int, Any] = {}
        self._last = 0

    def __len__(self) -> int:
        """How many stubs there are, beside those of `env`."""
        return len(self._objects)

    def seal(self) -> None:
        """Keep what was added until now for as long as the isolate lives: its `env`."""
        self._kept, self._objects = dict(self._objects), {}

    def add(self, target: Any) -> int:
        """Let the isolate reach `target`; its number. Raises `TenantError` where it holds too many."""
        if len(self._objects) >= MOST:
            raise TenantError(f"the isolate holds more than {MOST} stubs; dispose of those not needed")
        self._last += 1
        self._objects[self._last] = target
        return self._last

    def get(self, number: object) -> Any:
        """The object with this number. Raises `TenantError` where there is none."""
        if type(number) is int:
            target = self._kept.get(number)
            if target is None:
                target = self._objects.get(number)
            if target is not None:
                return target
        raise TenantError("the stub is not connected any more")

    def drop(self, numbers: Iterable[int]) -> None:
        """Take objects out of the isolate's reach, once what it said before has been read: that is done by
        tasks whose turn comes in the next iteration of the event loop.
        """
        self._loop.call_soon(self._loop.call_soon, self._forget, list(numbers))

    def _forget(self, numbers: list[int]) -> None:
        for number in numbers:
            self._objects.pop(number, None)

    def close(self) -> None:
        """The isolate is gone."""
        self._kept, self._objects = {}, {}

    def node(self, value: Any) -> dict[str, Any] | None:
        """What stands on the wire for something that is no value (see `core.codec.EncodeHook`). Raises
        `Unsettled` for an awaitable.
        """
        if isinstance(value, RpcTarget):
            return self._target(value)
        if isinstance(value, Stream):
            return {"$stub": {"id": self.add(StreamReceiver(value)), "stream": True}}
        if isinstance(value, GuestStep):
            return {"$stub": {"id": self.add(value)}}
        if isinstance(value, RemoteObject) and value.belongs_to(self._session):
            return {"$fn" if isinstance(value, RemoteFunction) else "$target": value.rpc_number}
        if isinstance(value, RemoteResult) or inspect.isawaitable(value):
            raise Unsettled
        receiver = receiver_of(value)
        if receiver is None:
            return None
        content: dict[str, Any] = {"id": self.add(value)}
        if receiver.is_function:
            content["fn"] = True
        if receiver.is_fetcher:
            content["http"] = True
        return {"$stub": content}

    def _target(self, target: RpcTarget) -> dict[str, Any]:
        content: dict[str, Any] = {"id": self.add(target)}
        properties = {name: getattr(target, attribute) for name, attribute in target.rpc_properties.items()}
        simple = {
            name: value
            for name, value in properties.items()
            if value is None or isinstance(value, (str, int, float))
        }
        if simple:
            content["props"] = simple
        return {"$stub": content}


def receiver_of(value: object) -> Receiver | None:
    """Who takes the calls of a stub of `value`; None where there can be no stub of it."""
    if isinstance(value, Receiver):
        return value
    if isinstance(value, RpcTarget):
        return TargetReceiver(value)
    if isinstance(value, type):
        return None
    if isinstance(value, Fetcher):
        return FetcherReceiver(value)
    return FunctionReceiver(value) if callable(value) else None


async def settled(value: Value) -> Value:
    """`value` with what its awaitables come to in their places; lists and dicts are looked into."""
    if isinstance(value, dict):
        return {key: await settled(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [await settled(item) for item in value]
    return await settled(await value) if inspect.isawaitable(value) else value
