"""Host objects that an isolate holds stubs of, by number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from playground.core.errors import TenantError
from playground.core.rpc import RpcTarget

_MOST: Final = 10_000


class Stubs:
    """The host objects in reach of one isolate. Nothing else can be called from it."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._last = 0

    def add(self, target: Any) -> int:
        """Let the isolate reach `target`; its number. Raises `TenantError` where the isolate holds too
        many.
        """
        if len(self._objects) >= _MOST:
            raise TenantError(f"an isolate can hold {_MOST} stubs at a time")
        self._last += 1
        self._objects[self._last] = target
        return self._last

    def get(self, number: int) -> Any:
        """The object with this number. Raises `TenantError` where there is none."""
        target = self._objects.get(number)
        if target is None:
            raise TenantError("the stub is not connected any more")
        return target

    def drop(self, numbers: Iterable[int]) -> None:
        """Take objects out of the isolate's reach."""
        for number in numbers:
            self._objects.pop(number, None)

    def node(self, value: Any) -> dict[str, Any] | None:
        """What stands for `value` on the wire, where it is an `RpcTarget` (see `core.codec.EncodeHook`)."""
        if not isinstance(value, RpcTarget):
            return None
        properties = {name: getattr(value, attribute) for name, attribute in value.rpc_properties.items()}
        return {"$stub": {"id": self.add(value), "methods": list(value.rpc_methods), "props": properties}}
