"""Requests and responses as they cross the wall: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.core.errors import TenantError
from playground.core.values import Value, View
from playground.isolates.request import Request, Response


def request_shape(request: Request) -> dict[str, Value]:
    """What the guest makes a tenant's `Request` from."""
    body = request.body.encode("utf-8", "surrogatepass") if isinstance(request.body, str) else request.body
    return {
        "method": request.method,
        "url": request.url,
        "headers": [[name, text] for name, text in request.headers.items()],
        "body": body if body else None,
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
        "headers": [[name, text] for name, text in response.headers.items()],
        "body": response.body if response.body else None,
    }


def response_of(shape: Value) -> Response:
    """The response that tenant code gave. Raises `TenantError` where it is none."""
    if not isinstance(shape, dict) or not isinstance(shape.get("status"), int):
        raise TenantError("the fetch handler did not answer with a Response")
    return Response(shape["status"], _headers(shape), _body(shape))


def _headers(shape: Mapping[str, Any]) -> dict[str, str]:
    pairs = shape.get("headers")
    if not isinstance(pairs, list):
        return {}
    return {str(pair[0]).lower(): str(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2}


def _body(shape: Mapping[str, Any]) -> bytes:
    body = shape.get("body")
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    if isinstance(body, View):
        return body.data
    return body if isinstance(body, bytes) else b""
