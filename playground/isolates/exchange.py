"""Requests and responses as they cross the wall: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.core.errors import TenantError
from playground.core.values import Value, View
from playground.isolates.headers import Headers, pairs_of
from playground.isolates.request import Request, Response


def request_shape(request: Request) -> dict[str, Value]:
    """What the guest makes a tenant's `Request` from."""
    return {
        "method": request.method,
        "url": request.url,
        "headers": [[name, text] for name, text in pairs_of(request.headers)],
        "body": _crossing(request.body),
    }


def request_of(shape: Value) -> Request:
    """The request that tenant code sent. Raises `TenantError` where it is none."""
    if not isinstance(shape, dict):
        raise TenantError("fetch() takes a request")
    method, url = shape.get("method"), shape.get("url")
    if not isinstance(method, str) or not isinstance(url, str):
        raise TenantError("fetch() takes a request with a method and a URL")
    return Request(method, url, _headers(shape), _body(shape))


def response_shape(response: Response) -> dict[str, Value]:
    """What the guest makes the `Response` of a `fetch()` from."""
    return {
        "status": response.status,
        "statusText": response.status_text,
        "headers": [[name, text] for name, text in pairs_of(response.headers)],
        "body": _crossing(response.body),
    }


def response_of(shape: Value) -> Response:
    """The response that tenant code gave. Raises `TenantError` where it is none."""
    if not isinstance(shape, dict) or not isinstance(shape.get("status"), int):
        raise TenantError("the fetch handler did not answer with a Response")
    reason = shape.get("statusText")
    return Response(shape["status"], _headers(shape), _body(shape), reason if isinstance(reason, str) else "")


def _crossing(body: bytes | str) -> bytes | str | None:
    """A body as it crosses: as text where it is UTF-8, which is the same bytes on the other side, read sooner
    there, and a quarter smaller on the way.
    """
    if not body:
        return None
    if isinstance(body, bytes):
        try:
            return body.decode()
        except UnicodeDecodeError:
            return body
    try:
        body.encode()
    except UnicodeEncodeError:  # a lone surrogate is no text
        return body.encode("utf-8", "surrogatepass")
    return body


def _headers(shape: Mapping[str, Any]) -> Headers:
    pairs = shape.get("headers")
    if not isinstance(pairs, list):
        return Headers([])
    return Headers(
        (str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2
    )


def _body(shape: Mapping[str, Any]) -> bytes:
    body = shape.get("body")
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    if isinstance(body, View):
        return body.data
    return body if isinstance(body, bytes) else b""
