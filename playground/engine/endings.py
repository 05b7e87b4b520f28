"""How instances ended that ended lately: what the database says of them, without asking it.

Whoever started a run mostly asks for its end at once, and how an instance has ended changes no more, but for
a restart or its removal.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from playground.storage.rows import InstanceRow, Outcome

_MOST: Final = 2048
_LARGEST: Final = 2048
"""Longer outputs and entries are read where they are asked for."""

Name = tuple[str, str, str]
"""An instance's scope, workflow and id."""


class Endings:
    """The latest of one engine."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[int, tuple[Name, Outcome]] = OrderedDict()
        self._keys: dict[Name, int] = {}

    def ended(self, row: InstanceRow, status: str, value: bytes | None, data: str) -> None:
        """The instance's last entry is committed, with that value and JSON."""
        if len(data) > _LARGEST or (value is not None and len(value) > _LARGEST):
            return
        name = (row.scope, row.workflow, row.id)
        self._by_key[row.key] = (name, Outcome(row.key, status, value, data))
        self._keys[name] = row.key
        if len(self._by_key) > _MOST:
            self.forget(next(iter(self._by_key)))

    def forget(self, key: int) -> None:
        """It begins anew, or is gone."""
        known = self._by_key.pop(key, None)
        if known is not None and self._keys.get(known[0]) == key:
            del self._keys[known[0]]

    def of(self, key: int) -> Outcome | None:
        """How the instance of that key ended, if that is known."""
        known = self._by_key.get(key)
        return known[1] if known is not None else None

    def named(self, name: Name) -> Outcome | None:
        """The same of the one of that name."""
        key = self._keys.get(name)
        return self.of(key) if key is not None else None
