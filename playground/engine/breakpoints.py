"""Before which steps a run stops: their names, and templates of names. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Breakpoint = str | list[str]
"""The name of a step; or a template for names, as the texts around its holes: `["charge-", ""]` is
`charge-${…}`. Anything may be in a hole, and what is in a text stands for itself.
"""
MOST_TEXTS: Final = 50
"""Of one template."""


class Breakpoints:
    """The breakpoints that are set."""

    def __init__(self, given: Sequence[Breakpoint] = ()) -> None:
        self.given = list(given)
        """In the order in which they were set."""
        self._names = frozenset(each for each in given if isinstance(each, str))
        self._templates = [each for each in given if not isinstance(each, str)]

    def __bool__(self) -> bool:
        return bool(self.given)

    def has(self, name: str) -> bool:
        """Whether one of them is for steps of that name."""
        return name in self._names or any(fits(template, name) for template in self._templates)


def fits(template: Sequence[str], name: str) -> bool:
    """Whether the template (two texts at least) can have become that name."""
    first, *others, last = template
    end = len(name) - len(last)
    if end < len(first) or not name.startswith(first) or not name.endswith(last):
        return False
    at = len(first)
    for text in others:
        found = name.find(text, at, end)
        if found < 0:
            return False
        at = found + len(text)
    return True
