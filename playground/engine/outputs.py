"""Values on their way into the log: encoded, checked for size, and previewed. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from msgspec import UNSET

from playground.core.codec import NotAValue, encode
from playground.core.errors import WorkflowFatalError
from playground.core.preview import preview
from playground.core.values import UNDEFINED, Encoded
from playground.engine.settings import EngineSettings

_UNDEFINED: Final = encode(UNDEFINED)
_SPECIAL: Final = re.compile(rb"\\u[dD][89a-fA-F]|\d{16}")
"""Surrogates, and numbers that JSON readers may take for others: those are for `preview` to say."""


def encode_value(value: Any, limit: int, what: str) -> Encoded:
    """`value` (already encoded or not) in wire form. Larger than `limit` bytes: `WorkflowFatalError` about
    `what`.
    """
    try:
        encoded = value if isinstance(value, Encoded) else encode(value)
    except NotAValue as error:
        raise WorkflowFatalError(f"{what} is not a value that can be stored: {error}") from error
    if len(encoded) > limit:
        raise WorkflowFatalError(f"{what} is too large: {len(encoded)} bytes, and the limit is {limit} bytes")
    return encoded


def show(value: Encoded, settings: EngineSettings) -> Any:
    """What the log shows of a value; `UNSET` (nothing) of `undefined`."""
    data = value.data
    if len(data) <= settings.preview_limit and data.startswith(b"j") and not _SPECIAL.search(data):
        return msgspec.Raw(data[1:])  # it is JSON already
    if data == _UNDEFINED.data:
        return UNSET
    return preview(value, settings.preview_limit)
