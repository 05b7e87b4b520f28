"""JSON with tagged nodes, put together again into values (see `core.codec`). The text may be hostile."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from playground.core.encoder import ITEM_BYTES, MAX_DEPTH, MOST_BIGINT_DIGITS
from playground.core.errors import ErrorRecord, PlaygroundError
from playground.core.values import HOLE, INVALID_DATE, UNDEFINED, BigInt, Map, RegExp, Set, View

DecodeHook = Callable[[str, Any], Any]
"""Gives what a `$fn`, `$stub` or `$target` node with this content stands for."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBERS: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
_HOOKED: Final = frozenset({"$fn", "$stub", "$target"})
_INTEGER: Final = re.compile(rf"-?[0-9]{{1,{MOST_BIGINT_DIGITS}}}\Z", re.ASCII)


class BadEncoding(PlaygroundError):
    """The bytes are not the wire form of a value."""


class Decoder:
    """Puts one value together. Raises `BadEncoding`, and what the hook raises."""

    def __init__(self, hook: DecodeHook | None) -> None:
        self._hook = hook
        self._containers: list[Any] = []

    def value(self, node: Any, depth: int) -> Any:
        """The value of `node`, which is `depth` containers deep."""
        kind = type(node)
        if kind is dict:
            if depth >= MAX_DEPTH:
                raise BadEncoding(f"nested more than {MAX_DEPTH} deep")
            if len(node) == 1:
                (tag, content) = next(iter(node.items()))
                if tag[:1] == "$":
                    return self._tagged(tag, content, depth + 1)
            self._containers.append(node)
            for key, item in node.items():
                if type(item) is dict or type(item) is list:
                    node[key] = self.value(item, depth + 1)
        elif kind is list:
            if depth >= MAX_DEPTH:
                raise BadEncoding(f"nested more than {MAX_DEPTH} deep")
            self._containers.append(node)
            for index, item in enumerate(node):
                if type(item) is dict or type(item) is list:
                    node[index] = self.value(item, depth + 1)
        return node

    def _tagged(self, tag: str, content: Any, depth: int) -> Any:
        try:
            if tag in _HOOKED:
                return self._hooked(tag, content)
            reader = _READERS.get(tag)
            if reader is None:
                raise BadEncoding(f"unknown tag {tag[:40]!r}")
            return reader(self, content, depth)
        except (TypeError, ValueError, LookupError, AttributeError, msgspec.ValidationError) as error:
            raise BadEncoding(f"bad content of {tag[:40]!r}") from error

    def _hooked(self, tag: str, content: Any) -> Any:
        if self._hook is None:
            raise BadEncoding(f"{tag} has no meaning here")
        return self._keep(self._hook(tag, content))

    def _keep(self, made: Any) -> Any:
        self._containers.append(made)
        return made

    def _undefined(self, content: Any, _: int) -> Any:
        return HOLE if content == 1 else UNDEFINED

    def _reference(self, content: Any, _: int) -> Any:
        if type(content) is not int or content < 0:
            raise ValueError("not the number of a container")
        return self._containers[content]

    def _number(self, content: Any, _: int) -> Any:
        return _NUMBERS[content]

    def _bigint(self, content: Any, _: int) -> Any:
        if _INTEGER.match(_text(content)) is None:
            raise ValueError("not the text of an integer")
        return BigInt(content)

    def _date(self, content: Any, _: int) -> Any:
        if content is None:
            return self._keep(INVALID_DATE)
        try:
            return self._keep(_EPOCH + timedelta(milliseconds=content))
        except OverflowError:  # JavaScript's dates reach further
            return self._keep(INVALID_DATE)

    def _regexp(self, content: Any, _: int) -> Any:
        source, flags = content
        return self._keep(RegExp(_text(source), _text(flags)))

    def _buffer(self, content: Any, _: int) -> Any:
        return self._keep(_bytes(content))

    def _view(self, content: Any, _: int) -> Any:
        kind, text = content
        data = _bytes(text)
        if len(data) % ITEM_BYTES[kind]:
            raise ValueError("not whole items")
        return self._keep(View(kind, data))

    def _map(self, content: Any, depth: int) -> Any:
        made = self._keep(Map())
        for key, item in _list(content):
            made.pairs.append((self.value(key, depth), self.value(item, depth)))
        return made

    def _set(self, content: Any, depth: int) -> Any:
        made = self._keep(Set())
        for item in _list(content):
            made.items.append(self.value(item, depth))
        return made

    def _object(self, content: Any, depth: int) -> Any:
        made: dict[str, Any] = self._keep({})
        for key, item in _list(content):
            made[_text(key)] = self.value(item, depth)
        return made

    def _error(self, content: Any, depth: int) -> Any:
        stack, code = content.get("stack"), content.get("code")
        made = self._keep(
            ErrorRecord(
                _text(content["name"]),
                _text(content["message"]),
                stack if isinstance(stack, str) else None,
                None,
                code if isinstance(code, str) else None,
            )
        )
        if "cause" in content:
            # the record is frozen, and may be met again in its own cause
            object.__setattr__(made, "cause", self.value(content["cause"], depth))
        if "errors" in content:
            errors: list[Any] = []
            object.__setattr__(made, "errors", errors)
            errors.extend(self.value(item, depth) for item in _list(content["errors"]))
        if "props" in content:
            props: dict[str, Any] = {}
            for name, item in _list(content["props"]):
                props[_text(name)] = self.value(item, depth)
            object.__setattr__(made, "props", props)
        return made


_READERS: Final[dict[str, Callable[[Decoder, Any, int], Any]]] = {
    "$undefined": Decoder._undefined,
    "$ref": Decoder._reference,
    "$number": Decoder._number,
    "$bigint": Decoder._bigint,
    "$date": Decoder._date,
    "$regexp": Decoder._regexp,
    "$buffer": Decoder._buffer,
    "$view": Decoder._view,
    "$map": Decoder._map,
    "$set": Decoder._set,
    "$object": Decoder._object,
    "$error": Decoder._error,
}


def _text(content: Any) -> str:
    if type(content) is not str:
        raise ValueError("not a string")
    return content


def _bytes(content: Any) -> bytes:
    """What base64 says; several times as fast as the standard library does it, and as strict."""
    return msgspec.convert(_text(content), bytes)


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise ValueError("not a list")
    return content
