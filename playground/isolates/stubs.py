"""Host objects that an isolate holds stubs of, by number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Final

from playground.core.errors import TenantError
from playground.core.rpc import RpcTarget
from playground.isolates.guest_step import METHODS, GuestStep
from playground.isolates.remote_function import RemoteFunction

_MOST: Final = 10_000


class Stubs:
    """The host objects in reach of one isolate. Nothing else can be called from it.

    What was handed out first is forgotten first when there are too many; what was added before `seal` stays.
    """

    def __init__(self) -> None:
        self._kept: dict[int, Any] = {}
        self._objects: OrderedDict[int, Any] = OrderedDict()
        self._last = 0

    def seal(self) -> None:
        """Keep what was added until now for as long as the isolate lives: its `env`."""
        self._kept, self._objects = dict(self._objects), OrderedDict()

    def add(self, target: Any) -> int:
        """Let the isolate reach `target`; its number."""
        self._last += 1
        self._objects[self._last] = target
        if len(self._objects) > _MOST:
            self._objects.popitem(last=False)
        return self._last

    def get(self, number: object) -> Any:
        """The object with this number. Raises `TenantError` where there is none."""
        if isinstance(number, int):
            target = self._kept.get(number) or self._objects.get(number)
            if target is not None:
                return target
        raise TenantError("the stub is not connected any more")

    def drop(self, numbers: Iterable[int]) -> None:
        """Take objects out of the isolate's reach."""
        for number in numbers:
            self._objects.pop(number, None)

    def node(self, value: Any) -> dict[str, Any] | None:
        """What stands on the wire for something that is no value (see `core.codec.EncodeHook`)."""
        if isinstance(value, RpcTarget):
            properties = {name: getattr(value, attribute) for name, attribute in value.rpc_properties.items()}
            return _stub(self.add(value), list(value.rpc_methods), properties)
        if isinstance(value, GuestStep):
            return _stub(self.add(value), list(METHODS), {})
        if isinstance(value, RemoteFunction):
            return {"$fn": value.number}
        return None


def _stub(number: int, methods: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {"$stub": {"id": number, "methods": methods, "props": properties}}
