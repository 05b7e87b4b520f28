"""What a value is, in the words of whoever wrote it, for messages that refuse it."""

from __future__ import annotations

from playground.core.values import HOLE, UNDEFINED


def described(value: object) -> str:
    """`undefined`, `null`, `a function`, `an object`, …; a text or number as it is written in Python."""
    if value is UNDEFINED or value is HOLE:
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return repr(value)
    if callable(value):
        return "a function"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, (list, tuple)) else type(value).__name__
