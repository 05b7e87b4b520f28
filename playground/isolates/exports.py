"""`ctx.exports`: an isolate's own entrypoints, as tenant code holds them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import ClassVar, Final

from playground.core.errors import ErrorRecord, RemoteError
from playground.core.rpc import RpcTarget
from playground.core.values import UNDEFINED, Value
from playground.isolates.entrypoint import Entrypoint, SessionSource
from playground.isolates.session import IsolateSession

MOST_UNDER_WAY: Final = 1000
"""How many calls of its own exports an isolate may have under way: what calls itself without end stops."""


class Exports(RpcTarget):
    """The entrypoints of `source`, for what is loaded there.

    https://developers.cloudflare.com/workers/runtime-apis/context/#exports
    """

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType({"entrypoint": "entrypoint"})

    def __init__(self, source: SessionSource) -> None:
        self._source = source
        self._under_way = 0

    async def entrypoint(self, name: Value, props: Value = UNDEFINED) -> Entrypoint:
        """The export of this name, with `ctx.props` where they are given. The isolate's own runtime asks."""
        if not isinstance(name, str) or not (props is UNDEFINED or isinstance(props, dict)):
            raise RemoteError(ErrorRecord("TypeError", "an export has a name, and its props are an object"))
        return Entrypoint(self, name, props=props if isinstance(props, dict) else None)

    @asynccontextmanager
    async def session(self, *, patient: bool = True) -> AsyncIterator[IsolateSession]:
        """See `SessionSource`. Raises `RemoteError` where too many calls are under way."""
        if self._under_way >= MOST_UNDER_WAY:
            raise RemoteError(
                ErrorRecord("Error", f"more than {MOST_UNDER_WAY} calls of ctx.exports are under way")
            )
        self._under_way += 1
        try:
            async with self._source.session(patient=patient) as session:
                yield session
        finally:
            self._under_way -= 1
