"""A step, as a request names it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from playground.core.ports import StepKey
from playground.web.errors import Refused

_KINDS: Final = ("do", "sleep", "wait")
_LARGEST_COUNT: Final = 10**9


def read_step_key(wanted: Any, kinds: Collection[str]) -> StepKey:
    """The key that is given as text, like `sleep:1:nap`, or as an entry's `{"kind", "name", "count"}`.
    Refuses what is none of a step of one of these kinds.
    """
    if (key := _parsed(wanted, kinds)) is not None:
        return key
    message = f"step must be a key like sleep:1:nap, of a kind of {', '.join(kinds)}"
    raise Refused(400, "bad_step", message)


def read_start(wanted: Any) -> StepKey | None:
    """The step that a body's `from` names, in the same ways; None where it names none."""
    if wanted is None:
        return None
    if (key := _parsed(wanted, _KINDS)) is not None:
        return key
    message = f"from must be a step's key like do:1:charge, of a kind of {', '.join(_KINDS)}"
    raise Refused(400, "bad_step", message)


def _parsed(wanted: Any, kinds: Collection[str]) -> StepKey | None:
    if isinstance(wanted, str):
        kind, _, rest = wanted.partition(":")
        count, separator, name = rest.partition(":")
        if separator and count.isascii() and count.isdecimal() and len(count) < 10:
            wanted = {"kind": kind, "name": name, "count": int(count)}
    if isinstance(wanted, dict) and wanted.keys() == {"kind", "name", "count"}:
        kind, name, count = wanted["kind"], wanted["name"], wanted["count"]
        known = kind in kinds and isinstance(name, str)
        if known and type(count) is int and 1 <= count < _LARGEST_COUNT:
            return StepKey(kind, name, count)
    return None
