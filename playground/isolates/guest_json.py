"""JSON as JavaScript writes it: strings may hold half a surrogate pair. Used on both sides of the wire."""

from __future__ import annotations

import json
from typing import TypeVar

import msgspec

T = TypeVar("T")


class BadJson(Exception):
    """The text is not JSON, or not of the shape that was asked for."""


def read_json(text: str, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode `text`. Raises `BadJson`, whatever it is."""
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        if "\\ud" not in text:
            raise BadJson(str(error)) from None
    try:
        return msgspec.convert(json.loads(text), decoder.type)
    except (ValueError, RecursionError) as error:
        raise BadJson(str(error)) from None


def well_formed(text: str) -> str:
    """`text` with U+FFFD for each half of a surrogate pair, so that it can be sent on."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
