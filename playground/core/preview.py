"""Values as people and JSON see them: in logs, in the API, in the page. Never for replay.

What JSON can say is said as `JSON.stringify` says it (`undefined` and NaN become null, properties that are
undefined are left out). The rest is made readable: a Date is its ISO text, a BigInt `"12n"`, a RegExp
`"/a/g"`, a Map `{"Map": [[key, value], …]}`, a Set `{"Set": […]}`, an Error `{"name", "message"}`, binary
data `"[ArrayBuffer(12 bytes)]"`, a cycle `"[Circular]"`.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any, Final

import msgspec

from playground.core.codec import BadEncoding, decode, holds_long_number
from playground.core.errors import ErrorRecord
from playground.core.values import HOLE, INVALID_DATE, UNDEFINED, BigInt, Encoded, Map, RegExp, Set, View

_CUT: Final = "…"
_SHORT: Final = 16
"""A wire form of so many bytes holds no long number."""
_ALWAYS: Final = 32_768
_GROWTH: Final = 8


def as_json(encoded: Encoded, limit: int) -> Any:
    """`preview`, but a value that is stored as JSON, and is not to be cut, is handed on as it is
    (`msgspec.Raw`).
    """
    data = encoded.data
    if len(data) <= limit and data.startswith(b"j") and not _is_special(data):
        return msgspec.Raw(data[1:])
    return preview(encoded, limit)


def preview(encoded: Encoded, limit: int) -> Any:
    """`encoded` as something that JSON can hold.

    What would take more than about `limit` characters is cut: a value that is too large as a whole becomes
    the beginning of its JSON text, followed by its size. So is what shared values stand for, beyond eight
    times what is stored.
    """
    try:
        value = decode(encoded)
    except BadEncoding:
        return "[unreadable]"
    view = _View(min(limit, _ALWAYS + _GROWTH * len(encoded)))
    shown = view.of(value)
    if len(encoded) <= limit and view.left > 0:
        return shown
    text = msgspec.json.encode(shown).decode("utf-8", "replace")
    return shown if len(text) <= limit else f"{text[:limit]}{_CUT} ({len(encoded)} bytes)"


def _is_special(data: bytes) -> bool:
    """Whether surrogates may be in it, or numbers that JSON readers may take for others."""
    return (b"\\u" in data and (b"\\ud" in data or b"\\uD" in data)) or (
        len(data) > _SHORT and holds_long_number(data)
    )


class _View:
    """Shared values can stand for exponentially many: `left` is how many characters may still be shown."""

    def __init__(self, limit: int) -> None:
        self.left = limit + 64
        self._above: set[int] = set()

    def of(self, value: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            return _CUT
        if isinstance(value, str):
            return self._text(value)
        if value is None or value is UNDEFINED or value is HOLE:
            return None
        if isinstance(value, bool):
            return value
        if isinstance(value, (BigInt, float)) or type(value) is int:
            return _number(value)
        if isinstance(value, (dict, list, tuple, Map, Set)):
            return self._container(value)
        if isinstance(value, ErrorRecord):
            return {name: self._text(text) for name, text in value.summary().items()}
        return self._text(_leaf(value))

    def _text(self, text: str) -> str:
        shown = text if len(text) <= self.left else text[: self.left] + _CUT
        self.left -= len(shown)
        return shown.encode("utf-8", "replace").decode()

    def _container(self, value: Any) -> Any:
        if id(value) in self._above:
            return "[Circular]"
        self._above.add(id(value))
        try:
            if isinstance(value, dict):
                return self._object(value)
            if isinstance(value, Map):
                return {"Map": self._items([list(pair) for pair in value.pairs])}
            if isinstance(value, Set):
                return {"Set": self._items(value.items)}
            return self._items(value)
        finally:
            self._above.discard(id(value))

    def _object(self, value: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, item in value.items():
            if self.left <= 0:
                made[_CUT] = len(value) - len(made)
                break
            if item is not UNDEFINED:
                name = self._text(key)
                made[name] = self.of(item)
        return made

    def _items(self, items: Any) -> list[Any]:
        made: list[Any] = []
        for item in items:
            if self.left <= 0:
                made.append(_CUT)
                break
            made.append(self.of(item))
        return made


def _number(value: Any) -> Any:
    if isinstance(value, BigInt):
        return f"{int(value)}n"
    if isinstance(value, float):
        return None if not math.isfinite(value) else int(value) if value == 0 else value
    return value


def _leaf(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
    if value is INVALID_DATE:
        return "Invalid Date"
    if isinstance(value, RegExp):
        return f"/{value.source}/{value.flags}"
    if isinstance(value, View):
        return f"[{value.kind}({len(value.data)} bytes)]"
    if isinstance(value, bytes):
        return f"[ArrayBuffer({len(value)} bytes)]"
    return "[unknown]"
