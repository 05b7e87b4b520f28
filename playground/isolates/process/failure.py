"""What a thrown error says of itself, and where in the tenant's modules it happened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from playground.isolates.guest_json import BadJson, read_json, well_formed

_LONGEST: Final = 2000
_value: Final = msgspec.json.Decoder(Any)
# "    at index.js:2:1" for syntax errors, "    at main (lib/a.js:3:8)" for those thrown
_PLACE: Final = re.compile(
    r"^ *at (?:.*\()?(?P<module>[^()\n]+?):(?P<line>\d+):(?P<column>\d+)\)? *$", re.MULTILINE
)
# of a module as a whole, with no other line in the stack
_MODULE: Final = re.compile(r" *at (?P<module>[^()\n]+)\s*\Z")
_OURS: Final = "runtime"
"""The name under which the guest evaluates the runtime."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error with its place; line and column count from 1."""

    name: str
    message: str
    module: str | None = None
    line: int | None = None
    column: int | None = None
    stack: str | None = None


def failure_of(encoded: object) -> Failure:
    """Read an encoded error. Whatever it is, the answer is a failure."""
    value: Any = None
    if isinstance(encoded, str):
        try:
            value = read_json(encoded[1:], _value)
        except BadJson:
            value = None
    if isinstance(value, dict):
        value = value.get("$error", value)
    if not isinstance(value, dict):
        return Failure("Error", str(value) if isinstance(value, str) else "null")
    name, message, stack = (_text(value.get(key)) for key in ("name", "message", "stack"))
    place = _place(stack)
    if place is None:
        whole = _MODULE.match(stack)
        module = whole["module"].rstrip() if whole is not None else None
        return Failure(name or "Error", message, module, stack=stack or None)
    module, line, column = place
    return Failure(name or "Error", message, module, line, column, stack)


def _place(stack: str) -> tuple[str, int, int] | None:
    for found in _PLACE.finditer(stack):
        if found["module"] != _OURS and not found["module"].startswith("<"):
            return found["module"], int(found["line"][:9]), int(found["column"][:9])
    return None


def _text(value: object) -> str:
    return well_formed(value[:_LONGEST]) if isinstance(value, str) else ""
