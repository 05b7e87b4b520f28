"""Values, taken apart into JSON with tagged nodes (see `core.codec`)."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playground.core.errors import ErrorRecord, PlaygroundError
from playground.core.values import (
    HOLE,
    INVALID_DATE,
    SAFE_INTEGER,
    UNDEFINED,
    BigInt,
    Map,
    RegExp,
    Set,
    View,
)

MAX_DEPTH: Final = 200
"""How deeply containers may be nested, both ways."""

MOST_BIGINT_DIGITS: Final = 4000

ITEM_BYTES: Final = {
    "Int8Array": 1,
    "Uint8Array": 1,
    "Uint8ClampedArray": 1,
    "Int16Array": 2,
    "Uint16Array": 2,
    "Float16Array": 2,
    "Int32Array": 4,
    "Uint32Array": 4,
    "Float32Array": 4,
    "Float64Array": 8,
    "BigInt64Array": 8,
    "BigUint64Array": 8,
    "DataView": 1,
}
"""The kinds of views, and how many bytes one item of each takes."""

EncodeHook = Callable[[Any], "dict[str, Any] | None"]
"""Gives the tagged node for something that is no value (a function, say), or None."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_LONGEST_PATH: Final = 200
_INDEX: Final = re.compile(r"(?:0|[1-9][0-9]{0,9})\Z", re.ASCII)
_INDEXES: Final = 2**32 - 1
# Python makes one object of equal ones here and there; in JavaScript it would be one that can be changed
_IMMUTABLE: Final = frozenset({bytes, tuple, datetime, RegExp, View, type(INVALID_DATE)})


