"""JSON as JavaScript writes it: strings may hold half a surrogate pair. Used on both sides of the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")
Bytes: TypeAlias = bytes | memoryview

_items: Final = msgspec.json.Decoder(list[msgspec.Raw])


class BadJson(Exception):
    """The text is not JSON, or not of the shape that was asked for."""


def read_json(
    text: str, decoder: msgspec.json.Decoder[T], mend: Callable[[Any], Any] = lambda tree: tree
) -> T:
    """Decode `text`. Raises `BadJson`, whatever it is. Where it holds half a surrogate pair, `mend` makes of
    all that it says what can be converted to the decoder's type: a `Raw` cannot.
    """
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        if "\\ud" not in text:
            raise BadJson(str(error)) from None
    try:
        return msgspec.convert(mend(json.loads(text)), decoder.type)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadJson(str(error)) from None


def parts(text: str, most: int, most_bytes: int) -> Iterator[str]:
    """The array that `text` writes, as arrays of `most` items each, or of fewer that come to `most_bytes`.
    What is no JSON array is one part.
    """
    data = text.encode("utf-8", "surrogatepass")
    try:
        items = _split(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        yield text
        return
    if len(items) == 1:
        yield text
        return
    part: list[Bytes] = []
    size = 0
    for item in items:
        if len(part) == most or (part and size + len(item) > most_bytes):
            yield _array(part)
            part, size = [], 0
        part.append(item)
        size += len(item)
    if part:
        yield _array(part)


def _split(data: bytes) -> Sequence[Bytes]:
    try:
        return [memoryview(item) for item in _items.decode(data)]
    except msgspec.DecodeError:
        # halves of surrogate pairs are refused; where the items begin and end is the same without them
        masked = data.replace(b"\\ud", b"\\u0")
        items, position = [], 1
        for item in _items.decode(masked):
            length = memoryview(item).nbytes
            items.append(data[position : position + length])
            position += length + 1
        if position != len(data):  # there is space between them
            raise
        return items


def _array(items: Sequence[Bytes]) -> str:
    return (b"[" + b",".join(items) + b"]").decode("utf-8", "surrogatepass")


def well_formed(text: str) -> str:
    """`text` with U+FFFD for each half of a surrogate pair, so that it can be sent on."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
