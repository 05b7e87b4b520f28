"""Request bodies: read within limits, and understood strictly.

Strictly means as `JSON.parse` does: no NaN, no bare infinities, no comments, UTF-8 only; of duplicate keys
the last one counts. Stricter than it in three things, each of which is refused with a 400: numbers that no
double holds (`1e400`), lone surrogates, and nesting deeper than `DEEPEST`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec
from starlette.requests import ClientDisconnect, Request

from playground.web.errors import Refused

DEEPEST: Final = 256
"""Levels of arrays and objects that a body may nest."""

_EXACT: Final = 2**53

_decode = msgspec.json.Decoder().decode


async def read_body(request: Request, limit: int, *, timeout_s: float) -> bytes:
    """The whole body, at most `limit` bytes that arrive within `timeout_s` seconds.

    Refuses (`Refused`): 413 too large (without reading on), 415 compressed, 408 too slow, 400 with a bad
    Content-Length.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise Refused(415, "unsupported_encoding", "send the body uncompressed", headers=_CLOSE)
    declared = request.headers.get("content-length")
    if declared is not None:
        if not (declared.isascii() and declared.isdigit()):
            raise Refused(400, "bad_length", "the Content-Length is not a number", headers=_CLOSE)
        if len(declared) > 18 or int(declared) > limit:
            raise _too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _too_large(limit)
    except TimeoutError:
        raise Refused(408, "too_slow", "the body took too long to arrive", headers=_CLOSE) from None
    except ClientDisconnect:
        raise Refused(400, "cut_off", "the body ended early", headers=_CLOSE) from None
    return bytes(body)


async def read_json(request: Request, limit: int, *, timeout_s: float) -> Any:
    """The body as a JSON value; 400 `Invalid JSON body` where it is none. Limits as in `read_body`."""
    return parse_json(await read_body(request, limit, timeout_s=timeout_s))


async def read_object(request: Request, limit: int, *, timeout_s: float) -> dict[str, Any]:
    """The body as a JSON object; an empty body counts as `{}`."""
    body = await read_body(request, limit, timeout_s=timeout_s)
    value = parse_json(body) if body else {}
    if not isinstance(value, dict):
        raise Refused(400, "bad_body", "the body must be a JSON object")
    return value


def parse_json(body: bytes) -> Any:
    """`body` as a JSON value; integers that a double does not hold exactly become the nearest double, as in
    JavaScript.
    """
    try:
        value = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Refused(400, "invalid_json", "Invalid JSON body") from None
    except RecursionError:
        raise _too_deep() from None
    if isinstance(value, (dict, list)):
        _settle(value)
        return value
    return _number(value)


def _settle(root: dict[str, Any] | list[Any]) -> None:
    level: list[dict[str, Any] | list[Any]] = [root]
    for _ in range(DEEPEST):
        below: list[dict[str, Any] | list[Any]] = []
        for container in level:
            pairs = container.items() if isinstance(container, dict) else enumerate(container)
            large: list[tuple[Any, int]] = []
            for key, item in pairs:
                if isinstance(item, (dict, list)):
                    below.append(item)
                elif type(item) is int and not -_EXACT <= item <= _EXACT:
                    large.append((key, item))
            for key, number in large:
                container[key] = _number(number)
        if not below:
            return
        level = below
    raise _too_deep()


def _number(value: Any) -> Any:
    if type(value) is not int or -_EXACT <= value <= _EXACT:
        return value
    try:
        return float(value)
    except OverflowError:
        raise Refused(400, "invalid_json", "Invalid JSON body") from None


_CLOSE: Final = {"connection": "close"}


def _too_large(limit: int) -> Refused:
    return Refused(413, "too_large", f"the body is larger than {limit} bytes", headers=_CLOSE)


def _too_deep() -> Refused:
    return Refused(400, "too_deep", f"the JSON nests deeper than {DEEPEST} levels")
