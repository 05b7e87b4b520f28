"""Which values are their own JSON. Most are, and need not be taken apart (see `core.codec`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from playground.core.values import SAFE_INTEGER

_TEXTS: Final = frozenset({str})
_SIMPLE: Final = frozenset({str, bool, type(None)})
_CONTAINERS: Final = frozenset({dict, list})
_PLAIN: Final = _SIMPLE | _CONTAINERS | {int, float}


def is_plain(value: Any, most_depth: int) -> bool:
    """Whether JSON says all of `value`, as JavaScript would read it: no BigInt, no number that is not finite,
    no zero that might be -0, nothing met twice, containers nested at most `most_depth` deep. Whether a name
    starts with `$` is not looked at.

    Items are looked at by functions that go through all of a container in C.
    """
    if type(value) not in _CONTAINERS:
        return _are_plain([value], {type(value)})
    met: set[int] = set()
    level = [value]
    for _ in range(most_depth):
        number = len(met) + len(level)
        met.update(map(id, level))
        if len(met) < number:
            return False
        deeper: list[Any] = []
        for container in level:
            items: Collection[Any] = container
            if type(container) is dict:
                if not _TEXTS.issuperset(map(type, container)) or "__proto__" in container:
                    return False
                items = container.values()
            kinds = set(map(type, items))
            if not _are_plain(items, kinds):
                return False
            if not kinds.isdisjoint(_CONTAINERS):
                deeper += [item for item in items if type(item) in _CONTAINERS]
        if not deeper:
            return True
        level = deeper
    return False


def _are_plain(items: Collection[Any], kinds: set[type]) -> bool:
    """Whether items of these types are plain, as far as it can be seen without looking into containers."""
    if kinds <= _SIMPLE:
        return True
    if not kinds <= _PLAIN:
        return False
    if int in kinds:
        whole = items if len(kinds) == 1 else [item for item in items if type(item) is int]
        if max(whole) > SAFE_INTEGER or min(whole) < -SAFE_INTEGER:
            return False
    if float not in kinds:
        return True
    return all(item and item - item == 0 for item in items if type(item) is float)