class NotAValue(PlaygroundError):
    """Something is not a value. `path` says where: `$` is the whole, `$.a[3]` the fourth item of its `a`."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def _in_order(value: dict[str, Any]) -> dict[str, Any]:
    """`value` in the order that JavaScript gives it: array indexes first. References count in that order."""
    indexes = [key for key in value if _INDEX.match(key) and int(key) < _INDEXES]
    first = {key: value[key] for key in sorted(indexes, key=int)}
    return {**first, **{key: item for key, item in value.items() if key not in first}}


def base64_text(data: bytes) -> str:
    """What stands for bytes among the nodes where JSON is written by somebody who has nothing for them."""
    return base64.b64encode(data).decode()


class Encoder:
    """Takes one value apart. Afterwards `tagged` and `shared` say what the nodes hold.

    Bytes stay what they are: msgspec writes them as base64.
    """

    def __init__(self, hook: EncodeHook | None) -> None:
        self._hook = hook
        self._numbers: dict[int, int] = {}
        self._keep: list[Any] = []
        self._path: list[str | int] = [""] * (MAX_DEPTH + 1)
        self.tagged = False
        self.shared = False

    def node(self, value: Any, depth: int) -> Any:
        """The node of `value`, which is `depth` containers deep."""
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind is str:
            return value
        if kind is int:
            return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else self._bigint(value, depth)
        if kind is float:
            return self._float(value)
        if value is UNDEFINED:
            return self._tag("$undefined", 0)
        if value is HOLE:
            return self._tag("$undefined", 1)
        if kind is BigInt:
            return self._bigint(int(value), depth)
        if depth >= MAX_DEPTH:
            raise self._refusal(depth, f"nested more than {MAX_DEPTH} deep")
        number = self._numbers.get(id(value))
        if number is not None and kind not in _IMMUTABLE:
            self.shared = True
            return {"$ref": number}
        self._numbers[id(value)] = len(self._keep)
        self._keep.append(value)
        if kind is dict:
            return self._object(value, depth)
        if kind is list or kind is tuple:
            return self._list(value, depth)
        return self._other(value, kind, depth)

    def _list(self, value: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        path, deeper, made = self._path, depth + 1, []
        for index, item in enumerate(value):
            if type(item) is str:
                made.append(item)
            else:
                path[depth] = index
                made.append(self.node(item, deeper))
        return made

    def _object(self, value: dict[Any, Any], depth: int) -> Any:
        path, deeper, plain, indexed = self._path, depth + 1, True, False
        made: dict[str, Any] = {}
        for key in value:
            if type(key) is not str:
                raise self._refusal(depth, f"a key is a {type(key).__name__}, not a string (use Map)")
            if key[:1] <= "9":  # few names start so
                plain = plain and key[:1] != "$"
                indexed = indexed or key[:1] > "/"
        for key, item in (_in_order(value) if indexed else value).items():
            if type(item) is str:
                made[key] = item
            else:
                path[depth] = "." + key[:_LONGEST_PATH]
                made[key] = self.node(item, deeper)
        if plain and "__proto__" not in made:
            return made
        return self._tag("$object", list(made.items()))

    def _other(self, value: Any, kind: type, depth: int) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise self._refusal(depth, "a datetime without a time zone is no moment in time")
            return self._tag("$date", (value - _EPOCH) // _MILLISECOND)
        if value is INVALID_DATE:
            return self._tag("$date", None)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._tag("$buffer", bytes(value))
        if kind is View:
            return self._view(value, depth)
        if kind is RegExp:
            return self._tag("$regexp", [value.source, value.flags])
        if kind is Map:
            return self._map(value, depth)
        if kind is Set:
            return self._set(value, depth)
        if isinstance(value, ErrorRecord):
            return self._error(value, depth)
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, (list, tuple)):
            return self._list(value, depth)
        node = self._hook(value) if self._hook is not None else None
        if node is None:
            raise self._refusal(depth, f"{_article(kind.__name__)} {kind.__name__} cannot be stored")
        self.tagged = True
        return node

    def _view(self, view: View, depth: int) -> Any:
        size = ITEM_BYTES.get(view.kind)
        if size is None or len(view.data) % size:
            raise self._refusal(depth, f"{len(view.data)} bytes are no {view.kind[:40]}")
        return self._tag("$view", [view.kind, view.data])

    def _map(self, value: Map, depth: int) -> Any:
        path, made = self._path, []
        for index, (key, item) in enumerate(value.pairs):
            path[depth] = f".key({index})"
            name = self.node(key, depth + 1)
            path[depth] = f".get({index})"
            made.append([name, self.node(item, depth + 1)])
        return self._tag("$map", made)

    def _set(self, value: Set, depth: int) -> Any:
        made = []
        for index, item in enumerate(value.items):
            self._path[depth] = f".item({index})"
            made.append(self.node(item, depth + 1))
        return self._tag("$set", made)

    def _error(self, error: ErrorRecord, depth: int) -> Any:
        content: dict[str, Any] = {"name": error.name, "message": error.message}
        if error.stack is not None:
            content["stack"] = error.stack
        if error.cause is not None:
            self._path[depth] = ".cause"
            content["cause"] = self.node(error.cause, depth + 1)
        if error.errors is not None:
            content["errors"] = errors = []
            for index, item in enumerate(error.errors):
                self._path[depth] = f".errors[{index}]"
                errors.append(self.node(item, depth + 1))
        if error.code is not None:
            content["code"] = error.code
        if error.props:
            content["props"] = pairs = []
            for name, item in error.props.items():
                self._path[depth] = "." + name[:_LONGEST_PATH]
                pairs.append([name, self.node(item, depth + 1)])
        return self._tag("$error", content)

    def _bigint(self, value: int, depth: int) -> Any:
        # a digit takes 3.32 bits; Python refuses to write very long ones
        if value.bit_length() > MOST_BIGINT_DIGITS * 4 or len(text := str(value)) > MOST_BIGINT_DIGITS:
            raise self._refusal(depth, f"a BigInt of more than {MOST_BIGINT_DIGITS} digits cannot be stored")
        return self._tag("$bigint", text)

    def _float(self, value: float) -> Any:
        if value == 0.0:
            return self._tag("$number", "-0") if math.copysign(1.0, value) < 0 else 0
        if math.isfinite(value):
            return value
        return self._tag("$number", "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity")

    def _tag(self, tag: str, content: Any) -> dict[str, Any]:
        self.tagged = True
        return {tag: content}

    def _refusal(self, depth: int, why: str) -> NotAValue:
        names = (f"[{name}]" if isinstance(name, int) else name for name in self._path[:depth])
        path = "$" + "".join(names)
        if len(path) > _LONGEST_PATH:
            path = f"{path[:100]}…{path[-100:]}"
        return NotAValue(path, why)


def _article(name: str) -> str:
    return "an" if name[:1] in tuple("AEIOUaeiou") else "a"
