"""Values to bytes and back: the same format as the guest's `codec.ts`.

The wire form is UTF-8 text. Its first character says how to read the JSON that follows:

* `j`: plain JSON, nothing to revive; most values are this, and take the C path on both sides.
* `t`: JSON with tagged nodes. A tagged node is an object with exactly one key, which starts with `$`:
  `$undefined` `$number` (NaN, Infinity, -Infinity, -0) `$bigint` `$date` (epoch ms or null) `$regexp` `$map`
  `$set` `$buffer` (base64) `$view` (constructor, base64) `$error` `$object` (pairs, for plain objects that
  could be mistaken for a tagged node or that have a `__proto__` key), and where a hook knows them `$fn`
  `$stub` `$target`.
* `r`: tagged, and some containers are met more than once: `$ref` is the number of a container in the
  pre-order of the text.

Containers are everything that has an identity in JavaScript: objects, arrays, maps, sets, dates, regexps,
buffers, views, errors.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from playground.core.errors import ErrorRecord, PlaygroundError
from playground.core.values import (
    INVALID_DATE,
    SAFE_INTEGER,
    UNDEFINED,
    BigInt,
    Encoded,
    Map,
    RegExp,
    Set,
    Value,
    View,
)

MAX_DEPTH: Final = 200
"""How deeply containers may be nested, both ways."""

EncodeHook = Callable[[Any], "dict[str, Any] | None"]
"""Gives the tagged node for something that is no value (a function, say), or None."""
DecodeHook = Callable[[str, Any], Any]
"""Gives what a `$fn`, `$stub` or `$target` node with this content stands for."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VIEWS: Final = frozenset(
    f"{kind}Array" for kind in ("Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32")
) | {"Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "DataView"}
_NUMBERS: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
_HOOKED: Final = frozenset({"$fn", "$stub", "$target"})
_LONG_NUMBER: Final = re.compile(rb"[0-9]{16}")
_json = msgspec.json.Encoder()
_read = msgspec.json.Decoder()


class NotAValue(PlaygroundError):
    """Something is not a value. `path` says where: `$` is the whole, `$.a[3]` the fourth item of its `a`."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class BadEncoding(PlaygroundError):
    """The bytes are not the wire form of a value."""


def encode(value: Value, *, hook: EncodeHook | None = None) -> Encoded:
    """The wire form of `value`. Raises `NotAValue` for the first thing in it that is not one.

    An `Encoded` is its own wire form. `hook` may name what else is allowed.
    """
    if isinstance(value, Encoded):
        return value
    encoder = _Encoder(hook)
    tree = encoder.node(value, "$", 0)
    prefix = b"r" if encoder.shared else b"t" if encoder.tagged else b"j"
    return Encoded(prefix + _dump(tree))


def decode(encoded: Encoded, *, hook: DecodeHook | None = None) -> Value:
    """The value of a wire form. Raises `BadEncoding` where it is none."""
    data = encoded.data
    kind = data[:1]
    if kind not in (b"j", b"t", b"r"):
        raise BadEncoding("a wire form starts with j, t or r")
    try:
        tree = _load(data[1:])
    except (ValueError, RecursionError) as error:
        raise BadEncoding("not JSON, or nested too deeply") from error
    if _LONG_NUMBER.search(data) is not None:
        tree = _without_long_integers(tree)
    if kind == b"j":
        return tree
    return _Decoder(hook).value(tree, 0)


def _dump(tree: Any) -> bytes:
    try:
        return _json.encode(tree)
    except UnicodeEncodeError:
        return _dump_surrogates(tree)


def _dump_surrogates(tree: Any) -> bytes:
    import json

    return json.dumps(tree, separators=(",", ":"), ensure_ascii=True).encode()


def _load(data: bytes) -> Any:
    try:
        return _read.decode(data)
    except msgspec.DecodeError:
        if b"\\ud" not in data and b"\\uD" not in data:
            raise
    import json

    return json.loads(data)


def _without_long_integers(tree: Any) -> Any:
    """JavaScript writes 1e20 with all its zeros; read as an `int` it would come back as a BigInt."""
    if type(tree) is dict:
        return {key: _without_long_integers(item) for key, item in tree.items()}
    if type(tree) is list:
        return [_without_long_integers(item) for item in tree]
    if type(tree) is int and not -SAFE_INTEGER <= tree <= SAFE_INTEGER:
        return float(tree)
    return tree


class _Encoder:
    def __init__(self, hook: EncodeHook | None) -> None:
        self._hook = hook
        self._numbers: dict[int, int] = {}
        self._keep: list[Any] = []
        self.tagged = False
        self.shared = False

    def node(self, value: Any, path: str, depth: int) -> Any:
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind is str:
            return value
        if kind is int:
            return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else self._tag("$bigint", str(value))
        if kind is float:
            return self._float(value)
        if value is UNDEFINED:
            return self._tag("$undefined", 0)
        if kind is BigInt:
            return self._tag("$bigint", str(int(value)))
        if depth >= MAX_DEPTH:
            raise NotAValue(_short(path), f"nested more than {MAX_DEPTH} deep")
        number = self._numbers.get(id(value))
        if number is not None:
            self.shared = True
            return {"$ref": number}
        self._numbers[id(value)] = len(self._numbers)
        self._keep.append(value)
        return self._container(value, kind, path, depth + 1)

    def _container(self, value: Any, kind: type, path: str, depth: int) -> Any:
        if isinstance(value, dict):
            return self._object(value, path, depth)
        if isinstance(value, (list, tuple)):
            return [self.node(item, f"{path}[{index}]", depth) for index, item in enumerate(value)]
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise NotAValue(_short(path), "a datetime without a time zone is no moment in time")
            return self._tag("$date", (value - _EPOCH) // timedelta(milliseconds=1))
        if value is INVALID_DATE:
            return self._tag("$date", None)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._tag("$buffer", base64.b64encode(value).decode())
        if kind is View:
            return self._tag("$view", [value.kind, base64.b64encode(value.data).decode()])
        if kind is RegExp:
            return self._tag("$regexp", [value.source, value.flags])
        if kind is Map:
            pairs = [
                [self.node(key, f"{path}.key({i})", depth), self.node(item, f"{path}.get({i})", depth)]
                for i, (key, item) in enumerate(value.pairs)
            ]
            return self._tag("$map", pairs)
        if kind is Set:
            return self._tag(
                "$set", [self.node(item, f"{path}.item({i})", depth) for i, item in enumerate(value.items)]
            )
        if isinstance(value, ErrorRecord):
            return self._error(value, path, depth)
        node = self._hook(value) if self._hook is not None else None
        if node is None:
            raise NotAValue(_short(path), f"a {kind.__name__} cannot be stored")
        self.tagged = True
        return node

    def _object(self, value: dict[Any, Any], path: str, depth: int) -> Any:
        plain = True
        for key in value:
            if type(key) is not str:
                raise NotAValue(_short(path), f"a key is a {type(key).__name__}, not a string (use Map)")
            if key[:1] == "$" or key == "__proto__":
                plain = False
        if plain:
            return {key: self.node(item, f"{path}.{key}", depth) for key, item in value.items()}
        return self._tag(
            "$object", [[key, self.node(item, f"{path}.{key}", depth)] for key, item in value.items()]
        )

    def _error(self, error: ErrorRecord, path: str, depth: int) -> Any:
        content: dict[str, Any] = {"name": error.name, "message": error.message}
        if error.stack is not None:
            content["stack"] = error.stack
        if error.cause is not None:
            content["cause"] = self.node(error.cause, f"{path}.cause", depth)
        if error.code is not None:
            content["code"] = error.code
        return self._tag("$error", content)

    def _float(self, value: float) -> Any:
        if value == 0.0:
            return self._tag("$number", "-0") if math.copysign(1.0, value) < 0 else 0
        if math.isfinite(value):
            return value
        return self._tag("$number", "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity")

    def _tag(self, tag: str, content: Any) -> dict[str, Any]:
        self.tagged = True
        return {tag: content}


class _Decoder:
    def __init__(self, hook: DecodeHook | None) -> None:
        self._hook = hook
        self._containers: list[Any] = []

    def value(self, node: Any, depth: int) -> Any:
        if type(node) is dict:
            if depth >= MAX_DEPTH:
                raise BadEncoding(f"nested more than {MAX_DEPTH} deep")
            if len(node) == 1:
                (tag, content) = next(iter(node.items()))
                if tag[:1] == "$":
                    return self._tagged(tag, content, depth + 1)
            made: dict[str, Any] = {}
            self._containers.append(made)
            for key, item in node.items():
                made[key] = self.value(item, depth + 1)
            return made
        if type(node) is list:
            if depth >= MAX_DEPTH:
                raise BadEncoding(f"nested more than {MAX_DEPTH} deep")
            items: list[Any] = []
            self._containers.append(items)
            items.extend([self.value(item, depth + 1) for item in node])
            return items
        return node

    def _tagged(self, tag: str, content: Any, depth: int) -> Any:
        try:
            if tag == "$ref":
                return self._containers[_index(content)]
            if tag in _HOOKED:
                return self._hooked(tag, content)
            reader = _READERS.get(tag)
            if reader is None:
                raise BadEncoding(f"unknown tag {tag[:40]!r}")
            return reader(self, content, depth)
        except (TypeError, ValueError, LookupError, OverflowError, binascii.Error) as error:
            raise BadEncoding(f"bad content of {tag[:40]!r}") from error

    def _hooked(self, tag: str, content: Any) -> Any:
        if self._hook is None:
            raise BadEncoding(f"{tag} has no meaning here")
        made = self._hook(tag, content)
        self._containers.append(made)
        return made

    def _keep(self, made: Any) -> Any:
        self._containers.append(made)
        return made

    def _undefined(self, _: Any, __: int) -> Any:
        return UNDEFINED

    def _number(self, content: Any, _: int) -> Any:
        return _NUMBERS[content]

    def _bigint(self, content: Any, _: int) -> Any:
        if type(content) is not str or len(content) > 4000:
            raise ValueError("not the text of an integer")
        return BigInt(content)

    def _date(self, content: Any, _: int) -> Any:
        if content is None:
            return self._keep(INVALID_DATE)
        try:
            return self._keep(_EPOCH + timedelta(milliseconds=content))
        except OverflowError:
            return self._keep(INVALID_DATE)

    def _regexp(self, content: Any, _: int) -> Any:
        source, flags = content
        return self._keep(RegExp(_text(source), _text(flags)))

    def _buffer(self, content: Any, _: int) -> Any:
        return self._keep(base64.b64decode(_text(content), validate=True))

    def _view(self, content: Any, _: int) -> Any:
        kind, data = content
        if kind not in _VIEWS:
            raise ValueError("not a view")
        return self._keep(View(kind, base64.b64decode(_text(data), validate=True)))

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
        place = len(self._containers)
        self._containers.append(None)
        stack, code = content.get("stack"), content.get("code")
        cause = self.value(content["cause"], depth) if "cause" in content else None
        made = ErrorRecord(
            _text(content["name"]),
            _text(content["message"]),
            stack if isinstance(stack, str) else None,
            cause,
            code if isinstance(code, str) else None,
        )
        self._containers[place] = made
        return made


_READERS: Final[dict[str, Callable[[_Decoder, Any, int], Any]]] = {
    "$undefined": _Decoder._undefined,
    "$number": _Decoder._number,
    "$bigint": _Decoder._bigint,
    "$date": _Decoder._date,
    "$regexp": _Decoder._regexp,
    "$buffer": _Decoder._buffer,
    "$view": _Decoder._view,
    "$map": _Decoder._map,
    "$set": _Decoder._set,
    "$object": _Decoder._object,
    "$error": _Decoder._error,
}


def _index(content: Any) -> int:
    if type(content) is not int or content < 0:
        raise ValueError("not the number of a container")
    return content


def _text(content: Any) -> str:
    if type(content) is not str:
        raise ValueError("not a string")
    return content


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise ValueError("not a list")
    return content


def _short(path: str) -> str:
    return path if len(path) <= 200 else f"{path[:100]}…{path[-100:]}"
