"""JSON answers."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
from starlette.responses import Response

_encode = msgspec.json.Encoder().encode


def encode_json(value: Any) -> bytes:
    """`value` as UTF-8 JSON. Lone surrogates are kept as escapes; numbers that JSON lacks become null."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return json.dumps(_finite(value), separators=(",", ":")).encode("ascii")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, msgspec.Raw):
        return json.loads(bytes(value))
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


class JSONAnswer(Response):
    """A response whose content is encoded by `encode_json`. Never cached."""

    media_type = "application/json"

    def __init__(self, content: Any, status_code: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(content, status_code, {"cache-control": "no-store", **(headers or {})})

    def render(self, content: Any) -> bytes:
        return encode_json(content)
