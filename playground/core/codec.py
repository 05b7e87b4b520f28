"""Values to bytes and back: the same format as the guest's `codec.ts`.

The wire form is UTF-8 text. Its first character says how to read the JSON that follows:

* `j`: plain JSON, nothing to revive; most values are this, and take the C path on both sides.
* `t`: JSON with tagged nodes. A tagged node is an object with exactly one key, which starts with `$`:
  `$undefined` (0; 1 is a hole of an array) `$number` (NaN, Infinity, -Infinity, -0) `$bigint` `$date` (epoch
  ms or null) `$regexp` `$map` `$set` `$buffer` (base64) `$view` (constructor, base64) `$error` `$object`
  (pairs, for plain objects that could be mistaken for a tagged node or that have a `__proto__` key), and
  where a hook knows them `$fn` `$stub` `$target`.
* `r`: tagged, and some containers are met more than once: `$ref` is the number of a container in the
  pre-order of the text.

Containers are everything that has an identity in JavaScript: objects, arrays, maps, sets, dates, regexps,
buffers, views, errors.
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from playground.core.decoder import BadEncoding, DecodeHook, Decoder
from playground.core.encoder import MAX_DEPTH, EncodeHook, Encoder, NotAValue, base64_text
from playground.core.plain import is_plain
from playground.core.values import SAFE_INTEGER, Encoded, Value

__all__ = ["MAX_DEPTH", "BadEncoding", "DecodeHook", "EncodeHook", "NotAValue", "decode", "encode"]

_AS_DIGITS: Final = bytes(b"0"[0] if chr(byte) in "0123456789" else 32 for byte in range(256))
_LONG_NUMBER: Final = b"0" * 16
_write = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder().decode


def encode(value: Value, *, hook: EncodeHook | None = None) -> Encoded:
    """The wire form of `value`. Raises `NotAValue` for the first thing in it that is not one.

    An `Encoded` is its own wire form. `hook` may name what else is allowed.
    """
    if isinstance(value, Encoded):
        return value
    if is_plain(value, MAX_DEPTH):
        text = _dump(value)
        if b"$" not in text or b'"$' not in text:  # one character is looked for much faster than two
            return Encoded(b"j" + text)
    encoder = Encoder(hook)
    try:
        tree = encoder.node(value, 0)
        text = _dump(tree)
    except RecursionError:
        raise NotAValue("$", "nested too deeply") from None
    return Encoded((b"r" if encoder.shared else b"t" if encoder.tagged else b"j") + text)


def decode(encoded: Encoded, *, hook: DecodeHook | None = None) -> Value:
    """The value of a wire form. Raises `BadEncoding` where it is none."""
    data = encoded.data
    kind = data[:1]
    if kind not in (b"j", b"t", b"r"):
        raise BadEncoding("a wire form starts with j, t or r")
    try:
        tree = _load(data[1:])
        if holds_long_number(data):
            tree = _without_long_integers(tree)
        return tree if kind == b"j" else Decoder(hook).value(tree, 0)
    except (ValueError, OverflowError) as error:
        raise BadEncoding("not JSON") from error
    except RecursionError:
        raise BadEncoding("nested too deeply") from None


def holds_long_number(data: bytes) -> bool:
    """Whether there are 16 digits in a row. A regular expression takes ten times as long to find none, and
    most of what is long is text: every 16th byte, one of which is within such a row, tells without the rest.
    """
    if b"0" not in data[15::16].translate(_AS_DIGITS):
        return False
    return _LONG_NUMBER in data.translate(_AS_DIGITS)


def _dump(tree: Any) -> bytes:
    try:
        return _write(tree)
    except UnicodeEncodeError:  # lone surrogates, which only escapes can say
        return json.dumps(tree, separators=(",", ":"), ensure_ascii=True, default=base64_text).encode()


def _load(data: bytes) -> Any:
    try:
        return _read(data)
    except msgspec.DecodeError:
        if b"\\ud" not in data and b"\\uD" not in data:
            raise
    return json.loads(data, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _without_long_integers(tree: Any) -> Any:
    """JavaScript writes 1e20 with all its zeros; read as an `int` it would come back as a BigInt."""
    if type(tree) is dict:
        return {key: _without_long_integers(item) for key, item in tree.items()}
    if type(tree) is list:
        return [_without_long_integers(item) for item in tree]
    if type(tree) is int and not -SAFE_INTEGER <= tree <= SAFE_INTEGER:
        return float(tree)
    return tree
