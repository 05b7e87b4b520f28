"""Where the requests of tenant code go: through a `Fetcher`, or nowhere."""

from __future__ import annotations

from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from playground.core.errors import TenantError
from playground.core.values import Value
from playground.isolates.exchange import request_of, response_shape
from playground.isolates.receiver import Receiver, not_implemented
from playground.isolates.request import Request, Response


@runtime_checkable
class Fetcher(Protocol):
    """Anything that answers requests. What it raises that is no `TenantError`, tenant code sees as an
    internal error. Redirects are its own to follow or to hand on.
    """

    async def fetch(self, request: Request) -> Response: ...


class FetcherReceiver(Receiver):
    """A `Fetcher` as tenant code calls it: `stub.fetch(url | request, init?)`."""

    is_fetcher = True

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        if method != "fetch" or not arguments:
            raise not_implemented(method)
        return response_shape(await self.fetcher.fetch(request_of(arguments[0])))


class NoOutbound(Receiver):
    """Refuses every request, as `global_outbound=None` says."""

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        raise TenantError(
            "This worker is not permitted to access the internet via global functions like fetch(): "
            f"{_host(arguments)} was asked for, and its globalOutbound is null."
        )


def _host(arguments: list[Value]) -> str:
    shape = arguments[0] if arguments else None
    url = shape.get("url") if isinstance(shape, dict) else None
    try:
        host = urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        host = None
    return f'"{host[:253]}"' if host else "a URL without a host"
