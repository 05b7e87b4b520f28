"""Objects that tenant code may call across the isolate's wall."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class RpcTarget:
    """Base class of host objects that an isolate can hold a stub of.

    Only what is listed crosses: `rpc_methods` maps the name that tenant code calls to the (async) method
    here,
    `rpc_properties` maps the name that tenant code reads to the attribute here; property values are
    copied when the stub is made, so they must not change.
    """

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType({})
    rpc_properties: ClassVar[Mapping[str, str]] = MappingProxyType({})
